// Our init: stays PID 1 beside the program, reaps every orphan of the namespace, forwards signals to the program and
// ends with it (pid_namespaces(7)).
#include <asm/errno.h>
#include <asm/poll.h>
#include <asm/siginfo.h>
#include <asm/signal.h>
#include <linux/close_range.h>
#include <linux/fcntl.h>
#include <linux/prctl.h>
#include <linux/resource.h>
#include <linux/signalfd.h>
#include <linux/wait.h>

#include "init/step.h"
#include "kernel/clone.h"

namespace init {
namespace {

struct Program {
  Context* context;
  Operands operands;
  Outcome failure;
};

kernel::ChildStack program_stack;

// Runs in the program's process, in our memory until the exec.
void start_program(void* argument) {
  auto* program = static_cast<Program*>(argument);
  set_stage(plan::kExecStage);
  // With a session of its own, the program leads a process group of its own in it. Else one kill of the group would
  // reach it twice: directly, and forwarded by us.
  if (program->context->own_session) kernel::call(__NR_setpgid, 0, 0);
  program->failure = exec(*program->context, program->operands);
  kernel::exit_group(127);
}

// The name in `ps` for the years to come; the plan's words are nobody's business (/proc/<pid>/cmdline is for everyone).
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
  int status = 0;         // the program's, as wait4(2) gives it
  uint32_t max_rss = 0;  // of the largest, in kilobytes; our own count began with the memory of our parent
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

[[noreturn]] void end_with(const Context& context, const Reaped& reaped) {
  const int signal = reaped.status & 0x7f;
  const int code = (reaped.status >> 8) & 0xff;
  plan::Record record = {};
  record.kind = plan::RecordKind::ended;
  record.code = code;
  record.signal = signal;
  record.max_rss = reaped.max_rss;
  report(context, record);
  kernel::exit_group(signal == 0 ? code : 128 + signal);
}

// What a key on the terminal or the kernel sends goes to the whole process group, so the program has it already.
bool is_to_forward(const signalfd_siginfo& info) {
  if (info.ssi_signo == SIGCHLD && info.ssi_code > 0) return false;
  return info.ssi_code != SI_KERNEL;
}

}  // namespace

// Operand: the file; behind it stands the program's argument vector.
Outcome init(Context& context, Operands operands) {
  // All signals are blocked, since before our birth: those that come now wait for the signalfd.
  const uint64_t all = kernel::kAllSignals;
  const long signals = kernel::call(__NR_signalfd4, -1, &all, sizeof all, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0) return outcome(Call::signalfd4, signals);
  Program program = {&context, operands, {}};
  int unused = 0;
  const long pid =
      kernel::clone_sharing_memory(CLONE_VFORK, SIGCHLD, &unused, program_stack, start_program, &program);
  if (pid < 0) return outcome(Call::clone, pid);
  if (program.failure.error != 0) return program.failure;

  plan::Record started = {};
  started.kind = plan::RecordKind::started;
  report(context, started);
  // Nobody inside may look into us or trace us; and the program's pipes must end when the program closes them.
  kernel::call(__NR_prctl, PR_SET_DUMPABLE, 0);
  const long moved = kernel::call(__NR_dup3, context.status_fd, 0, O_CLOEXEC);
  if (moved < 0) return outcome(Call::dup3, moved);
  context.status_fd = 0;
  const long listening = kernel::call(__NR_dup3, signals, 1, O_CLOEXEC);
  if (listening < 0) return outcome(Call::dup3, listening);
  kernel::call(__NR_close_range, 2, ~0u, 0);
  rename(context);

  Reaped reaped;
  pollfd sources[2] = {{1, POLLIN, 0}, {0, 0, 0}};
  for (;;) {
    // POLLHUP comes unasked. Without the lifeline the socket is not watched, or its end would wake us for ever.
    kernel::call(__NR_ppoll, sources, context.lifeline ? 2 : 1, nullptr, nullptr, 0);
    if (context.lifeline && sources[1].revents != 0) kernel::exit_group(128 + SIGKILL);
    signalfd_siginfo info = {};
    while (kernel::call(__NR_read, 1, &info, sizeof info) == static_cast<long>(sizeof info)) {
      if (is_to_forward(info)) {
        kernel::call(__NR_kill, context.own_session ? -pid : pid, info.ssi_signo);
      }
    }
    reap(pid, reaped);
    if (reaped.program) end_with(context, reaped);
  }
}

}  // namespace init
