#include "launcher/start.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <cerrno>
#include <csignal>

#include "kernel/clone.h"
#include "launcher/exit.h"
#include "launcher/placing.h"
#include "plan/steps.h"
#include "plan/text.h"

namespace launcher {
namespace {

// One pointer a word. execve(2) takes pointers to writable strings, but only reads them.
void append_words(Words words, std::vector<char*>& pointers) {
  for (size_t begin = 0; begin < words.size();) {
    pointers.push_back(const_cast<char*>(words.data() + begin));
    begin = words.find('\0', begin) + 1;
  }
}

// One start at a time may hold all signals blocked in this thread; the child is born with them blocked, so that no
// handler of ours runs in it while it has our memory.
long clone_with_signals_blocked(uint64_t namespaces, int* pidfd, Placing& placing) {
  kernel::ChildStack stack;
  const uint64_t mask = kernel::set_signal_mask(kernel::kAllSignals);
  const long pid = kernel::clone_sharing_memory(namespaces | CLONE_PIDFD | CLONE_CLEAR_SIGHAND, SIGCHLD, pidfd,
                                                stack, place_and_execute, &placing);
  kernel::set_signal_mask(mask);
  return pid;
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
  Descriptor theirs;
  // Messages and not a stream: a record arrives whole.
  const int made = make_socket_pair(SOCK_SEQPACKET, started.status, theirs);
  if (made < 0) {
    started.failure = {plan::Call::socketpair, -made, 0};
    return started;
  }
  std::vector<int> sources = options.stdio;
  char status_number[21];
  plan::format_number(sources.size(), status_number);
  sources.push_back(theirs.get());
  sources.push_back(options.program);

  std::vector<char*> argv = {const_cast<char*>(plan::kSetupStage), status_number};
  append_words(options.plan, argv);
  argv.push_back(nullptr);
  std::vector<char*> environment;
  append_words(options.environment, environment);
  environment.push_back(nullptr);

  Placing placing = {sources.data(), static_cast<unsigned>(sources.size()), argv.data(), environment.data(),
                     (options.namespaces & CLONE_NEWUSER) != 0, {}};
  int pidfd = -1;
  const long pid = clone_with_signals_blocked(options.namespaces, &pidfd, placing);
  if (pid < 0) {
    started.failure = {plan::Call::clone, static_cast<int>(-pid), 0};
    return started;
  }
  started.pidfd.reset(pidfd);
  if (placing.failure.error != 0) {
    wait_for_exit(pidfd);
    started.failure = placing.failure;
    return started;
  }
  started.pid = static_cast<int>(pid);
  return started;
}

}  // namespace launcher
