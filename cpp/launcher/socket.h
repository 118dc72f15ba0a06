// Sockets in another network namespace, in the caller's own descriptor table.
#pragma once

#include "plan/socket.h"

namespace launcher {

// Makes the socket in the network namespace `space`, on a thread that lives for this only: no
// other thread ever leaves its own. `socket` is the descriptor.
plan::Outcome open_socket_in(int space, const plan::SocketRequest& request, long& socket);

}  // namespace launcher
