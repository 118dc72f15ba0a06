// Raw system calls, for the code that may not use libc: the init program, which is not linked with
// it, and the few lines that a new child runs in its parent's memory, where errno and malloc's
// locks belong to somebody else.
#pragma once

#include <asm/unistd.h>
#include <stddef.h>
#include <stdint.h>

namespace kernel {

// Returns what the kernel returns: the result, or the negative errno.
inline long syscall6(long number, long a, long b, long c, long d, long e, long f) {
#if defined(__x86_64__)
  long result;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 asm("x8") = number;
  register long x0 asm("x0") = a;
  register long x1 asm("x1") = b;
  register long x2 asm("x2") = c;
  register long x3 asm("x3") = d;
  register long x4 asm("x4") = e;
  register long x5 asm("x5") = f;
  asm volatile("svc 0"
               : "+r"(x0)
               : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
               : "memory");
  return x0;
#else
#error "linux-namespaces knows the system calls of x86_64 and aarch64"
#endif
}

template <class T>
inline long as_word(T* pointer) {
  return reinterpret_cast<long>(pointer);
}
template <class T>
inline long as_word(T value) {
  return static_cast<long>(value);
}
inline long as_word(decltype(nullptr)) { return 0; }

// One call with up to six arguments of any width or kind of pointer.
template <class... Arguments>
inline long call(long number, Arguments... arguments) {
  static_assert(sizeof...(Arguments) <= 6, "the kernel takes six arguments");
  const long words[6] = {as_word(arguments)...};
  return syscall6(number, words[0], words[1], words[2], words[3], words[4], words[5]);
}

// All 64 signals, the two that libc keeps for itself included.
inline constexpr uint64_t kAllSignals = ~uint64_t{0};
inline constexpr int kSignalCount = 64;

inline uint64_t set_signal_mask(uint64_t mask) {
  constexpr int kSigSetMask = 2;
  uint64_t previous = 0;
  call(__NR_rt_sigprocmask, kSigSetMask, &mask, &previous, sizeof mask);
  return previous;
}

[[noreturn]] inline void exit_group(int code) {
  for (;;) call(__NR_exit_group, code);
}

}  // namespace kernel
