// Starts a child: clones, places its descriptors, executes the init program with the plan.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "launcher/descriptor.h"
#include "launcher/placing.h"
#include "plan/record.h"

namespace launcher {

struct StartOptions {
  int program;             // the init program, to execute
  Words plan;              // the steps
  Words environment;       // NAME=value
  std::vector<int> stdio;  // the descriptor that the child gets as 0, 1, 2, …; negative: closed
  std::vector<int> descriptors;  // those that the plan's steps name
  uint64_t namespaces;           // CLONE_NEW* flags to create at birth
  bool lifeline;                 // the plan ends in `init`
  bool forks;                    // the plan has a `process.fork`
  bool detached;                 // it outlives us
};

struct Started {
  int pid = 0;
  Descriptor pidfd;
  Descriptor status;                 // our end of the status socket
  Descriptor lifeline;               // our end of that of our init
  std::unique_ptr<Placing> placing;  // to be kept until the status socket has news
  plan::Outcome failure;             // when `error` is set, nothing was started and nothing is left
  uint32_t failed_step = plan::kBeforePlan;
};

Started start(const StartOptions& options);

// A socket pair, close-on-exec, for the stdio of a child: 0 or the negative errno.
int make_socket_pair(int type, Descriptor& ours, Descriptor& theirs);

}  // namespace launcher
