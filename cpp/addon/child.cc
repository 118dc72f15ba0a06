#include "addon/child.h"

#include <sys/socket.h>

#include <cerrno>
#include <csignal>
#include <vector>

#include "addon/environment.h"
#include "addon/usage.h"
#include "launcher/reaper.h"
#include "launcher/record.h"

namespace addon {
int Child::watch(launcher::Started& started) {
  int result = watcher_.watch(started.status.get(), this);
  if (result == 0) result = watcher_.watch(started.pidfd.get(), this);
  if (result != 0) {
    watcher_.forget(started.status.get());
    return result;
  }
  pidfd_ = std::move(started.pidfd);
  status_ = std::move(started.status);
  lifeline_ = std::move(started.lifeline);
  placing_ = std::move(started.placing);
  set_referenced(true);
  return 0;
}

void Child::on_readable(int descriptor) {
  // The records first, also when the pidfd is heard before them: they say what the exit means.
  if (status_.is_open()) read_status();
  if (descriptor != pidfd_.get() || !can_run_javascript(watcher_.env())) return;
  const launcher::Exit exit = launcher::poll_exit(pidfd_.get());
  if (exit.ended) finish(exit);
}

void Child::read_status() {
  plan::Record record = {};
  launcher::Descriptor beside;
  while (launcher::receive_record(status_.get(), MSG_DONTWAIT, record, beside)) {
    // A child that failed before its exec has yet to exit, on a stack of ours.
    if (record.step != plan::kBeforePlan) placing_.reset();
    if (record.kind == plan::RecordKind::failed) failure_ = record;
    if (record.kind == plan::RecordKind::socket) {
      call(Environment::of(watcher_.env()).on_socket,
           {static_cast<double>(id_), static_cast<double>(beside.release())});
      if (!can_run_javascript(watcher_.env())) return;
    }
  }
  if (errno == EAGAIN) return;
  // End-of-file: the exec has closed the other end, or the process is gone.
  if (failure_.step != plan::kBeforePlan) placing_.reset();
  watcher_.forget(status_.get());
  status_.reset();
  if (failure_.kind != plan::RecordKind::failed) {
    call(Environment::of(watcher_.env()).on_started, {static_cast<double>(id_)});
  }
}

void Child::finish(const launcher::Exit& exit) {
  plan::Record ended = {};
  launcher::Descriptor nothing;
  const bool told = lifeline_.is_open() &&
                    launcher::receive_record(lifeline_.get(), MSG_DONTWAIT, ended, nothing);
  if (status_.is_open()) watcher_.forget(status_.get());
  status_.reset();
  lifeline_.reset();
  watcher_.forget(pidfd_.get());
  pidfd_.reset();
  set_referenced(false);
  Environment& environment = Environment::of(watcher_.env());
  // Alive to the end of this function only: nobody knows the child any more.
  const std::unique_ptr<Child> self = std::move(environment.children.at(id_));
  environment.children.erase(id_);
  const bool failed = failure_.kind == plan::RecordKind::failed;
  call(environment.on_exit,
       {static_cast<double>(id_), exit.known || told ? 1.0 : 0.0,
        static_cast<double>(told ? ended.code : exit.code),
        static_cast<double>(told ? ended.signal : exit.signal), microseconds(exit.usage.ru_utime),
        microseconds(exit.usage.ru_stime),
        static_cast<double>(told ? ended.max_rss : exit.usage.ru_maxrss), failed ? 1.0 : 0.0,
        static_cast<double>(failure_.step), static_cast<double>(failure_.operand),
        static_cast<double>(failure_.call), static_cast<double>(failure_.error)});
}

void Child::call(const Napi::FunctionReference& function,
                 std::initializer_list<double> numbers) const {
  const Napi::Env env = watcher_.env();
  std::vector<napi_value> arguments;
  for (const double number : numbers) arguments.push_back(Napi::Number::New(env, number));
  const napi_status status =
      napi_make_callback(env, watcher_.async_context(), env.Global(), function.Value(),
                         arguments.size(), arguments.data(), nullptr);
  bool pending = false;
  if (status != napi_pending_exception || napi_is_exception_pending(env, &pending) != napi_ok ||
      !pending) {
    return;
  }
  // A listener threw: as with any other callback of the event loop, that is an uncaught exception.
  napi_value exception = nullptr;
  napi_get_and_clear_last_exception(env, &exception);
  napi_fatal_exception(env, exception);
}

void Child::on_environment_end() {
  // Who started it is gone: it goes along, unless it was asked to stay. Its end is waited for
  // elsewhere.
  if (!detached_) launcher::send_signal(pidfd_.get(), SIGKILL);
  launcher::adopt(std::move(pidfd_), std::move(placing_));
  status_.reset();
  lifeline_.reset();
}

int Child::kill(int signal) const { return launcher::send_signal(pidfd_.get(), signal); }

int Child::proceed() const {
  const char byte = 0;
  return send(status_.get(), &byte, sizeof byte, MSG_NOSIGNAL) < 0 ? -errno : 0;
}

void Child::set_referenced(bool referenced) {
  if (referenced == referenced_) return;
  referenced_ = referenced;
  if (referenced) {
    watcher_.ref();
  } else {
    watcher_.unref();
  }
}

}  // namespace addon
