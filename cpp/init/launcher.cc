// The launcher, at the other end of our sockets. They have an end-of-file, which an eventfd has
// not: nobody here can wait for ever for somebody who has died.
#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/fcntl.h>
#include <linux/sched.h>
#include <linux/time_types.h>

#include "init/step.h"
#include "kernel/message.h"

namespace init {
namespace {
constexpr int kTruncated = 0x20;  // MSG_TRUNC (linux/socket.h keeps it to itself)

constexpr struct {
  uint64_t flag;
  const char* path;
} kNamespaceFiles[] = {
    {CLONE_NEWCGROUP, "/proc/self/ns/cgroup"},
    {CLONE_NEWIPC, "/proc/self/ns/ipc"},
    {CLONE_NEWNS, "/proc/self/ns/mnt"},
    {CLONE_NEWNET, "/proc/self/ns/net"},
    {CLONE_NEWPID, nullptr},
    {CLONE_NEWTIME, "/proc/self/ns/time"},
    {CLONE_NEWUSER, "/proc/self/ns/user"},
    {CLONE_NEWUTS, "/proc/self/ns/uts"},
};

// A pid namespace without a process has no file in proc. Linux 6.11.
long open_pid_of_children() {
  constexpr unsigned long kGetPidForChildren = 0xFF06;  // linux/pidfd.h
  const long self = kernel::call(__NR_pidfd_open, kernel::call(__NR_getpid), 0);
  if (self < 0) return self;
  const long space = kernel::call(__NR_ioctl, self, kGetPidForChildren, 0);
  kernel::call(__NR_close, self);
  return space;
}
}  // namespace

void report(int socket, const plan::Record& record) {
  long sent = 0;
  do {
    sent = kernel::call(__NR_sendto, socket, &record, sizeof record, kernel::kNoSignal, nullptr, 0);
  } while (sent == -EINTR);
}

void report_failure(const Context& context, const Outcome& failure) {
  plan::Record record = {};
  record.kind = plan::RecordKind::failed;
  record.step = context.step;
  record.operand = failure.operand;
  record.call = failure.call;
  record.error = failure.error;
  report(context.status_fd, record);
}

// The launcher sends one byte when it has done what only it can do: id maps of several ranges,
// first of all.
Outcome launcher_await(Context& context, Operands /*operands*/) {
  char byte = 0;
  long got = 0;
  do {
    got = kernel::call(__NR_recvfrom, context.status_fd, &byte, 1, kTruncated, nullptr, nullptr);
  } while (got == -EINTR);
  if (got == 0) kernel::exit_group(127);  // the launcher died: nobody to tell
  return outcome(Call::recvfrom, got);
}

// Descriptors of the namespaces that this process is in, or its next child for pid. It opens them
// itself: nobody else needs a right over it, which would be one for those inside, too. Operand:
// CLONE_NEW* flags.
Outcome namespace_send(Context& context, Operands operands) {
  uint64_t types = 0;
  if (!plan::parse_number(operands[0], types)) return {Call::none, EINVAL, 0};
  for (const auto& one : kNamespaceFiles) {
    if ((types & one.flag) == 0) continue;
    const bool is_pid = one.flag == CLONE_NEWPID;
    const long space = is_pid ? open_pid_of_children() : open_proc(context, one.path, O_RDONLY);
    if (space < 0) return outcome(is_pid ? Call::ioctl : Call::open, space);
    plan::Record record = {};
    record.kind = plan::RecordKind::socket;
    const long sent = kernel::send_with_descriptor(context.status_fd, &record, sizeof record,
                                                   static_cast<int>(space));
    if (sent < 0) return outcome(Call::sendmsg, sent);
    kernel::call(__NR_close, space);
  }
  return {};
}

bool launcher_is_gone(const Context& context) {
  pollfd socket = {context.status_fd, POLLIN, 0};
  const __kernel_timespec now = {};
  const long ready = kernel::call(__NR_ppoll, &socket, 1, &now, nullptr, 0);
  return ready > 0 && (socket.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace init
