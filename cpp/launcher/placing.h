// What the new child does while it shares our memory: places its descriptors and executes the init program. Nothing
// else may stand here: no libc (errno, locks and handlers are the parent's), no allocation, no opening of paths (a FIFO
// would freeze the parent), no change of ids (it would change the parent's dumpable flag).
#pragma once

#include "plan/record.h"

namespace launcher {

struct Placing {
  int* sources;        // what is to become 0, 1, 2, …; written to; negative: closed
  unsigned count;      // of them; the last is the init program
  char* const* argv;
  char* const* environment;
  bool keep_rights;    // born in a new user namespace
  plan::Outcome failure;  // out, for the parent
};

// Runs in the child, on a stack of its own; ends in the init program or in an exit.
void place_and_execute(void* placing);

}  // namespace launcher
