// A message with one descriptor in it (unix(7), SCM_RIGHTS), by the raw call: the kernel's header
// keeps these structs to itself.
#pragma once

#include <linux/uio.h>

#include "kernel/syscall.h"

namespace kernel {

inline constexpr int kNoSignal = 0x4000;  // MSG_NOSIGNAL

struct MessageHeader {  // struct msghdr
  void* name;
  uint32_t name_size;
  iovec* parts;
  size_t part_count;
  void* control;
  size_t control_size;
  int32_t flags;
};

struct alignas(8) DescriptorControl {  // struct cmsghdr with an SCM_RIGHTS of one descriptor
  size_t size;
  int32_t level;
  int32_t type;
  int32_t descriptor;
};

// The result of sendmsg(2), or the negative errno.
inline long send_with_descriptor(int socket, const void* data, size_t size, int descriptor) {
  constexpr int kSocketLevel = 1;  // SOL_SOCKET
  constexpr int kRights = 1;       // SCM_RIGHTS
  iovec part = {const_cast<void*>(data), size};
  DescriptorControl control = {sizeof(size_t) + 3 * sizeof(int32_t), kSocketLevel, kRights,
                               descriptor};
  const MessageHeader message = {nullptr, 0, &part, 1, &control, sizeof control, 0};
  long sent = 0;
  do {
    sent = call(__NR_sendmsg, socket, &message, kNoSignal);
  } while (sent == -4);  // EINTR
  return sent;
}

}  // namespace kernel
