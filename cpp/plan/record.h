// What the init program says to the launcher: fixed records, one a message. Failures go through the
// status socket, whose end-of-file says that the program's exec has happened; the end of a program
// under our init, through the lifeline.
#pragma once

#include <stdint.h>

namespace plan {

// The system calls that a step makes and that can fail.
#define LNS_PLAN_CALLS(X) \
  X(none)                 \
  X(bind)                 \
  X(capget)               \
  X(capset)               \
  X(chdir)                \
  X(chroot)               \
  X(clone)                \
  X(close_range)          \
  X(connect)              \
  X(dup3)                 \
  X(epoll_create1)        \
  X(epoll_ctl)            \
  X(execve)               \
  X(execveat)             \
  X(fchdir)               \
  X(fcntl)                \
  X(flock)                \
  X(fsconfig)             \
  X(fsmount)              \
  X(fsopen)               \
  X(fstat)                \
  X(ioctl)                \
  X(listen)               \
  X(mkdir)                \
  X(mount)                \
  X(mount_setattr)        \
  X(move_mount)           \
  X(open)                 \
  X(open_tree)            \
  X(pidfd_open)           \
  X(prctl)                \
  X(pthread_create)       \
  X(read)                 \
  X(recvfrom)             \
  X(recvmsg)              \
  X(sendmsg)              \
  X(setdomainname)        \
  X(setgroups)            \
  X(sethostname)          \
  X(setns)                \
  X(setresgid)            \
  X(setresuid)            \
  X(setsid)               \
  X(setsockopt)           \
  X(signalfd4)            \
  X(socket)               \
  X(socketpair)           \
  X(statfs)               \
  X(umount2)              \
  X(unlinkat)             \
  X(unshare)              \
  X(waitid)               \
  X(write)

enum class Call : uint32_t {
#define LNS_CALL_ID(name) name,
  LNS_PLAN_CALLS(LNS_CALL_ID)
#undef LNS_CALL_ID
};

inline constexpr const char* kCallNames[] = {
#define LNS_CALL_NAME(name) #name,
    LNS_PLAN_CALLS(LNS_CALL_NAME)
#undef LNS_CALL_NAME
};
inline constexpr uint32_t kCallCount = sizeof kCallNames / sizeof kCallNames[0];

enum class RecordKind : uint32_t {
  failed = 1,  // a step failed: `step`, `operand`, `call`, `error`; the child exits, nothing was
               // executed
  ended = 2,   // the program under our init has ended: `code` or `signal`
  forked = 3,  // who goes on with the plan: `pid`, and its pidfd beside the record
  socket = 4,  // a socket, or a namespace, stands beside the record
};

// The `step` of a failure that came before the plan: in the placing of descriptors, or in the exec
// of the init program.
inline constexpr uint32_t kBeforePlan = UINT32_MAX;

struct Record {
  RecordKind kind;
  uint32_t step;     // index of the step in the plan
  uint32_t operand;  // which of the step's operands the failed call was about
  Call call;
  int32_t error;  // errno, positive
  int32_t code;
  int32_t signal;
  uint32_t max_rss;  // kilobytes, of the largest process that our init has reaped
  int32_t pid;
};
static_assert(sizeof(Record) == 36, "a record is the same on both sides, on every machine");

// How a step ended: `error` 0 is success.
struct Outcome {
  Call call = Call::none;
  int32_t error = 0;
  uint32_t operand = 0;
};

inline Outcome outcome(Call call, long result, uint32_t operand = 0) {
  return result < 0 ? Outcome{call, static_cast<int32_t>(-result), operand} : Outcome{};
}

}  // namespace plan
