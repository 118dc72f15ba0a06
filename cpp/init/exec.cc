// From the init program to the caller's: the search in PATH and execve(2).
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/limits.h>

#include "init/step.h"

namespace init {
namespace {

const char* find_variable(char* const* environment, const char* name) {
  const size_t size = plan::length(name);
  for (; *environment != nullptr; environment++) {
    const char* entry = *environment;
    size_t i = 0;
    while (i < size && entry[i] == name[i]) i++;
    if (i == size && entry[i] == '=') return entry + size + 1;
  }
  return nullptr;
}

bool has_slash(const char* path) {
  while (*path != '\0' && *path != '/') path++;
  return *path == '/';
}

// `folder`/`file` into `out` (PATH_MAX bytes); an empty folder is the working directory. False when
// it is too long.
bool join_path(const char* folder, size_t folder_size, const char* file, char* out) {
  const size_t file_size = plan::length(file);
  const size_t separator = folder_size == 0 ? 0 : 1;
  if (folder_size + separator + file_size >= PATH_MAX) return false;
  size_t size = 0;
  for (size_t i = 0; i < folder_size; i++) out[size++] = folder[i];
  if (separator != 0) out[size++] = '/';
  for (size_t i = 0; i <= file_size; i++) out[size++] = file[i];
  return true;
}

long execute(const char* path, char* const* argv, char* const* environment) {
  return kernel::call(__NR_execve, path, argv, environment);
}

// As execvp(3) does it, but in the program's own PATH: what is not there is passed over, what may
// not be executed is remembered in case that nothing better comes, everything else is the answer.
long search_and_execute(const char* file, char* const* argv, char* const* environment) {
  const char* folders = find_variable(environment, "PATH");
  if (folders == nullptr) folders = "/bin:/usr/bin";  // confstr(_CS_PATH)
  bool denied = false;
  char path[PATH_MAX];
  for (const char* folder = folders;;) {
    size_t size = 0;
    while (folder[size] != '\0' && folder[size] != ':') size++;
    if (join_path(folder, size, file, path)) {
      const long error = execute(path, argv, environment);
      if (error == -EACCES) {
        denied = true;
      } else if (error != -ENOENT && error != -ENOTDIR && error != -ESTALE && error != -ENODEV &&
                 error != -ETIMEDOUT) {
        return error;
      }
    }
    if (folder[size] == '\0') return denied ? -EACCES : -ENOENT;
    folder += size + 1;
  }
}

// Node's own descriptors do not block; a program that inherits one as its stdin, stdout or stderr
// does not expect that.
void make_standard_streams_block() {
  for (int fd = 0; fd <= 2; fd++) {
    const long flags = kernel::call(__NR_fcntl, fd, F_GETFL);
    if (flags >= 0 && (flags & O_NONBLOCK) != 0) {
      kernel::call(__NR_fcntl, fd, F_SETFL, flags & ~static_cast<long>(O_NONBLOCK));
    }
  }
}

}  // namespace

// Operand: the file; behind it stands the program's argument vector. Returns only when it failed.
Outcome exec(Context& context, Operands operands) {
  const char* file = operands[0];
  char* const* argv = context.words;
  make_standard_streams_block();
  const uint64_t blocked = kernel::set_signal_mask(0);
  if (file[0] == '\0') return {Call::execve, ENOENT, 0};
  const long error = has_slash(file) ? execute(file, argv, context.environment)
                                     : search_and_execute(file, argv, context.environment);
  kernel::set_signal_mask(blocked);
  return outcome(Call::execve, error, 0);
}

}  // namespace init
