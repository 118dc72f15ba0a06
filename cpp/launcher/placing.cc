#include "launcher/placing.h"

#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/fcntl.h>
#include <linux/prctl.h>

#include "kernel/syscall.h"

namespace launcher {
namespace {

using plan::Call;
using plan::Outcome;
using plan::outcome;

// A source that stands where another descriptor is to come moves out of the way first.
Outcome clear_the_way(const Placing& placing) {
  for (unsigned target = 0; target < placing.count; target++) {
    const int source = placing.sources[target];
    if (source < 0 || source >= static_cast<int>(placing.count) || source == static_cast<int>(target)) continue;
    const long moved = kernel::call(__NR_fcntl, source, F_DUPFD_CLOEXEC, placing.count);
    if (moved < 0) return outcome(Call::fcntl, moved, target);
    placing.sources[target] = static_cast<int>(moved);
  }
  return {};
}

Outcome place(int source, unsigned target, bool close_on_exec) {
  if (source < 0) {
    kernel::call(__NR_close, target);
    return {};
  }
  if (source == static_cast<int>(target)) {
    return outcome(Call::fcntl, kernel::call(__NR_fcntl, target, F_SETFD, close_on_exec ? FD_CLOEXEC : 0), target);
  }
  return outcome(Call::dup3, kernel::call(__NR_dup3, source, target, close_on_exec ? O_CLOEXEC : 0), target);
}

// The first process of a user namespace has every capability in it, and an exec takes them all away from whoever is not
// uid 0 there; nobody is, before the id map is written. Ambient capabilities pass the exec (capabilities(7)). Inheritable
// and ambient sets are no cause for the kernel to touch the dumpable flag that we share with the parent. The init program
// gives both back before it starts anything (process.rights).
Outcome keep_rights() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct all[2] = {{~0u, ~0u, ~0u}, {~0u, ~0u, ~0u}};
  const long set = kernel::call(__NR_capset, &header, all);
  if (set < 0) return outcome(Call::capset, set);
  // Up to the last that this kernel knows.
  for (int capability = 0;
       kernel::call(__NR_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) == 0; capability++) {
  }
  return {};
}

Outcome run(const Placing& placing) {
  if (placing.keep_rights) {
    const Outcome kept = keep_rights();
    if (kept.error != 0) return kept;
  }
  const Outcome cleared = clear_the_way(placing);
  if (cleared.error != 0) return cleared;
  const unsigned program = placing.count - 1;
  for (unsigned target = 0; target < placing.count; target++) {
    const Outcome placed = place(placing.sources[target], target, target == program);
    if (placed.error != 0) return placed;
  }
  // Node's own descriptors are not all close-on-exec, and other addons' may be anything.
  const long closed = kernel::call(__NR_close_range, placing.count, ~0u, 0);
  if (closed < 0) return outcome(Call::close_range, closed);
  return outcome(Call::execveat, kernel::call(__NR_execveat, program, "", placing.argv, placing.environment,
                                              AT_EMPTY_PATH));
}

}  // namespace

void place_and_execute(void* placing) {
  auto* job = static_cast<Placing*>(placing);
  job->failure = run(*job);
  kernel::exit_group(127);
}

}  // namespace launcher
