#include "launcher/reaper.h"

#include <sys/epoll.h>

#include <cerrno>
#include <mutex>
#include <thread>

#include "kernel/syscall.h"
#include "launcher/exit.h"

namespace launcher {
namespace {

// One thread for the whole process, while it has children to wait for: the mutex guards the count and, with it, the
// decision to end.
std::mutex mutex;
int children = 0;
int epoll = -1;

void wait_for_children() {
  kernel::set_signal_mask(kernel::kAllSignals);  // the process's signals are for Node's threads
  for (;;) {
    epoll_event event = {};
    if (epoll_wait(epoll, &event, 1, -1) < 1) continue;
    const Descriptor pidfd(event.data.fd);
    poll_exit(pidfd.get());
    epoll_ctl(epoll, EPOLL_CTL_DEL, pidfd.get(), nullptr);
    const std::scoped_lock lock(mutex);
    if (--children == 0) return;
  }
}

}  // namespace

void adopt(Descriptor pidfd) {
  const std::scoped_lock lock(mutex);
  if (epoll < 0) epoll = epoll_create1(EPOLL_CLOEXEC);
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.fd = pidfd.get();
  if (epoll < 0 || epoll_ctl(epoll, EPOLL_CTL_ADD, pidfd.get(), &event) != 0) return;
  pidfd.release();
  if (children++ == 0) std::thread(wait_for_children).detach();
}

}  // namespace launcher
