// Namespaces that exist: what the kernel tells of a descriptor of one, and how to get one
// (ioctl_ns(2), nsfs).
#pragma once

#include <cstdint>

namespace launcher {

struct NamespaceFacts {
  uint64_t type = 0;  // the CLONE_NEW* flag
  uint64_t id = 0;    // never used twice; 0 before Linux 6.18
  uint64_t inode = 0;
  uint64_t device = 0;
};

// 0, or the negative errno: EINVAL for a descriptor that is no namespace's.
int look_at_namespace(int descriptor, NamespaceFacts& facts);

// The calls of ioctl_ns(2), by their numbers: a descriptor, a CLONE_NEW* flag, or 0 with the uid
// written; or the negative errno.
enum class NamespaceCall : uint8_t { user = 1, parent = 2, type = 3, owner_uid = 4 };
int ask_namespace(int descriptor, NamespaceCall question, uint32_t& uid);

// A descriptor of the namespace that a process is in, or the negative errno: ESRCH when it has
// ended. ENOTTY before Linux 6.11. For a pid namespace, `of_children` is the one that the next
// child will be in.
int open_namespace_of(int pidfd, uint64_t type, bool of_children);

// A descriptor of the namespace that has these facts still, or the negative errno: ESTALE when it
// is gone. Linux 6.18.
int open_namespace_by(const NamespaceFacts& facts);

}  // namespace launcher
