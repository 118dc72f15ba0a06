// Our init: stays PID 1 beside the program, reaps every orphan of the namespace, forwards signals
// to the program and ends with it (pid_namespaces(7)).
#include <asm/errno.h>
#include <asm/poll.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <linux/close_range.h>
#include <linux/fcntl.h>
#include <linux/futex.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include <linux/signalfd.h>
#include <linux/wait.h>

#include "init/step.h"
#include "kernel/clone.h"

namespace init {
namespace {

// Our own descriptors, once the program has the others.
constexpr int kLifeline = 0;  // records out; end-of-file when the launcher died
constexpr int kSignals = 1;

// What we share with the program's process until its exec.
struct Program {
  Context* context;
  Operands operands;
  int may_execute;    // 1: our descriptors are in order
  int in_our_memory;  // 0: it has executed, or exited
  bool failed;
};

kernel::ChildStack program_stack;

void wait_while(int& word, int value) {
  while (__atomic_load_n(&word, __ATOMIC_ACQUIRE) == value) {
    kernel::call(__NR_futex, &word, FUTEX_WAIT, value, nullptr, nullptr, 0);
  }
}

// Runs in the program's process.
void start_program(void* argument) {
  auto* program = static_cast<Program*>(argument);
  set_stage(plan::kExecStage);
  // With a session of its own, the program leads a process group of its own in it. Else one kill of
  // the group would reach it twice: directly, and forwarded by us.
  if (program->context->own_session) kernel::call(__NR_setpgid, 0, 0);
  wait_while(program->may_execute, 0);
  const Outcome failure = exec(*program->context, program->operands);
  program->failed = true;
  report_failure(*program->context, failure);
  kernel::exit_group(127);
}

// The name in `ps` for the years to come; the plan's words are nobody's business
// (/proc/<pid>/cmdline is for everyone).
void rename(const Context& context) {
  set_stage(plan::kInitStage);
  char* begin = context.argv[0];
  char* end = begin;
  for (char** word = context.argv; *word != nullptr; word++) end = *word + plan::length(*word);
  const size_t size = plan::length(plan::kInitStage);
  for (size_t i = 0; begin + i < end; i++) begin[i] = i < size ? plan::kInitStage[i] : '\0';
}

// What has ended so far.
struct Reaped {
  bool program = false;
  int status = 0;  // the program's, as wait4(2) gives it
  uint32_t max_rss =
      0;  // of the largest, in kilobytes; our own count began with the memory of our parent
};

void reap(long program, Reaped& reaped) {
  for (;;) {
    int one = 0;
    rusage usage = {};
    const long pid = kernel::call(__NR_wait4, -1, &one, WNOHANG | __WALL, &usage);
    if (pid == -EINTR) continue;
    if (pid <= 0) return;
    const auto max_rss = static_cast<uint32_t>(usage.ru_maxrss);
    if (max_rss > reaped.max_rss) reaped.max_rss = max_rss;
    if (pid == program) {
      reaped.program = true;
      reaped.status = one;
    }
  }
}

[[noreturn]] void end_with(const Reaped& reaped) {
  const int signal = reaped.status & 0x7f;
  const int code = (reaped.status >> 8) & 0xff;
  plan::Record record = {};
  record.kind = plan::RecordKind::ended;
  record.code = code;
  record.signal = signal;
  record.max_rss = reaped.max_rss;
  report(kLifeline, record);
  kernel::exit_group(signal == 0 ? code : 128 + signal);
}

// What a key on the terminal or the kernel sends goes to the whole process group, so the program
// has it already.
bool is_to_forward(const signalfd_siginfo& info) {
  if (info.ssi_signo == SIGCHLD && info.ssi_code > 0) return false;
  return info.ssi_code != SI_KERNEL;
}

// Keeps the lifeline and the signals, and nothing else: the program's pipes must end when the
// program closes them, and the status socket with its exec.
Outcome keep_own_descriptors(int lifeline, long signals) {
  // The lifeline is above all standard descriptors, so neither stands where the other is to be.
  const long first = kernel::call(__NR_dup3, lifeline, kLifeline, O_CLOEXEC);
  if (first < 0) return outcome(Call::dup3, first);
  const long second = kernel::call(__NR_dup3, signals, kSignals, O_CLOEXEC);
  if (second < 0) return outcome(Call::dup3, second);
  return outcome(Call::close_range, kernel::call(__NR_close_range, kSignals + 1, ~0u, 0));
}

// `target` as kill(2) takes it.
void forward_signals(long target) {
  signalfd_siginfo info = {};
  while (kernel::call(__NR_read, kSignals, &info, sizeof info) == static_cast<long>(sizeof info)) {
    if (is_to_forward(info)) kernel::call(__NR_kill, target, info.ssi_signo);
  }
}

}  // namespace

// Operands: the file, the lifeline's index; behind them stands the program's argument vector.
Outcome init(Context& context, Operands operands) {
  int lifeline = -1;
  const Outcome found = find_descriptor(context, operands[1], 1, lifeline);
  if (found.error != 0) return found;
  // All signals are blocked, since before our birth: those that come now wait for the signalfd.
  const uint64_t all = kernel::kAllSignals;
  const long signals =
      kernel::call(__NR_signalfd4, -1, &all, sizeof all, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0) return outcome(Call::signalfd4, signals);
  Program program = {&context, operands, 0, 1, false};
  const long pid =
      kernel::clone_sharing_memory(CLONE_CHILD_CLEARTID, SIGCHLD, &program.in_our_memory,
                                   program_stack, start_program, &program);
  if (pid < 0) return outcome(Call::clone, pid);
  const Outcome kept = keep_own_descriptors(lifeline, signals);
  if (kept.error != 0) return kept;  // the end of PID 1 is the end of the program's process, too
  forward_signals(pid);              // a signal that came before the program is there first, too
  __atomic_store_n(&program.may_execute, 1, __ATOMIC_RELEASE);
  kernel::call(__NR_futex, &program.may_execute, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  wait_while(program.in_our_memory, 1);
  if (program.failed) kernel::exit_group(127);  // the program's process has told why

  // Nobody inside may look into us or trace us.
  kernel::call(__NR_prctl, PR_SET_DUMPABLE, 0);
  rename(context);
  Reaped reaped;
  pollfd sources[2] = {{kSignals, POLLIN, 0}, {kLifeline, 0, 0}};
  for (;;) {
    // POLLHUP comes unasked. A detached child does not watch its lifeline, or the end of it would
    // wake us for ever.
    kernel::call(__NR_ppoll, sources, context.lifeline ? 2 : 1, nullptr, nullptr, 0);
    if (context.lifeline && sources[1].revents != 0) kernel::exit_group(128 + SIGKILL);
    forward_signals(context.own_session ? -pid : pid);
    reap(pid, reaped);
    if (reaped.program) end_with(reaped);
  }
}

}  // namespace init
