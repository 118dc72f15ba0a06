// The program that every contender starts: static, without libc, so that what is timed is the start
// and not the program's own loading.
//
//   trivial           exits 0 at once
//   trivial NUMBER    waits for the end of its standard input, then exits with NUMBER (an idle
//   child that ends by
//                     itself when its parent is gone)
#include <asm/unistd.h>

#include "raw.h"

#if defined(__x86_64__)
__asm__(".globl _start\n_start:\n  mov %rsp, %rdi\n  and $-16, %rsp\n  call enter\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n_start:\n  mov x0, sp\n  bl enter\n");
#endif

// The kernel leaves on the stack: argc, then the pointers of argv.
__attribute__((noreturn, used)) void enter(const long* stack) {
  long code = 0;
  if (stack[0] > 1) {
    for (const char* digit = (const char*)stack[2]; *digit; digit++)
      code = code * 10 + (*digit - '0');
    char byte;
    while (raw(__NR_read, 0, (long)&byte, 1, 0, 0) > 0) {
    }
  }
  for (;;) raw(__NR_exit_group, code, 0, 0, 0, 0);
}
