// How a child ended, by its pidfd and never by its number, which the kernel may have given to
// another by now.
#pragma once

#include <sys/resource.h>

namespace launcher {

struct Exit {
  bool ended = false;
  bool known =
      false;  // false: somebody ignores SIGCHLD in this process and the kernel kept no status
  int code = 0;
  int signal = 0;
  rusage usage = {};
};

// waitid(2) itself, with P_PIDFD, WEXITED and `options`: 0 or the negative errno.
int wait_by_pidfd(int pidfd, int options, Exit& exit);

// Reaps the child if it has ended; does not wait.
Exit poll_exit(int pidfd);

// Reaps the child, waiting for its end.
Exit wait_for_exit(int pidfd);

// 0, or the negative errno.
int send_signal(int pidfd, int signal);

}  // namespace launcher
