#include "launcher/placing.h"

#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/fcntl.h>
#include <linux/prctl.h>

#include <csignal>

#include "kernel/message.h"
#include "kernel/syscall.h"
#include "plan/record.h"
#include "plan/steps.h"
#include "plan/text.h"

namespace launcher {
namespace {

using plan::Call;
using plan::Outcome;
using plan::outcome;

unsigned count(const Placing& placing) { return static_cast<unsigned>(placing.sources.size()); }

// A source that stands where another descriptor is to come moves out of the way first.
Outcome clear_the_way(Placing& placing) {
  for (unsigned target = 0; target < count(placing); target++) {
    const int source = placing.sources[target];
    if (source < 0 || source >= static_cast<int>(count(placing)) ||
        source == static_cast<int>(target))
      continue;
    const long moved = kernel::call(__NR_fcntl, source, F_DUPFD_CLOEXEC, count(placing));
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
    return outcome(Call::fcntl,
                   kernel::call(__NR_fcntl, target, F_SETFD, close_on_exec ? FD_CLOEXEC : 0),
                   target);
  }
  return outcome(Call::dup3, kernel::call(__NR_dup3, source, target, close_on_exec ? O_CLOEXEC : 0),
                 target);
}

// The first process of a user namespace has every capability in it, and an exec takes them all away
// from whoever is not uid 0 there; nobody is, before the id map is written. Ambient capabilities
// pass the exec (capabilities(7)). Inheritable and ambient sets are no cause for the kernel to
// touch the dumpable flag that we share with the parent. The init program gives them back before it
// starts anything (process.rights).
Outcome keep_rights() {
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  const __user_cap_data_struct all[2] = {{~0u, ~0u, ~0u}, {~0u, ~0u, ~0u}};
  const long set = kernel::call(__NR_capset, &header, all);
  if (set < 0) return outcome(Call::capset, set);
  // All that this kernel knows: a program that gained one by its exec would lose its lifeline (the
  // kernel clears PR_SET_PDEATHSIG for whoever gains capabilities).
  for (int capability = 0;
       kernel::call(__NR_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) == 0;
       capability++) {
  }
  return {};
}

Outcome run(Placing& placing) {
  // A second belt beside the lifeline, and at once: between the death of the thread that started us
  // and the closing of its process's descriptors, by which the init program knows, there is a
  // moment. It arms it anew where a change of ids takes it off (process.lifeline).
  if (!placing.detached) kernel::call(__NR_prctl, PR_SET_PDEATHSIG, SIGKILL);
  if (placing.keep_rights) {
    const Outcome kept = keep_rights();
    if (kept.error != 0) return kept;
  }
  const Outcome cleared = clear_the_way(placing);
  if (cleared.error != 0) return cleared;
  const unsigned program = count(placing) - 1;
  for (unsigned target = 0; target < count(placing); target++) {
    const Outcome placed = place(placing.sources[target], target, target == program);
    if (placed.error != 0) return placed;
    placing.sources[target] = static_cast<int>(target);
  }
  // Node's own descriptors are not all close-on-exec, and other addons' may be anything.
  const long closed = kernel::call(__NR_close_range, count(placing), ~0u, 0);
  if (closed < 0) return outcome(Call::close_range, closed);
  return outcome(Call::execveat, kernel::call(__NR_execveat, program, "", placing.argv.data(),
                                              placing.environment.data(), AT_EMPTY_PATH));
}

void report(int status, const Outcome& failure) {
  plan::Record record = {};
  record.kind = plan::RecordKind::failed;
  record.step = plan::kBeforePlan;
  record.operand = failure.operand;
  record.call = failure.call;
  record.error = failure.error;
  kernel::call(__NR_sendto, status, &record, sizeof record, kernel::kNoSignal, nullptr, 0);
}

// One pointer a word. execve(2) takes pointers to writable strings, but only reads them.
void append_words(std::string& words, std::vector<char*>& pointers) {
  for (size_t begin = 0, end = 0; (end = words.find('\0', begin)) != std::string::npos;
       begin = end + 1) {
    pointers.push_back(words.data() + begin);
  }
}

}  // namespace

Placing::Placing(Words plan_words, Words environment_words, const std::vector<int>& stdio,
                 const std::vector<int>& ours)
    : plan_bytes(plan_words),
      environment_bytes(environment_words),
      sources(stdio),
      status(stdio.size()) {
  plan::format_number(status, status_number);
  sources.insert(sources.end(), ours.begin(), ours.end());
  argv = {const_cast<char*>(plan::kSetupStage), status_number};
  append_words(plan_bytes, argv);
  argv.push_back(nullptr);
  append_words(environment_bytes, environment);
  environment.push_back(nullptr);
}

void place_and_execute(void* argument) {
  auto& placing = *static_cast<Placing*>(argument);
  const Outcome failure = run(placing);
  report(placing.sources[placing.status], failure);
  kernel::exit_group(127);
}

}  // namespace launcher
