// The process itself: its name, its session, its folder, its signals, and whom it outlives.
#include <asm/errno.h>
#include <asm/signal.h>
#include <linux/prctl.h>

#include "init/step.h"

namespace init {

// The name that `ps` and `strace` show (prctl(2), PR_SET_NAME, at most 15 characters).
void set_stage(const char* name) { kernel::call(__NR_prctl, PR_SET_NAME, name); }

// Handlers went at the exec, ignored signals did not: Node ignores SIGPIPE, and who ignored SIGCHLD
// before Node would leave the program unable to wait for its children.
void reset_signals() {
  struct {
    void* handler;
    uint64_t flags;
    void* restorer;
    uint64_t mask;
  } const default_action = {};
  for (int signal = 1; signal <= kernel::kSignalCount; signal++) {
    if (signal == SIGKILL || signal == SIGSTOP) continue;
    kernel::call(__NR_rt_sigaction, signal, &default_action, nullptr, sizeof default_action.mask);
  }
}

Outcome session_create(Context& context, Operands /*operands*/) {
  context.own_session = true;
  return outcome(Call::setsid, kernel::call(__NR_setsid));
}

// Operand: the index of a folder's descriptor, which becomes the root. chroot(2) does not leave the
// old one: the working directory does, before.
Outcome process_root(Context& context, Operands operands) {
  const Outcome entered = process_folder(context, operands);
  if (entered.error != 0) return entered;
  return outcome(Call::chroot, kernel::call(__NR_chroot, "."));
}

// Operand: the index of a folder's descriptor.
Outcome process_folder(Context& context, Operands operands) {
  int folder = -1;
  const Outcome found = find_descriptor(context, operands[0], 0, folder);
  if (found.error != 0) return found;
  return outcome(Call::fchdir, kernel::call(__NR_fchdir, folder), 0);
}

Outcome process_cwd(Context& /*context*/, Operands operands) {
  return outcome(Call::chdir, kernel::call(__NR_chdir, operands[0]));
}

// The kernel kills this process when the thread that started it ends (PR_SET_PDEATHSIG). A change
// of credentials clears the setting, so this step comes after the last one. The socket tells
// whether the launcher was quicker to die.
Outcome process_lifeline(Context& context, Operands /*operands*/) {
  context.lifeline = true;
  const Outcome armed = outcome(Call::prctl, kernel::call(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL));
  if (armed.error == 0 && launcher_is_gone(context)) kernel::exit_group(127);
  return armed;
}

// The end of a plan that only tries whether its steps can be done (Namespace.probe).
Outcome done(Context& /*context*/, Operands /*operands*/) { kernel::exit_group(0); }

}  // namespace init
