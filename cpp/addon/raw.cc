// The raw layer: one function a system call, with the semantics of its man page, on the calling
// thread. Each returns what the kernel returns: the result, or the negative errno.
#include "addon/raw.h"

#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>

#include "addon/start.h"
#include "addon/usage.h"
#include "kernel/syscall.h"
#include "launcher/exit.h"
#include "launcher/namespace.h"
#include "launcher/record.h"
#include "launcher/start.h"

namespace addon {
namespace {

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
  return number(info, kernel::call(__NR_unshare, integer(info[0])));
}

Napi::Value setns(const Napi::CallbackInfo& info) {
  warm_thread_pool(info.Env());
  return number(info, kernel::call(__NR_setns, integer(info[0]), integer(info[1])));
}

Napi::Value pidfd_open(const Napi::CallbackInfo& info) {
  return number(info, kernel::call(__NR_pidfd_open, integer(info[0]), integer(info[1])));
}

Napi::Value pidfd_send_signal(const Napi::CallbackInfo& info) {
  return number(
      info, kernel::call(__NR_pidfd_send_signal, integer(info[0]), integer(info[1]), nullptr, 0));
}

Napi::Value pidfd_getfd(const Napi::CallbackInfo& info) {
  return number(info, kernel::call(__NR_pidfd_getfd, integer(info[0]), integer(info[1]), 0));
}

// The caller owns the pidfd and reaps the child.
Napi::Value clone(const Napi::CallbackInfo& info) {
  const Napi::Value report = info[6];
  std::string variables;
  launcher::Started started = launcher::start(start_options(info, variables));
  if (started.failure.error != 0) return fail(info, report, plan::kBeforePlan, started.failure);
  // The man page's clone has no third state, and this call has none either: the exec has happened
  // or failed.
  plan::Record record = {};
  launcher::Descriptor nothing;
  launcher::receive_record(started.status.get(), 0, record, nothing);
  if (record.kind == plan::RecordKind::failed) {
    launcher::wait_for_exit(started.pidfd.get());
    return fail(info, report, record.step, {record.call, record.error, record.operand});
  }
  write<Napi::Float64Array>(report, {static_cast<double>(started.pid)});
  return number(info, started.pidfd.release());
}

// 1 when it has ended and `report` says how, 0 when it runs still, or the negative errno.
Napi::Value waitid(const Napi::CallbackInfo& info) {
  launcher::Exit exit;
  const int error = launcher::wait_by_pidfd(static_cast<int>(integer(info[0])),
                                            integer(info[1]) != 0 ? 0 : WNOHANG, exit);
  if (error != 0) return number(info, error);
  if (!exit.ended) return number(info, 0);
  write<Napi::Float64Array>(info[2],
                            {static_cast<double>(exit.code), static_cast<double>(exit.signal),
                             microseconds(exit.usage.ru_utime), microseconds(exit.usage.ru_stime),
                             static_cast<double>(exit.usage.ru_maxrss)});
  return number(info, 1);
}

// The calls of ioctl_ns(2).
Napi::Value namespace_ioctl(const Napi::CallbackInfo& info) {
  uint32_t uid = 0;
  const int result =
      launcher::ask_namespace(static_cast<int>(integer(info[0])),
                              static_cast<launcher::NamespaceCall>(integer(info[1])), uid);
  write<Napi::Float64Array>(info[2], {static_cast<double>(uid)});
  return number(info, result);
}

}  // namespace

void export_raw(Exports& exports) {
  exports.insert(exports.end(),
                 {method<unshare>("unshare"), method<setns>("setns"), method<clone>("clone"),
                  method<waitid>("waitid"), method<pidfd_open>("pidfdOpen"),
                  method<pidfd_send_signal>("pidfdSendSignal"), method<pidfd_getfd>("pidfdGetfd"),
                  method<namespace_ioctl>("namespaceIoctl")});
}

}  // namespace addon
