// The network interfaces of the namespace that a netlink socket was made in (rtnetlink(7)).
#pragma once

#include <string>

namespace launcher {

// For each address of an interface that is up: name, family (4 or 6), address, netmask, prefix
// length, hardware address, 1 for a loopback, scope id, a NUL behind each. 0 or the negative errno.
int list_interfaces(int netlink, std::string& text);

}  // namespace launcher
