// A socket as it is asked for, in the network namespace of whoever calls: the init program where a
// user namespace has to be joined first, a thread of the caller's process everywhere else.
#pragma once

#include <linux/in6.h>

#include "kernel/syscall.h"
#include "plan/record.h"

namespace plan {

struct SocketRequest {
  int family;
  int type;
  int interface;          // the only one that it uses, by number; 0: any
  const void* address;    // struct sockaddr to bind or connect to
  uint32_t address_size;  // 0: neither
  int backlog;            // negative: does not listen
  bool reuse_address;
  bool reuse_port;
  bool ipv6_only;
  bool connects;
};

// The bits by which a request's switches travel.
enum SocketSwitch : uint8_t { kReuseAddress = 1, kReusePort = 2, kIpv6Only = 4, kConnects = 8 };

inline void set_switches(SocketRequest& request, uint64_t switches) {
  request.reuse_address = (switches & kReuseAddress) != 0;
  request.reuse_port = (switches & kReusePort) != 0;
  request.ipv6_only = (switches & kIpv6Only) != 0;
  request.connects = (switches & kConnects) != 0;
}

inline Outcome set_socket_options(long socket, const SocketRequest& request) {
  constexpr int kSocketLevel = 1;  // SOL_SOCKET
  constexpr int kIpv6Level = 41;   // IPPROTO_IPV6
  constexpr int kReuseAddressOption = 2;
  constexpr int kReusePortOption = 15;
  constexpr int kInterfaceOption = 62;  // SO_BINDTOIFINDEX
  const struct {
    int value, level, name;
  } options[] = {{request.reuse_address, kSocketLevel, kReuseAddressOption},
                 {request.reuse_port, kSocketLevel, kReusePortOption},
                 {request.ipv6_only, kIpv6Level, IPV6_V6ONLY},
                 {request.interface, kSocketLevel, kInterfaceOption}};
  Outcome result;
  for (const auto& option : options) {
    if (option.value == 0 || result.error != 0) continue;
    result =
        outcome(Call::setsockopt, kernel::call(__NR_setsockopt, socket, option.level, option.name,
                                               &option.value, sizeof option.value));
  }
  return result;
}

inline Outcome prepare_socket(long socket, const SocketRequest& request) {
  const Outcome set = set_socket_options(socket, request);
  if (set.error != 0) return set;
  if (request.address_size > 0) {
    const long number = request.connects ? __NR_connect : __NR_bind;
    const Outcome placed =
        outcome(request.connects ? Call::connect : Call::bind,
                kernel::call(number, socket, request.address, request.address_size));
    if (placed.error != 0) return placed;
  }
  if (request.backlog < 0) return {};
  return outcome(Call::listen, kernel::call(__NR_listen, socket, request.backlog));
}

// Close-on-exec and without blocking, as libuv wants it. `socket` is the descriptor.
inline Outcome make_socket(const SocketRequest& request, long& socket) {
  constexpr int kFlags = 02000000 | 04000;  // SOCK_CLOEXEC | SOCK_NONBLOCK
  constexpr int kDefaultProtocol = 0;
  socket = kernel::call(__NR_socket, request.family, request.type | kFlags, kDefaultProtocol);
  if (socket < 0) return outcome(Call::socket, socket);
  const Outcome prepared = prepare_socket(socket, request);
  if (prepared.error != 0) kernel::call(__NR_close, socket);
  return prepared;
}

}  // namespace plan
