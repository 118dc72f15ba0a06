// Namespaces that exist (setns(2)).
#include <asm/errno.h>
#include <linux/prctl.h>

#include "init/step.h"

namespace init {
namespace {

Outcome join(Context& context, const char* flags, const char* index) {
  uint64_t types = 0;
  if (!plan::parse_number(flags, types)) return {Call::none, EINVAL, 0};
  int descriptor = -1;
  const Outcome found = find_descriptor(context, index, 1, descriptor);
  if (found.error != 0) return found;
  keep_proc(context);
  // Whoever has CAP_SYS_PTRACE in there could look into us from now on (CVE-2016-9962). What is
  // not dumpable belongs to the user namespace that it was executed in: ours, not theirs.
  const Outcome hidden = outcome(Call::prctl, kernel::call(__NR_prctl, PR_SET_DUMPABLE, 0));
  if (hidden.error != 0) return hidden;
  const Outcome joined = outcome(Call::setns, kernel::call(__NR_setns, descriptor, types), 1);
  // Other credentials than before: the kernel has set the flag anew, to fs.suid_dumpable.
  kernel::call(__NR_prctl, PR_SET_DUMPABLE, 0);
  return joined;
}

}  // namespace

// Operands: CLONE_NEW* flags, the index of a process's pidfd, how many of the next steps join the
// same one by one. Those are for kernels before 5.8, and for a process that has ended meanwhile.
Outcome process_join(Context& context, Operands operands) {
  uint64_t alternatives = 0;
  if (!plan::parse_number(operands[2], alternatives)) return {Call::none, EINVAL, 2};
  const Outcome joined = join(context, operands[0], operands[1]);
  if (joined.error == 0) context.skip = alternatives;
  return joined.call == Call::setns ? Outcome{} : joined;
}

// Operands: a CLONE_NEW* flag, the index of the namespace's descriptor.
Outcome namespace_join(Context& context, Operands operands) {
  return join(context, operands[0], operands[1]);
}

}  // namespace init
