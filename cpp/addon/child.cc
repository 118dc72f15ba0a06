#include "addon/child.h"

#include <sys/socket.h>

#include <cerrno>
#include <csignal>

#include "addon/usage.h"
#include "launcher/reaper.h"

namespace addon {
namespace {

int signal_argument(const Napi::CallbackInfo& info) {
  return info[0].As<Napi::Number>().Int32Value();
}

// The next record, if there is one now; `errno` is 0 at the end-of-file.
bool receive(int socket, plan::Record& record) {
  ssize_t size = 0;
  do {
    size = recv(socket, &record, sizeof record, MSG_DONTWAIT);
  } while (size < 0 && errno == EINTR);
  if (size >= 0) errno = 0;
  return size == static_cast<ssize_t>(sizeof record);
}

}  // namespace

Napi::Object to_object(Napi::Env env, uint32_t step, const plan::Outcome& failure) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("step", step);
  object.Set("operand", failure.operand);
  object.Set("syscall", plan::kCallNames[static_cast<uint32_t>(failure.call)]);
  object.Set("errno", failure.error);
  return object;
}

Napi::Function Child::define(Napi::Env env) {
  return DefineClass(
      env, "Child",
      {InstanceMethod<&Child::kill>("kill"), InstanceMethod<&Child::proceed>("proceed"),
       InstanceMethod<&Child::ref>("ref"), InstanceMethod<&Child::unref>("unref")});
}

Child::Child(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Child>(info) {}

int Child::watch(Watcher& watcher, launcher::Started& started, bool detached,
                 Napi::Function on_started, Napi::Function on_exit) {
  int result = watcher.watch(started.status.get(), this);
  if (result == 0) result = watcher.watch(started.pidfd.get(), this);
  if (result != 0) {
    watcher.forget(started.status.get());
    return result;
  }
  watcher_ = &watcher;
  pidfd_ = std::move(started.pidfd);
  status_ = std::move(started.status);
  lifeline_ = std::move(started.lifeline);
  placing_ = std::move(started.placing);
  detached_ = detached;
  on_started_ = Napi::Persistent(on_started);
  on_exit_ = Napi::Persistent(on_exit);
  Value().Set("pid", started.pid);
  Ref();  // alive until the exit is told, whoever else forgets it
  referenced_ = true;
  watcher.ref();
  return 0;
}

void Child::on_readable(int descriptor) {
  // The records first, also when the pidfd is heard before them: they say what the exit means.
  if (status_.is_open()) read_status();
  if (descriptor != pidfd_.get() || !can_run_javascript(Env())) return;
  const launcher::Exit exit = launcher::poll_exit(pidfd_.get());
  if (exit.ended) finish(exit);
}

void Child::read_status() {
  plan::Record record = {};
  while (receive(status_.get(), record)) {
    // A child that failed before its exec has yet to exit, on a stack of ours.
    if (record.step != plan::kBeforePlan) placing_.reset();
    failure_ = record;
  }
  if (errno == EAGAIN) return;
  // End-of-file: the exec has closed the other end, or the process is gone.
  if (failure_.step != plan::kBeforePlan) placing_.reset();
  watcher_->forget(status_.get());
  status_.reset();
  if (failure_.kind != plan::RecordKind::failed) call(on_started_, {});
}

void Child::finish(const launcher::Exit& exit) {
  const Napi::Env env = Env();
  Napi::Object object = Napi::Object::New(env);
  plan::Record ended = {};
  const bool told = lifeline_.is_open() && receive(lifeline_.get(), ended);
  object.Set("known", exit.known);
  object.Set("code", told ? ended.code : exit.code);
  object.Set("signal", told ? ended.signal : exit.signal);
  rusage usage = exit.usage;
  if (told) usage.ru_maxrss = ended.max_rss;
  object.Set("usage", to_object(env, usage));
  if (failure_.kind == plan::RecordKind::failed) {
    const plan::Outcome failure = {failure_.call, failure_.error, failure_.operand};
    object.Set("failure", to_object(env, failure_.step, failure));
  }
  if (status_.is_open()) watcher_->forget(status_.get());
  status_.reset();
  lifeline_.reset();
  watcher_->forget(pidfd_.get());
  pidfd_.reset();
  placing_.reset();
  if (referenced_) watcher_->unref();
  referenced_ = false;
  const Napi::FunctionReference on_exit = std::move(on_exit_);
  on_started_.Reset();
  call(on_exit, {object});
  Unref();
}

void Child::call(const Napi::FunctionReference& function,
                 std::initializer_list<napi_value> arguments) {
  const Napi::Env env = Env();
  const napi_status status =
      napi_make_callback(env, watcher_->async_context(), env.Global(), function.Value(),
                         arguments.size(), arguments.begin(), nullptr);
  if (status != napi_pending_exception || !env.IsExceptionPending()) return;
  // A listener threw: as with any other callback of the event loop, that is an uncaught exception.
  napi_fatal_exception(env, env.GetAndClearPendingException().Value());
}

void Child::on_environment_end() {
  // Who started it is gone: it goes along, unless it was asked to stay. Its end is waited for
  // elsewhere.
  if (!detached_) launcher::send_signal(pidfd_.get(), SIGKILL);
  launcher::adopt(std::move(pidfd_), std::move(placing_));
  status_.reset();
  lifeline_.reset();
}

// 0 or the negative errno; ESRCH when it has ended, whoever has its number now.
Napi::Value Child::kill(const Napi::CallbackInfo& info) {
  const int result =
      pidfd_.is_open() ? launcher::send_signal(pidfd_.get(), signal_argument(info)) : -ESRCH;
  return Napi::Number::New(info.Env(), result);
}

// Lets the init program go on that waits at `launcher.await`. 0 or the negative errno.
Napi::Value Child::proceed(const Napi::CallbackInfo& info) {
  const char byte = 0;
  const ssize_t sent = send(status_.get(), &byte, sizeof byte, MSG_NOSIGNAL);
  return Napi::Number::New(info.Env(), sent < 0 ? -errno : 0);
}

void Child::ref(const Napi::CallbackInfo& /*info*/) {
  if (referenced_ || !pidfd_.is_open()) return;
  referenced_ = true;
  watcher_->ref();
}

void Child::unref(const Napi::CallbackInfo& /*info*/) {
  if (!referenced_) return;
  referenced_ = false;
  watcher_->unref();
}

}  // namespace addon
