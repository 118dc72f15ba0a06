// A started child of an environment: its signals, and its news.
#pragma once

#include <napi.h>

#include <memory>

#include "addon/watcher.h"
#include "launcher/exit.h"
#include "launcher/start.h"

namespace addon {

class Child : public Watched {
 public:
  Child(Watcher& watcher, uint32_t id, bool detached)
      : watcher_(watcher), id_(id), detached_(detached) {}
  ~Child() override = default;

  // Takes over a started child: 0 or the negative errno, and then it is not taken.
  int watch(launcher::Started& started);

  // 0 or the negative errno; ESRCH when it has ended, whoever has its number now.
  [[nodiscard]] int kill(int signal) const;
  // Lets the init program go on that waits at `launcher.await`. 0 or the negative errno.
  [[nodiscard]] int proceed() const;
  // Whether it keeps the event loop alive.
  void set_referenced(bool referenced);

  void on_readable(int descriptor) override;
  void on_environment_end() override;

 private:
  void read_status();
  void finish(const launcher::Exit& exit);
  void call(const Napi::FunctionReference& function, std::initializer_list<double> numbers) const;

  Watcher& watcher_;
  uint32_t id_;
  bool detached_;
  bool referenced_ = false;
  launcher::Descriptor pidfd_;
  launcher::Descriptor status_;                 // until its end-of-file
  launcher::Descriptor lifeline_;               // of a child under our init
  std::unique_ptr<launcher::Placing> placing_;  // until the first news
  plan::Record failure_ = {};                   // `kind` tells whether there is one
};

}  // namespace addon
