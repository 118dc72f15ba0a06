// Writes to the kernel's own small files in proc, which take a value in one write or refuse it.
#include <linux/fcntl.h>

#include "init/step.h"

namespace init {

Outcome write_file(const char* path, const char* text, uint32_t operand) {
  const long file = kernel::call(__NR_openat, AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0);
  if (file < 0) return outcome(Call::open, file, operand);
  const long written = kernel::call(__NR_write, file, text, plan::length(text));
  kernel::call(__NR_close, file);
  return outcome(Call::write, written, operand);
}

}  // namespace init
