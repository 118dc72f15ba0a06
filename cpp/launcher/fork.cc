#include "launcher/fork.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <cerrno>
#include <csignal>

#include "kernel/syscall.h"
#include "launcher/exit.h"
#include "launcher/record.h"

namespace launcher {
namespace {

// The record, or the end of who should have sent it: an end-of-file is no proof, since the new
// process has the socket, too. In a user namespace that it has joined, somebody may have the right
// to stop it; nobody may stop us by that.
bool wait_for_record(const Started& started, plan::Record& record, Descriptor& pidfd) {
  constexpr int kPatience = 100;  // milliseconds
  constexpr int kRounds = 100;
  pollfd sources[2] = {{started.status.get(), POLLIN, 0}, {started.pidfd.get(), POLLIN, 0}};
  for (int round = 0; round < kRounds; round++) {
    const int ready = poll(sources, 2, kPatience);
    if (ready > 0) break;
    if (ready == 0) send_signal(started.pidfd.get(), SIGCONT);
  }
  return receive_record(started.status.get(), MSG_DONTWAIT, record, pidfd);
}

}  // namespace

void follow_fork(Started& started) {
  plan::Record record = {};
  Descriptor pidfd;
  const bool told = wait_for_record(started, record, pidfd);
  if (!told || record.kind != plan::RecordKind::forked) {
    started.failure = told ? plan::Outcome{record.call, record.error, record.operand}
                           : plan::Outcome{plan::Call::recvmsg, ECONNRESET, 0};
    started.failed_step = told ? record.step : plan::kBeforePlan;
    send_signal(started.pidfd.get(), SIGKILL);
    wait_for_exit(started.pidfd.get());
    return;
  }
  send_signal(started.pidfd.get(), SIGKILL);  // its work is done, even if somebody has stopped it
  wait_for_exit(started.pidfd.get());
  started.pidfd = std::move(pidfd);
  started.pid = record.pid;
  // One that got lost (ETOOMANYREFS, EMFILE): the number is still our child's, which nobody reaps.
  if (!started.pidfd.is_open()) {
    started.pidfd.reset(static_cast<int>(kernel::call(__NR_pidfd_open, record.pid, 0)));
  }
  if (!started.pidfd.is_open()) {
    started.failure = {plan::Call::pidfd_open, EMFILE, 0};
    started.failed_step = plan::kBeforePlan;
    started.status.reset();  // it ends
    waitpid(record.pid, nullptr, __WALL);
    return;
  }
  const char known = 0;
  send(started.status.get(), &known, sizeof known, MSG_NOSIGNAL);
}

}  // namespace launcher
