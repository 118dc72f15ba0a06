// The launcher, at the other end of our sockets. They have an end-of-file, which an eventfd has
// not: nobody here can wait for ever for somebody who has died.
#include <asm/errno.h>
#include <asm/poll.h>
#include <linux/fcntl.h>
#include <linux/time_types.h>

#include "init/step.h"
#include "kernel/message.h"

namespace init {
namespace {
constexpr int kTruncated = 0x20;  // MSG_TRUNC (linux/socket.h keeps it to itself)
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

// Keeps what was made alive, without becoming a program, until the launcher lets go. Operand: the
// lifeline's index.
Outcome hold(Context& context, Operands operands) {
  int lifeline = -1;
  const Outcome found = find_descriptor(context, operands[0], 0, lifeline);
  if (found.error != 0) return found;
  kernel::call(__NR_close, context.status_fd);  // as an exec would: all is done
  pollfd socket = {lifeline, POLLIN, 0};
  kernel::call(__NR_ppoll, &socket, 1, nullptr, nullptr, 0);
  kernel::exit_group(0);
}

bool launcher_is_gone(const Context& context) {
  pollfd socket = {context.status_fd, POLLIN, 0};
  const __kernel_timespec now = {};
  const long ready = kernel::call(__NR_ppoll, &socket, 1, &now, nullptr, 0);
  return ready > 0 && (socket.revents & (POLLHUP | POLLERR)) != 0;
}

}  // namespace init
