// Where the kernel enters the init program: no libc, so no start-up code but this.
#include "init/step.h"

namespace init {
[[noreturn]] void run(char** argv, char** environment);

extern "C" [[noreturn, gnu::used]] void lns_start(long* stack) {
  const long argc = stack[0];
  char** argv = reinterpret_cast<char**>(stack + 1);
  run(argv, argv + argc + 1);
}
}  // namespace init

// The stack pointer at entry points at argc, argv, NULL, envp, NULL (System V ABI, "Process
// Initialization").
#if defined(__x86_64__)
asm(".globl _start\n"
    "_start:\n\t"
    "xor %ebp, %ebp\n\t"
    "mov %rsp, %rdi\n\t"
    "and $-16, %rsp\n\t"
    "call lns_start\n\t"
    "ud2\n");
#else
asm(".globl _start\n"
    "_start:\n\t"
    "mov x29, xzr\n\t"
    "mov x0, sp\n\t"
    "bl lns_start\n\t"
    "brk 0\n");
#endif
