// A started child as a JavaScript object: its signals, and its news.
#pragma once

#include <napi.h>

#include "addon/watcher.h"
#include "launcher/exit.h"
#include "launcher/start.h"

namespace addon {

class Child : public Napi::ObjectWrap<Child>, public Watched {
 public:
  static Napi::Function define(Napi::Env env);
  explicit Child(const Napi::CallbackInfo& info);

  // Takes over a started child; from here on its news go to the two functions. 0 or the negative
  // errno.
  int watch(Watcher& watcher, launcher::Started& started, bool detached, Napi::Function on_started,
            Napi::Function on_exit);

  void on_readable(int descriptor) override;
  void on_environment_end() override;

 private:
  Napi::Value kill(const Napi::CallbackInfo& info);
  Napi::Value proceed(const Napi::CallbackInfo& info);
  void ref(const Napi::CallbackInfo& info);
  void unref(const Napi::CallbackInfo& info);

  void read_status();
  void finish(const launcher::Exit& exit);
  void call(const Napi::FunctionReference& function, std::initializer_list<napi_value> arguments);

  Watcher* watcher_ = nullptr;
  launcher::Descriptor pidfd_;
  launcher::Descriptor status_;                 // until its end-of-file
  launcher::Descriptor lifeline_;               // of a child under our init
  std::unique_ptr<launcher::Placing> placing_;  // until the first news
  bool detached_ = false;
  bool referenced_ = false;
  plan::Record failure_ = {};  // `kind` tells whether there is one
  Napi::FunctionReference on_started_;
  Napi::FunctionReference on_exit_;
};

// A failure as the contract has it: { step, operand, syscall, errno }.
Napi::Object to_object(Napi::Env env, uint32_t step, const plan::Outcome& failure);

}  // namespace addon
