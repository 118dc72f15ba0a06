#include "launcher/socket.h"

#include <linux/sched.h>
#include <pthread.h>

#include "kernel/syscall.h"

namespace launcher {
namespace {

struct Work {
  int space;
  const plan::SocketRequest* request;
  long socket;
  plan::Outcome result;
};

void* join_and_open(void* argument) {
  auto& work = *static_cast<Work*>(argument);
  work.result =
      plan::outcome(plan::Call::setns, kernel::call(__NR_setns, work.space, CLONE_NEWNET));
  if (work.result.error == 0) work.result = plan::make_socket(*work.request, work.socket);
  return nullptr;
}

int run_on_a_thread(Work& work) {
  constexpr size_t kStack = size_t{256} * 1024;  // Node's thread-local storage is in it
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, kStack);
  pthread_t thread;
  // A signal's handler belongs on the threads that were there before.
  const uint64_t mask = kernel::set_signal_mask(kernel::kAllSignals);
  const int error = pthread_create(&thread, &attributes, join_and_open, &work);
  kernel::set_signal_mask(mask);
  pthread_attr_destroy(&attributes);
  if (error == 0) pthread_join(thread, nullptr);
  return error;
}

}  // namespace

plan::Outcome open_socket_in(int space, const plan::SocketRequest& request, long& socket) {
  Work work = {space, &request, -1, {}};
  const int error = run_on_a_thread(work);
  if (error != 0) return {plan::Call::pthread_create, error, 0};
  socket = work.socket;
  return work.result;
}

}  // namespace launcher
