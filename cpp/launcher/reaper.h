// Takes over the children whose environment is gone (a Worker that was terminated), so that none stays a zombie.
#pragma once

#include "launcher/descriptor.h"

namespace launcher {

// Reaps the child when it ends; from here on nobody else waits for it.
void adopt(Descriptor pidfd);

}  // namespace launcher
