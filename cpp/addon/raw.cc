// The raw layer: one function a system call, with the semantics of its man page, on the calling
// thread. Each returns what the kernel returns: the result, or the negative errno.
#include "addon/raw.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>

#include "addon/child.h"
#include "addon/start.h"
#include "addon/usage.h"
#include "kernel/syscall.h"
#include "launcher/exit.h"
#include "launcher/start.h"

namespace addon {
namespace {

long integer(const Napi::Value& value) {
  return static_cast<long>(value.As<Napi::Number>().Int64Value());
}

Napi::Value result(const Napi::CallbackInfo& info, long value) {
  return Napi::Number::New(info.Env(), static_cast<double>(value));
}

// libuv's pool is born at its first use, with the namespaces of the thread that used it first. One
// empty job, waited for by nobody, has it born before this thread moves (uv_queue_work starts all
// threads before it returns).
void warm_thread_pool(Napi::Env env) {
  class Nothing : public Napi::AsyncWorker {
   public:
    explicit Nothing(Napi::Env env) : Napi::AsyncWorker(env) {}
    void Execute() override {}
  };
  (new Nothing(env))->Queue();
  // NOLINTNEXTLINE(clang-analyzer-cplusplus.NewDeleteLeaks): an AsyncWorker deletes itself
}

Napi::Value unshare(const Napi::CallbackInfo& info) {
  warm_thread_pool(info.Env());
  return result(info, kernel::call(__NR_unshare, integer(info[0])));
}

Napi::Value setns(const Napi::CallbackInfo& info) {
  warm_thread_pool(info.Env());
  return result(info, kernel::call(__NR_setns, integer(info[0]), integer(info[1])));
}

Napi::Value pidfd_open(const Napi::CallbackInfo& info) {
  return result(info, kernel::call(__NR_pidfd_open, integer(info[0]), integer(info[1])));
}

Napi::Value pidfd_send_signal(const Napi::CallbackInfo& info) {
  return result(
      info, kernel::call(__NR_pidfd_send_signal, integer(info[0]), integer(info[1]), nullptr, 0));
}

Napi::Value pidfd_getfd(const Napi::CallbackInfo& info) {
  return result(info, kernel::call(__NR_pidfd_getfd, integer(info[0]), integer(info[1]), 0));
}

// Waits until the exec has happened or failed: the man page's clone has no third state, and this
// call has none either.
plan::Record wait_for_exec(int status) {
  plan::Record record = {};
  ssize_t size = 0;
  do {
    size = recv(status, &record, sizeof record, 0);
  } while (size < 0 && errno == EINTR);
  return size == static_cast<ssize_t>(sizeof record) ? record : plan::Record{};
}

// { pid, pidfd }, or a failure. The caller owns the pidfd and reaps the child.
Napi::Value clone(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  launcher::Started started = launcher::start(to_start_options(info[0].As<Napi::Object>()));
  if (started.failure.error != 0) return to_object(env, plan::kBeforePlan, started.failure);
  const plan::Record record = wait_for_exec(started.status.get());
  if (record.kind == plan::RecordKind::failed) {
    launcher::wait_for_exit(started.pidfd.get());
    return to_object(env, record.step, {record.call, record.error, record.operand});
  }
  Napi::Object object = Napi::Object::New(env);
  object.Set("pid", started.pid);
  object.Set("pidfd", started.pidfd.release());
  return object;
}

// { code, signal, usage }; null while the child runs and `wait` is false; the negative errno.
Napi::Value waitid(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const int pidfd = info[0].As<Napi::Number>().Int32Value();
  const bool wait = info[1].As<Napi::Boolean>().Value();
  launcher::Exit exit;
  const int error = launcher::wait_by_pidfd(pidfd, wait ? 0 : WNOHANG, exit);
  if (error != 0) return Napi::Number::New(env, error);
  if (!exit.ended) return env.Null();
  Napi::Object object = Napi::Object::New(env);
  object.Set("code", exit.code);
  object.Set("signal", exit.signal);
  object.Set("usage", to_object(env, exit.usage));
  return object;
}

}  // namespace

void export_raw(Napi::Env env, Napi::Object exports) {
  exports.Set("unshare", Napi::Function::New<unshare>(env, "unshare"));
  exports.Set("setns", Napi::Function::New<setns>(env, "setns"));
  exports.Set("clone", Napi::Function::New<clone>(env, "clone"));
  exports.Set("waitid", Napi::Function::New<waitid>(env, "waitid"));
  exports.Set("pidfdOpen", Napi::Function::New<pidfd_open>(env, "pidfdOpen"));
  exports.Set("pidfdSendSignal", Napi::Function::New<pidfd_send_signal>(env, "pidfdSendSignal"));
  exports.Set("pidfdGetfd", Napi::Function::New<pidfd_getfd>(env, "pidfdGetfd"));
}

}  // namespace addon
