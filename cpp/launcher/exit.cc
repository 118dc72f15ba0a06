#include "launcher/exit.h"

#include <sys/ioctl.h>
#include <sys/wait.h>

#include <cerrno>

#include "kernel/syscall.h"

namespace launcher {
namespace {

constexpr int kByPidfd = 3;  // P_PIDFD: an enumerator in some libcs and missing in others

// linux/pidfd.h, from Linux 6.13 on (the exit code from 6.15 on).
struct PidfdInfo {
  uint64_t mask;
  uint64_t cgroup_id;
  uint32_t pid, tgid, ppid;
  uint32_t ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid;
  int32_t exit_code;
};
constexpr uint64_t kInfoExit = 1u << 3;
constexpr unsigned long kGetInfo = _IOWR(0xFF, 11, PidfdInfo);

void set_status(Exit& exit, int wait_status) {
  exit.known = true;
  exit.signal = wait_status & 0x7f;
  exit.code = exit.signal == 0 ? (wait_status >> 8) & 0xff : 0;
}

// With SIGCHLD ignored in this process the kernel reaps by itself and waitid says ECHILD, but the
// pidfd remembers.
Exit remembered_exit(int pidfd) {
  Exit exit;
  exit.ended = true;
  PidfdInfo info = {};
  info.mask = kInfoExit;
  if (ioctl(pidfd, kGetInfo, &info) == 0 && (info.mask & kInfoExit) != 0)
    set_status(exit, info.exit_code);
  return exit;
}

Exit wait_on(int pidfd, int options) {
  Exit exit;
  return wait_by_pidfd(pidfd, options, exit) == -ECHILD ? remembered_exit(pidfd) : exit;
}

}  // namespace

// The raw call: only it gives the resource usage. __WALL, since a child that never came to an exec
// may have been born with another exit signal than SIGCHLD.
int wait_by_pidfd(int pidfd, int options, Exit& exit) {
  siginfo_t info = {};
  long result = 0;
  do {
    result =
        kernel::call(__NR_waitid, kByPidfd, pidfd, &info, WEXITED | __WALL | options, &exit.usage);
  } while (result == -EINTR);
  if (result != 0 || info.si_pid == 0) return static_cast<int>(result);
  exit.ended = true;
  exit.known = true;
  (info.si_code == CLD_EXITED ? exit.code : exit.signal) = info.si_status;
  return 0;
}

Exit poll_exit(int pidfd) { return wait_on(pidfd, WNOHANG); }

Exit wait_for_exit(int pidfd) { return wait_on(pidfd, 0); }

int send_signal(int pidfd, int signal) {
  return static_cast<int>(kernel::call(__NR_pidfd_send_signal, pidfd, signal, nullptr, 0));
}

}  // namespace launcher
