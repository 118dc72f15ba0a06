#include "launcher/start.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <csignal>

#include "kernel/clone.h"
#include "launcher/fork.h"
#include "launcher/placing.h"
#include "plan/text.h"

namespace launcher {
namespace {

// The child is born with all signals blocked, so that no handler of ours runs in it while it has
// our memory.
long clone_with_signals_blocked(uint64_t namespaces, int* pidfd, Placing& placing) {
  const uint64_t mask = kernel::set_signal_mask(kernel::kAllSignals);
  const long pid =
      kernel::clone_sharing_memory(namespaces | CLONE_PIDFD | CLONE_CLEAR_SIGHAND, SIGCHLD, pidfd,
                                   placing.stack, place_and_execute, &placing);
  kernel::set_signal_mask(mask);
  return pid;
}

// What the exec would refuse can be known before there is anything to undo (execve(2), "Limits on
// size of arguments and environment"): a string of 128 KB, or all of them and their pointers beyond
// a quarter of the stack's limit.
bool is_too_long(const Placing& placing) {
  constexpr size_t kMostOfOne = size_t{32} * 4096;
  constexpr size_t kMostOfAll = size_t{6} * 1024 * 1024;
  size_t total = 0;
  for (const auto* words : {&placing.argv, &placing.environment}) {
    for (const char* word : *words) {
      const size_t size = word == nullptr ? 0 : plan::length(word) + 1;
      if (size > kMostOfOne) return true;
      total += size + sizeof word;
    }
  }
  rlimit stack = {};
  getrlimit(RLIMIT_STACK, &stack);
  return total >
         std::max(kMostOfOne, std::min(kMostOfAll, static_cast<size_t>(stack.rlim_cur / 4)));
}

// Index of the first that is not open, or their number.
uint32_t find_closed(const std::vector<int>& descriptors) {
  const auto closed = std::find_if(descriptors.begin(), descriptors.end(), [](int descriptor) {
    return descriptor >= 0 && fcntl(descriptor, F_GETFD) < 0;
  });
  return static_cast<uint32_t>(closed - descriptors.begin());
}

}  // namespace

int make_socket_pair(int type, Descriptor& ours, Descriptor& theirs) {
  int pair[2];
  if (socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, pair) != 0) return -errno;
  ours.reset(pair[0]);
  theirs.reset(pair[1]);
  return 0;
}

Started start(const StartOptions& options) {
  Started started;
  const uint32_t closed = find_closed(options.stdio);
  if (closed != options.stdio.size()) {
    started.failure = {plan::Call::dup3, EBADF, closed};
    return started;
  }
  Descriptor status;
  Descriptor lifeline;
  // Messages and not a stream: a record arrives whole.
  int made = make_socket_pair(SOCK_SEQPACKET, started.status, status);
  if (made == 0 && options.lifeline)
    made = make_socket_pair(SOCK_SEQPACKET, started.lifeline, lifeline);
  if (made < 0) {
    started.failure = {plan::Call::socketpair, -made, 0};
    return started;
  }
  std::vector<int> ours = {status.get()};
  ours.insert(ours.end(), options.descriptors.begin(), options.descriptors.end());
  if (options.lifeline) ours.push_back(lifeline.get());
  ours.push_back(options.program);
  started.placing =
      std::make_unique<Placing>(options.plan, options.environment, options.stdio, ours);
  started.placing->keep_rights = (options.namespaces & CLONE_NEWUSER) != 0;
  started.placing->detached = options.detached;
  if (is_too_long(*started.placing)) {
    started.failure = {plan::Call::execveat, E2BIG, 0};
    return started;
  }
  int pidfd = -1;
  const long pid = clone_with_signals_blocked(options.namespaces, &pidfd, *started.placing);
  if (pid < 0) {
    started.failure = {plan::Call::clone, static_cast<int>(-pid), 0};
    return started;
  }
  started.pidfd.reset(pidfd);
  started.pid = static_cast<int>(pid);
  if (options.forks) {
    // Its ends are the child's alone, or we would not hear of its death.
    status.reset();
    lifeline.reset();
    follow_fork(started);
  }
  return started;
}

}  // namespace launcher
