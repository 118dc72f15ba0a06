// The init program's records, as they come out of a socket.
#pragma once

#include "launcher/descriptor.h"
#include "plan/record.h"

namespace launcher {

// The next record, with the descriptor that came beside it if one did. False when there is none:
// `errno` is 0 at the end-of-file. `flags` as recv(2) has them.
bool receive_record(int socket, int flags, plan::Record& record, Descriptor& beside);

}  // namespace launcher
