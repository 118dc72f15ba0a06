// A clone that shares its caller's memory until the child execs or exits (CLONE_VM): no page table
// is copied, so it costs the same from a process of 50 MB and of 4 GB. The caller goes on meanwhile
// (no CLONE_VFORK): everything that the child uses, its stack first of all, has to stay until the
// child has left.
#pragma once

#include <linux/sched.h>

#include "kernel/syscall.h"

namespace kernel {

// Room for the child's few frames.
struct alignas(16) ChildStack {
  char bytes[16 * 1024];
};

// Runs `child(argument)` on `stack` in the new process; it must exec or exit. A child may not
// return through the caller's frames, hence the assembly: it leaves the system call on another
// stack and calls from there.
inline long clone_call(long number, long a, long b, long c, long d, long e, void (*child)(void*),
                       void* argument) {
#if defined(__x86_64__)
  long result;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register void (*r12)(void*) asm("r12") = child;
  register void* r13 asm("r13") = argument;
  asm volatile(
      "syscall\n\t"
      "test %%rax, %%rax\n\t"
      "jnz 1f\n\t"
      "xor %%ebp, %%ebp\n\t"
      "mov %%r13, %%rdi\n\t"
      "call *%%r12\n\t"
      "ud2\n"
      "1:"
      : "=a"(result)
      : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r12), "r"(r13)
      : "rcx", "r11", "memory", "cc");
  return result;
#else
  register long x8 asm("x8") = number;
  register long x0 asm("x0") = a;
  register long x1 asm("x1") = b;
  register long x2 asm("x2") = c;
  register long x3 asm("x3") = d;
  register long x4 asm("x4") = e;
  register void (*x19)(void*) asm("x19") = child;
  register void* x20 asm("x20") = argument;
  asm volatile(
      "svc 0\n\t"
      "cbnz x0, 1f\n\t"
      "mov x29, xzr\n\t"
      "mov x0, x20\n\t"
      "blr x19\n\t"
      "brk 0\n"
      "1:"
      : "+r"(x0)
      : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x19), "r"(x20)
      : "x30", "memory", "cc");
  return x0;
#endif
}

// clone3(2), or clone(2) where a seccomp profile or an emulator does not know clone3 (ENOSYS). The
// old call has no room for flags above 32 bits: it drops CLONE_CLEAR_SIGHAND, a second belt while
// all signals are blocked.
//
// `number` is what the flags make of it: CLONE_PIDFD writes a pidfd there at once,
// CLONE_CHILD_CLEARTID a 0, with a futex wake, when the child has left our memory.
inline long clone_sharing_memory(uint64_t flags, int exit_signal, int* number, ChildStack& stack,
                                 void (*child)(void*), void* argument) {
  clone_args arguments = {};
  arguments.flags = flags | CLONE_VM;
  arguments.pidfd = static_cast<uint64_t>(as_word(number));
  arguments.child_tid = static_cast<uint64_t>(as_word(number));
  arguments.exit_signal = static_cast<uint64_t>(exit_signal);
  arguments.stack = static_cast<uint64_t>(as_word(stack.bytes));
  arguments.stack_size = sizeof stack.bytes;
  const long pid =
      clone_call(__NR_clone3, as_word(&arguments), sizeof arguments, 0, 0, 0, child, argument);
  constexpr long kNoSuchCall = -38;  // ENOSYS
  // CLONE_NEWTIME is a bit of the old call's exit signal.
  if (pid != kNoSuchCall || (flags & CLONE_NEWTIME) != 0) return pid;
  const uint64_t old_flags = (arguments.flags & 0xffffffffu) | static_cast<uint64_t>(exit_signal);
  const long address = as_word(number);
#if defined(__x86_64__)
  const long fourth = address, fifth = 0;  // child_tid, tls
#else
  const long fourth = 0, fifth = address;  // tls, child_tid
#endif
  return clone_call(__NR_clone, static_cast<long>(old_flags),
                    as_word(stack.bytes + sizeof stack.bytes), address, fourth, fifth, child,
                    argument);
}

}  // namespace kernel
