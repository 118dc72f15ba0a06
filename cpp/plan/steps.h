// The steps of a plan: its words. A plan travels as the argument vector of the init program, which
// the kernel copies anyway: a step is its name and then as many operands as this table says, each a
// string. The last step (`exec` or `init`) takes all words that are left. lib/internal/steps.ts is
// the TypeScript side; test/plan.test.ts holds both against each other.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace plan {

// X(identifier, name, number of operands)
#define LNS_PLAN_STEPS(X)                          \
  X(process_join, "process.join", 3)               \
  X(namespace_join, "namespace.join", 2)           \
  X(process_fork, "process.fork", 1)               \
  X(launcher_await, "launcher.await", 0)           \
  X(user_map, "user.map", 3)                       \
  X(session_create, "session.create", 0)           \
  X(namespace_create, "namespace.create", 1)       \
  X(time_offsets, "time.offsets", 1)               \
  X(time_enter, "time.enter", 0)                   \
  X(uts_hostname, "uts.hostname", 1)               \
  X(uts_domainname, "uts.domainname", 1)           \
  X(network_loopback, "network.loopback", 0)       \
  X(mount_propagation, "mount.propagation", 1)     \
  X(mount_bind, "mount.bind", 3)                   \
  X(mount_proc, "mount.proc", 2)                   \
  X(mount_tmpfs, "mount.tmpfs", 4)                 \
  X(process_root, "process.root", 1)               \
  X(process_folder, "process.folder", 1)           \
  X(process_cwd, "process.cwd", 1)                 \
  X(process_credentials, "process.credentials", 3) \
  X(process_identity, "process.identity", 2)       \
  X(process_rights, "process.rights", 0)           \
  X(process_lifeline, "process.lifeline", 0)       \
  X(exec, "exec", 1)                               \
  X(init, "init", 2)                               \
  X(namespace_send, "namespace.send", 1)           \
  X(namespace_pin, "namespace.pin", 4)             \
  X(namespace_unpin, "namespace.unpin", 2)         \
  X(socket_open, "socket.open", 6)                 \
  X(done, "done", 0)

enum class StepId : uint8_t {
#define LNS_STEP_ID(identifier, name, operands) identifier,
  LNS_PLAN_STEPS(LNS_STEP_ID)
#undef LNS_STEP_ID
};

struct StepShape {
  const char* name;
  size_t operands;
};

inline constexpr StepShape kSteps[] = {
#define LNS_STEP_SHAPE(identifier, name, operands) {name, operands},
    LNS_PLAN_STEPS(LNS_STEP_SHAPE)
#undef LNS_STEP_SHAPE
};
inline constexpr size_t kStepCount = sizeof kSteps / sizeof kSteps[0];

// Words that the launcher puts before the plan: the stage name (argv[0], what ps shows) and the
// number of the status socket. Behind it come the plan's own descriptors, and the lifeline last:
// steps name them by their index, 0 being the first behind the status socket.
inline constexpr size_t kLauncherWords = 2;
inline constexpr char kSetupStage[] = "lns:[1:SETUP]";
inline constexpr char kInitStage[] = "lns:[1:INIT]";
inline constexpr char kExecStage[] = "lns:[2:EXEC]";

}  // namespace plan
