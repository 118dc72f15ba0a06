#include "launcher/reaper.h"

#include <pthread.h>
#include <sys/epoll.h>

#include <mutex>
#include <unordered_map>

#include "kernel/syscall.h"
#include "launcher/exit.h"

namespace launcher {
namespace {

struct Orphan {
  Descriptor pidfd;
  std::unique_ptr<Placing> placing;
};

// One thread for the whole process, while it has children to wait for: the mutex guards the list
// and, with it, the decision to end.
std::mutex mutex;
std::unordered_map<int, Orphan> orphans;
int epoll = -1;

void* wait_for_orphans(void* /*unused*/) {
  kernel::set_signal_mask(kernel::kAllSignals);  // the process's signals are for Node's threads
  for (;;) {
    epoll_event event = {};
    if (epoll_wait(epoll, &event, 1, -1) < 1) continue;
    poll_exit(event.data.fd);
    const std::scoped_lock lock(mutex);
    orphans.erase(event.data.fd);  // closes the pidfd, and so takes it out of the epoll set
    if (orphans.empty()) return nullptr;
  }
}

}  // namespace

void adopt(Descriptor pidfd, std::unique_ptr<Placing> placing) {
  const std::scoped_lock lock(mutex);
  if (epoll < 0) epoll = epoll_create1(EPOLL_CLOEXEC);
  const int number = pidfd.get();
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.fd = number;
  const bool is_first = orphans.empty();
  // Kept also when it cannot be watched: its memory must stay, and there is no other way to be
  // told.
  orphans[number] = {std::move(pidfd), std::move(placing)};
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, number, &event) != 0) return;
  if (!is_first) return;
  // Without a thread left for it the orphans stay zombies until this process ends.
  pthread_t thread = {};
  if (pthread_create(&thread, nullptr, wait_for_orphans, nullptr) == 0) pthread_detach(thread);
}

}  // namespace launcher
