#include "launcher/program.h"

#include <fcntl.h>
#include <linux/memfd.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include <cerrno>
#include <mutex>

#include "kernel/syscall.h"
#include "launcher/descriptor.h"

namespace launcher {
namespace {

#ifndef MFD_EXEC
constexpr unsigned MFD_EXEC = 0x10;  // Linux 6.3; before, every memfd may be executed
#endif

// libc's memfd_create came with glibc 2.27, musl's flags differ: the raw call is the same
// everywhere.
int create_memory_file() {
  constexpr unsigned kFlags = MFD_CLOEXEC | MFD_ALLOW_SEALING;
  long file = kernel::call(__NR_memfd_create, "lns-init", kFlags | MFD_EXEC);
  if (file == -EINVAL) file = kernel::call(__NR_memfd_create, "lns-init", kFlags);
  return static_cast<int>(file);
}

int copy_and_seal(const std::string& path) {
  const Descriptor source(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source.is_open()) return -errno;
  Descriptor copy(create_memory_file());
  if (copy.get() < 0) return copy.release();
  struct stat status = {};
  if (fstat(source.get(), &status) != 0) return -errno;
  for (off_t rest = status.st_size; rest > 0;) {
    const ssize_t sent = sendfile(copy.get(), source.get(), nullptr, static_cast<size_t>(rest));
    if (sent <= 0) return sent == 0 ? -EIO : -errno;
    rest -= sent;
  }
  constexpr int kSeals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
  if (fcntl(copy.get(), F_ADD_SEALS, kSeals) != 0) return -errno;
  return copy.release();
}

// Both are asked for by several environments (Worker threads) at once; a failure is tried again the
// next time.
std::mutex mutex;
int program = -1;
int null = -1;

}  // namespace

int sealed_program(const std::string& path) {
  const std::scoped_lock lock(mutex);
  if (program >= 0) return program;
  const int made = copy_and_seal(path);
  if (made >= 0) program = made;
  return made;
}

int null_device() {
  const std::scoped_lock lock(mutex);
  if (null >= 0) return null;
  const int opened = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (opened < 0) return -errno;
  return null = opened;
}

}  // namespace launcher
