// What the new child does while it shares our memory: places its descriptors and executes the init
// program. Nothing else may stand here: no libc (errno, locks and handlers are the parent's), no
// allocation, no opening of paths (a FIFO would hold a child that has our memory), no change of ids
// (it would change the parent's dumpable flag).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "kernel/clone.h"

namespace launcher {

// Words, each with its NUL, one behind the other: as the kernel lays out an argument vector.
using Words = std::string_view;

// All that the child uses until its exec: copies, made before the clone. The parent does not wait
// for the exec, it keeps this until the child has said something through the status socket, or
// nothing any more: by then the child has a memory of its own or none (exit_mm comes before
// exit_files in the kernel's do_exit).
struct Placing {
  // `stdio`, and behind it `ours`: the status socket, what the plan's steps name, perhaps the
  // lifeline, and the init program, which is the last.
  Placing(Words plan_words, Words environment_words, const std::vector<int>& stdio,
          const std::vector<int>& ours);

  kernel::ChildStack stack;
  std::string plan_bytes;
  std::string environment_bytes;
  char status_number[21];
  std::vector<char*> argv;
  std::vector<char*> environment;
  std::vector<int> sources;  // what is to become 0, 1, 2, …; negative: closed
  size_t status;             // which of them is the status socket
  bool keep_rights = false;  // born in a new user namespace
  bool detached = false;     // outlives us
};

// Runs in the child, on a stack of its own; ends in the init program or in an exit. What fails is
// told through the status socket, as by the init program.
void place_and_execute(void* argument);

}  // namespace launcher
