// A namespace kept alive by a mount of its file, without a process: the layout of ip-netns(8).
#include <asm/errno.h>
#include <asm/stat.h>
#include <asm/statfs.h>
#include <linux/fcntl.h>
#include <linux/magic.h>
#include <linux/mount.h>

#include "init/step.h"

namespace init {
namespace {

constexpr int kExclusive = 2;  // LOCK_EX
constexpr int kDetach = 2;     // MNT_DETACH
constexpr int kNoFollow = 8;   // UMOUNT_NOFOLLOW

struct stat status_of(long file) {
  struct stat status = {};
  kernel::call(__NR_fstat, file, &status);
  return status;
}

bool is_same(long one, long other) {
  const struct stat a = status_of(one);
  const struct stat b = status_of(other);
  return a.st_ino == b.st_ino && a.st_dev == b.st_dev;
}

// Whoever pins or unpins in a folder has it for himself until his end.
Outcome lock_folder(const char* path, long& folder) {
  folder = kernel::call(__NR_openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (folder < 0) return outcome(Call::open, folder, 1);
  long locked = 0;
  do {
    locked = kernel::call(__NR_flock, folder, kExclusive);
  } while (locked == -EINTR);
  return outcome(Call::flock, locked, 1);
}

// As ip-netns(8) keeps its folder: a mount that is shared, so that what is pinned there comes to
// other mount namespaces, and goes from them, too.
Outcome share_folder(const char* path, long& folder) {
  const long shared = kernel::call(__NR_mount, "none", path, nullptr, MS_SHARED | MS_REC, nullptr);
  if (shared != -EINVAL) return outcome(Call::mount, shared, 1);
  const long bound = kernel::call(__NR_mount, path, path, "none", MS_BIND | MS_REC, nullptr);
  if (bound < 0) return outcome(Call::mount, bound, 1);
  const long now = kernel::call(__NR_mount, "none", path, nullptr, MS_SHARED | MS_REC, nullptr);
  if (now < 0) return outcome(Call::mount, now, 1);
  // The new mount covers the folder that we have.
  const long reopened =
      kernel::call(__NR_openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (reopened >= 0) folder = reopened;
  return outcome(Call::open, reopened, 1);
}

Outcome mount_on(long folder, const char* name, int space) {
  const long copy =
      kernel::call(__NR_open_tree, space, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);
  if (copy < 0) return outcome(Call::open_tree, copy, 2);
  const long moved = kernel::call(__NR_move_mount, copy, "", folder, name, MOVE_MOUNT_F_EMPTY_PATH);
  kernel::call(__NR_close, copy);
  return outcome(Call::move_mount, moved, 2);
}

// A name that is taken is fine when it is this namespace's: to pin twice is to pin once.
Outcome accept_pinned(long folder, const char* name, int space) {
  const long there = kernel::call(__NR_openat, folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
  const bool same = there >= 0 && is_same(there, space);
  kernel::call(__NR_close, there);
  return same ? Outcome{} : Outcome{Call::open, EEXIST, 2};
}

}  // namespace

// Operands: the index of the namespace's descriptor, the folder, the name in it, "shared" for a
// folder that is to be made and shared as ip-netns(8) does.
Outcome namespace_pin(Context& context, Operands operands) {
  int space = -1;
  const Outcome found = find_descriptor(context, operands[0], 0, space);
  if (found.error != 0) return found;
  const bool share = plan::equal(operands[3], "shared");
  constexpr int kMode = 0755;
  if (share) kernel::call(__NR_mkdirat, AT_FDCWD, operands[1], kMode);
  long folder = -1;
  const Outcome locked = lock_folder(operands[1], folder);
  if (locked.error != 0) return locked;
  if (share) {
    const Outcome shared = share_folder(operands[1], folder);
    if (shared.error != 0) return shared;
  }
  const long file =
      kernel::call(__NR_openat, folder, operands[2], O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
  if (file == -EEXIST) return accept_pinned(folder, operands[2], space);
  if (file < 0) return outcome(Call::open, file, 2);
  kernel::call(__NR_close, file);
  const Outcome mounted = mount_on(folder, operands[2], space);
  if (mounted.error != 0) kernel::call(__NR_unlinkat, folder, operands[2], 0);
  return mounted;
}

// Operands: the folder, the name in it. What is not there is no longer pinned.
Outcome namespace_unpin(Context& /*context*/, Operands operands) {
  long folder = -1;
  const Outcome locked = lock_folder(operands[0], folder);
  if (locked.error == ENOENT) return {};
  if (locked.error != 0) return locked;
  const long file =
      kernel::call(__NR_openat, folder, operands[1], O_PATH | O_NOFOLLOW | O_CLOEXEC, 0);
  if (file == -ENOENT) return {};
  if (file < 0) return outcome(Call::open, file, 1);
  struct statfs status = {};
  const long known = kernel::call(__NR_fstatfs, file, &status);
  kernel::call(__NR_close, file);
  if (known < 0) return outcome(Call::statfs, known, 1);
  if (status.f_type != NSFS_MAGIC) return {Call::statfs, EINVAL, 1};
  // umount2(2) takes no descriptor of a folder.
  const long entered = kernel::call(__NR_fchdir, folder);
  if (entered < 0) return outcome(Call::fchdir, entered, 0);
  const long gone = kernel::call(__NR_umount2, operands[1], kDetach | kNoFollow);
  if (gone < 0) return outcome(Call::umount2, gone, 1);
  return outcome(Call::unlinkat, kernel::call(__NR_unlinkat, folder, operands[1], 0), 1);
}

}  // namespace init
