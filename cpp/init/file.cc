// Writes to the kernel's own small files in proc, which take a value in one write or refuse it.
#include <linux/fcntl.h>

#include "init/step.h"

namespace init {

// In a mount namespace that was joined, whatever its owner likes stands at /proc: a FIFO that
// nobody reads, a link to a file that we should not write (CVE-2025-52881), or nothing of ours. And
// whoever is not dumpable may write to none of his own files there, but for root.
void keep_proc(Context& context) {
  if (context.proc != 0) return;
  context.time_offsets =
      static_cast<int>(open_proc(context, "/proc/self/timens_offsets", O_WRONLY));
  context.proc = static_cast<int>(
      kernel::call(__NR_openat, AT_FDCWD, "/proc", O_PATH | O_DIRECTORY | O_CLOEXEC, 0));
}

long open_proc(const Context& context, const char* path, int flags) {
  constexpr size_t kPrefix = sizeof "/proc/" - 1;
  return context.proc == 0
             ? kernel::call(__NR_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0)
             : kernel::call(__NR_openat, context.proc, path + kPrefix, flags | O_CLOEXEC, 0);
}

Outcome write_file(const Context& context, const char* path, const char* text, uint32_t operand) {
  const long file = open_proc(context, path, O_WRONLY);
  if (file < 0) return outcome(Call::open, file, operand);
  const long written = kernel::call(__NR_write, file, text, plan::length(text));
  kernel::call(__NR_close, file);
  return outcome(Call::write, written, operand);
}

}  // namespace init
