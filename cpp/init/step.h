// What a step gets and gives. Every step of the plan is one function of this shape, in the file of
// its concern.
#pragma once

#include "kernel/syscall.h"
#include "plan/record.h"
#include "plan/steps.h"
#include "plan/text.h"

namespace init {

struct Context {
  int status_fd;  // our end of the socket to the launcher: failures out, one byte in, closed by the
                  // exec
  bool lifeline;  // end with the launcher
  bool own_session;  // setsid was called: the program is `detached`
  uint32_t step;     // index of the step that runs
  int proc;          // the proc of before others were joined; 0: none were
  int time_offsets;  // our own file there, or below 1
  uint64_t skip;     // how many of the next steps are not needed
  char** words;      // the words behind the running step's operands
  char** argv;       // all words; the kernel laid their bytes out one behind the other
  char** environment;
};

// The operands of the step, as many as plan::kSteps says.
using Operands = char* const*;

using plan::Call;
using plan::Outcome;
using plan::outcome;

// main.cc
[[noreturn]] void run_steps(Context& context);

// launcher.cc: the other side of the status socket
Outcome launcher_await(Context& context, Operands operands);
Outcome namespace_send(Context& context, Operands operands);
void report_failure(const Context& context, const Outcome& failure);
void report(int socket, const plan::Record& record);
bool launcher_is_gone(const Context& context);

// descriptor.cc: the descriptor that an operand names by its index in the plan
Outcome find_descriptor(const Context& context, const char* index, uint32_t operand,
                        int& descriptor);

// join.cc
Outcome process_join(Context& context, Operands operands);
Outcome namespace_join(Context& context, Operands operands);

// fork.cc
Outcome process_fork(Context& context, Operands operands);

// pin.cc
Outcome namespace_pin(Context& context, Operands operands);
Outcome namespace_unpin(Context& context, Operands operands);

// socket.cc
Outcome socket_open(Context& context, Operands operands);

// user.cc
Outcome user_map(Context& context, Operands operands);
Outcome process_credentials(Context& context, Operands operands);
Outcome process_identity(Context& context, Operands operands);
Outcome process_rights(Context& context, Operands operands);

// namespace.cc
Outcome namespace_create(Context& context, Operands operands);
Outcome time_offsets(Context& context, Operands operands);
Outcome time_enter(Context& context, Operands operands);
Outcome uts_hostname(Context& context, Operands operands);
Outcome uts_domainname(Context& context, Operands operands);
Outcome network_loopback(Context& context, Operands operands);

// mount.cc
Outcome mount_propagation(Context& context, Operands operands);
Outcome mount_bind(Context& context, Operands operands);
Outcome mount_proc(Context& context, Operands operands);
Outcome mount_tmpfs(Context& context, Operands operands);

// process.cc
Outcome process_root(Context& context, Operands operands);
Outcome process_folder(Context& context, Operands operands);
Outcome process_cwd(Context& context, Operands operands);
Outcome process_lifeline(Context& context, Operands operands);
Outcome session_create(Context& context, Operands operands);
void set_stage(const char* name);
void reset_signals();
Outcome done(Context& context, Operands operands);

// exec.cc: replaces the process by the program
Outcome exec(Context& context, Operands operands);

// reaper.cc: stays as PID 1 beside the program
Outcome init(Context& context, Operands operands);

// file.cc: the kernel's own files in proc; `path` begins with /proc/
void keep_proc(Context& context);
long open_proc(const Context& context, const char* path, int flags);
// A text, whole or not at all.
Outcome write_file(const Context& context, const char* path, const char* text, uint32_t operand);

}  // namespace init
