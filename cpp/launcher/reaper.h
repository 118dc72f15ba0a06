// Takes over the children whose environment is gone (a Worker that was terminated), so that none
// stays a zombie.
#pragma once

#include <memory>

#include "launcher/descriptor.h"
#include "launcher/placing.h"

namespace launcher {

// Reaps the child when it ends; from here on nobody else waits for it. `placing` is what it may
// still use of our memory.
void adopt(Descriptor pidfd, std::unique_ptr<Placing> placing);

}  // namespace launcher
