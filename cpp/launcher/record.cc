#include "launcher/record.h"

#include <sys/socket.h>

#include <cerrno>
#include <cstring>

namespace launcher {

bool receive_record(int socket, int flags, plan::Record& record, Descriptor& beside) {
  iovec part = {&record, sizeof record};
  alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))];
  msghdr message = {};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = control;
  message.msg_controllen = sizeof control;
  ssize_t size = 0;
  do {
    size = recvmsg(socket, &message, flags | MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0) return false;
  errno = 0;
  const cmsghdr* header = CMSG_FIRSTHDR(&message);
  if (header != nullptr && header->cmsg_type == SCM_RIGHTS) {
    int number = -1;
    std::memcpy(&number, CMSG_DATA(header), sizeof number);
    beside.reset(number);
  }
  return size == static_cast<ssize_t>(sizeof record);
}

}  // namespace launcher
