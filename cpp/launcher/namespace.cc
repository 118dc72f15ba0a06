#include "launcher/namespace.h"

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/nsfs.h>
#include <linux/sched.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include <cerrno>
#include <cstring>

#include "kernel/syscall.h"

namespace launcher {
namespace {

constexpr unsigned long kGetId = _IOR(NSIO, 13, uint64_t);  // Linux 6.18

// linux/pidfd.h: one call for each type, Linux 6.11.
constexpr unsigned kPidfdCalls = 0xFF;  // PIDFS_IOCTL_MAGIC
unsigned long pidfd_call(uint64_t type, bool of_children) {
  switch (type) {
    case CLONE_NEWCGROUP:
      return _IO(kPidfdCalls, 1);
    case CLONE_NEWIPC:
      return _IO(kPidfdCalls, 2);
    case CLONE_NEWNS:
      return _IO(kPidfdCalls, 3);
    case CLONE_NEWNET:
      return _IO(kPidfdCalls, 4);
    case CLONE_NEWPID:
      return of_children ? _IO(kPidfdCalls, 6) : _IO(kPidfdCalls, 5);
    case CLONE_NEWTIME:
      return _IO(kPidfdCalls, 7);
    case CLONE_NEWUSER:
      return _IO(kPidfdCalls, 9);
    default:
      return _IO(kPidfdCalls, 10);  // uts
  }
}

// linux/nsfs.h: struct nsfs_file_handle, and the root of all of them (linux/fcntl.h).
struct HandleOfNamespace {
  uint32_t size;
  int32_t kind;
  uint64_t id;
  uint32_t type;
  uint32_t inode;
};
constexpr int kKind = 0xf1;        // FILEID_NSFS
constexpr int kNsfsRoot = -10003;  // FD_NSFS_ROOT

int result_of(int result) { return result < 0 ? -errno : result; }

}  // namespace

int look_at_namespace(int descriptor, NamespaceFacts& facts) {
  struct statfs system = {};
  if (fstatfs(descriptor, &system) != 0) return -errno;
  // Asked first: another file's driver may take the numbers below for something else.
  if (system.f_type != NSFS_MAGIC) return -EINVAL;
  struct stat status = {};
  if (fstat(descriptor, &status) != 0) return -errno;
  const int type = ioctl(descriptor, NS_GET_NSTYPE);
  if (type < 0) return -errno;
  facts.type = static_cast<uint32_t>(type);
  facts.inode = status.st_ino;
  facts.device = status.st_dev;
  if (ioctl(descriptor, kGetId, &facts.id) != 0) facts.id = 0;
  return 0;
}

int ask_namespace(int descriptor, NamespaceCall question, uint32_t& uid) {
  switch (question) {
    case NamespaceCall::user:
      return result_of(ioctl(descriptor, NS_GET_USERNS));
    case NamespaceCall::parent:
      return result_of(ioctl(descriptor, NS_GET_PARENT));
    case NamespaceCall::type:
      return result_of(ioctl(descriptor, NS_GET_NSTYPE));
    case NamespaceCall::owner_uid:
      return result_of(ioctl(descriptor, NS_GET_OWNER_UID, &uid));
  }
  return -EINVAL;
}

int open_namespace_of(int pidfd, uint64_t type, bool of_children) {
  return result_of(ioctl(pidfd, pidfd_call(type, of_children), 0));
}

int open_namespace_by(const NamespaceFacts& facts) {
  const HandleOfNamespace handle = {sizeof facts.id + 2 * sizeof(uint32_t), kKind, facts.id,
                                    static_cast<uint32_t>(facts.type),
                                    static_cast<uint32_t>(facts.inode)};
  return static_cast<int>(
      kernel::call(__NR_open_by_handle_at, kNsfsRoot, &handle, O_RDONLY | O_CLOEXEC));
}

}  // namespace launcher
