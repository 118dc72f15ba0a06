// A second process that goes on with the plan, for what takes hold at a birth only: a pid namespace
// that was joined, and a user or pid namespace that is to be made after others were joined.
#include <asm/errno.h>
#include <linux/sched.h>

#include "init/step.h"
#include "kernel/clone.h"
#include "kernel/message.h"

namespace init {
namespace {

kernel::ChildStack stack;

// The launcher says when it knows us: nobody runs whom it could not end.
void go_on(void* argument) {
  auto& context = *static_cast<Context*>(argument);
  context.step++;
  context.time_offsets = 0;  // that was the other one's
  const Outcome known = launcher_await(context, nullptr);
  if (known.error != 0) {
    report_failure(context, known);
    kernel::exit_group(127);
  }
  run_steps(context);
}

}  // namespace

// Operand: CLONE_NEW* flags that the new process is born with. It is a child of the launcher
// (CLONE_PARENT), not of ours, and shares our memory, which nobody else has: we end at once.
Outcome process_fork(Context& context, Operands operands) {
  uint64_t flags = 0;
  if (!plan::parse_number(operands[0], flags)) return {Call::none, EINVAL, 0};
  int pidfd = -1;
  const long pid = kernel::clone_sharing_memory(flags | CLONE_PARENT | CLONE_PIDFD, 0, &pidfd,
                                                stack, go_on, &context);
  if (pid < 0) return outcome(Call::clone, pid);
  plan::Record record = {};
  record.kind = plan::RecordKind::forked;
  record.pid = static_cast<int32_t>(pid);
  if (kernel::send_with_descriptor(context.status_fd, &record, sizeof record, pidfd) < 0) {
    report(context.status_fd, record);
  }
  kernel::exit_group(0);
}

}  // namespace init
