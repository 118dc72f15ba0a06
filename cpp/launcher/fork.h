// The second process of a plan with a `process.fork`.
#pragma once

#include "launcher/start.h"

namespace launcher {

// Waits until the init program has forked, and lets `started` be the new process: the first has
// ended and is reaped. Sets `started.failure` when that did not come about; nothing is left then.
void follow_fork(Started& started);

}  // namespace launcher
