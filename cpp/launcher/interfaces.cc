#include "launcher/interfaces.h"

#include <arpa/inet.h>
#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <unordered_map>
#include <vector>

namespace launcher {
namespace {

struct Interface {
  std::string name;
  std::string hardware = "00:00:00:00:00:00";
  unsigned flags = 0;
};
using Interfaces = std::unordered_map<int, Interface>;

const rtattr* first_of(const nlmsghdr* message, size_t head) {
  return reinterpret_cast<const rtattr*>(static_cast<const char*>(NLMSG_DATA(message)) +
                                         NLMSG_ALIGN(head));
}

// Calls `each` with the attributes of a message whose own header is a `Head`.
template <class Head>
void for_each_attribute(const nlmsghdr* message, const std::function<void(const rtattr*)>& each) {
  size_t rest = NLMSG_PAYLOAD(message, sizeof(Head));
  for (const rtattr* attribute = first_of(message, sizeof(Head)); RTA_OK(attribute, rest);
       attribute = RTA_NEXT(attribute, rest)) {
    each(attribute);
  }
}

// Asks for a whole table. Our sockets do not block, but the kernel answers a dump piece by piece
// as it is read.
template <class Head>
int dump(int netlink, uint16_t type, const std::function<void(const nlmsghdr*)>& each) {
  struct {
    nlmsghdr header;
    Head body;
  } request = {};
  request.header.nlmsg_len = sizeof request;
  request.header.nlmsg_type = type;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  if (send(netlink, &request, sizeof request, 0) < 0) return -errno;
  constexpr size_t kRoom = size_t{64} * 1024;
  std::vector<char> buffer(kRoom);
  for (;;) {
    const ssize_t size = recv(netlink, buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return -errno;
    auto rest = static_cast<unsigned>(size);
    for (const auto* message = reinterpret_cast<const nlmsghdr*>(buffer.data());
         NLMSG_OK(message, rest); message = NLMSG_NEXT(message, rest)) {
      if (message->nlmsg_type == NLMSG_DONE) return 0;
      if (message->nlmsg_type == NLMSG_ERROR) {
        return static_cast<const nlmsgerr*>(NLMSG_DATA(message))->error;
      }
      each(message);
    }
  }
}

// The first six bytes, as os.networkInterfaces() has it: a tunnel's are an address, and may be
// fewer.
std::string hardware_of(const rtattr* attribute) {
  unsigned char bytes[6] = {};
  std::memcpy(bytes, RTA_DATA(attribute), std::min(sizeof bytes, RTA_PAYLOAD(attribute)));
  char text[18];
  std::snprintf(text, sizeof text, "%02x:%02x:%02x:%02x:%02x:%02x", bytes[0], bytes[1], bytes[2],
                bytes[3], bytes[4], bytes[5]);
  return text;
}

void read_link(const nlmsghdr* message, Interfaces& interfaces) {
  const auto* info = static_cast<const ifinfomsg*>(NLMSG_DATA(message));
  Interface& one = interfaces[info->ifi_index];
  one.flags = info->ifi_flags;
  for_each_attribute<ifinfomsg>(message, [&one](const rtattr* attribute) {
    const auto* data = static_cast<const unsigned char*>(RTA_DATA(attribute));
    if (attribute->rta_type == IFLA_IFNAME) one.name = reinterpret_cast<const char*>(data);
    if (attribute->rta_type == IFLA_ADDRESS) one.hardware = hardware_of(attribute);
  });
}

std::string text_of(int family, const void* address) {
  char text[INET6_ADDRSTRLEN] = "";
  if (address != nullptr) inet_ntop(family, address, text, sizeof text);
  return text;
}

std::string netmask_of(int family, unsigned prefix) {
  unsigned char bytes[sizeof(in6_addr)] = {};
  for (unsigned bit = 0; bit < prefix; bit++) {
    bytes[bit / 8] = static_cast<unsigned char>(bytes[bit / 8] | 0x80u >> bit % 8);
  }
  return text_of(family, bytes);
}

void append_address(const nlmsghdr* message, const Interfaces& interfaces, std::string& text) {
  const auto* info = static_cast<const ifaddrmsg*>(NLMSG_DATA(message));
  const int family = info->ifa_family;
  const auto found = interfaces.find(static_cast<int>(info->ifa_index));
  constexpr unsigned kUsable = IFF_UP | IFF_RUNNING;
  if (found == interfaces.end() || (found->second.flags & kUsable) != kUsable) return;
  if (family != AF_INET && family != AF_INET6) return;
  const Interface& one = found->second;
  std::string name = one.name;
  const void* address = nullptr;
  for_each_attribute<ifaddrmsg>(message, [&](const rtattr* attribute) {
    // Of a point-to-point link, IFA_ADDRESS is the other end.
    if (attribute->rta_type == IFA_LOCAL ||
        (attribute->rta_type == IFA_ADDRESS && address == nullptr)) {
      address = RTA_DATA(attribute);
    }
    // An IPv4 address may have a name of its own: eth0:1.
    if (attribute->rta_type == IFA_LABEL) name = static_cast<const char*>(RTA_DATA(attribute));
  });
  const bool is_local = family == AF_INET6 && info->ifa_scope == RT_SCOPE_LINK;
  const bool is_loopback = (one.flags & IFF_LOOPBACK) != 0;
  const std::string fields[] = {name,
                                family == AF_INET ? "4" : "6",
                                text_of(family, address),
                                netmask_of(family, info->ifa_prefixlen),
                                std::to_string(info->ifa_prefixlen),
                                one.hardware,
                                is_loopback ? "1" : "0",
                                std::to_string(is_local ? info->ifa_index : 0)};
  for (const std::string& field : fields) text.append(field).push_back('\0');
}

}  // namespace

int list_interfaces(int netlink, std::string& text) {
  Interfaces interfaces;
  const int links = dump<ifinfomsg>(netlink, RTM_GETLINK, [&interfaces](const nlmsghdr* message) {
    read_link(message, interfaces);
  });
  if (links < 0) return links;
  return dump<ifaddrmsg>(netlink, RTM_GETADDR, [&](const nlmsghdr* message) {
    append_address(message, interfaces, text);
  });
}

}  // namespace launcher
