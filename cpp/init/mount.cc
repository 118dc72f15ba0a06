// Mounts, with the mount API that works on descriptors: a mount is made and given its attributes
// while it is detached, and appears in the tree whole, so that a read-only bind is never writable
// for a moment.
#include <asm/errno.h>
#include <linux/fcntl.h>
#include <linux/mount.h>

#include "init/step.h"

namespace init {
namespace {

struct Attribute {
  const char* word;
  uint64_t flag;
};
constexpr Attribute kAttributes[] = {
    {"readonly", MOUNT_ATTR_RDONLY},
    {"nosuid", MOUNT_ATTR_NOSUID},
    {"nodev", MOUNT_ATTR_NODEV},
    {"noexec", MOUNT_ATTR_NOEXEC},
};

uint64_t parse_attributes(const char* list) {
  uint64_t flags = 0;
  for (const Attribute& attribute : kAttributes) {
    if (plan::contains(list, attribute.word)) flags |= attribute.flag;
  }
  return flags;
}

// Puts the detached mount `mount` on `target` and closes it.
Outcome attach(long mount, int folder, const char* target, uint32_t operand) {
  const long moved =
      kernel::call(__NR_move_mount, mount, "", folder, target, MOVE_MOUNT_F_EMPTY_PATH);
  kernel::call(__NR_close, mount);
  return outcome(Call::move_mount, moved, operand);
}

// A detached copy of the mount at `source`, with attributes added; a descriptor or the failed step.
Outcome detached_copy(int folder, const char* source, bool recursive, uint64_t attributes,
                      long& copy) {
  const unsigned depth = recursive ? AT_RECURSIVE : 0;
  copy = kernel::call(__NR_open_tree, folder, source, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | depth);
  if (copy < 0) return outcome(Call::open_tree, copy);
  if (attributes == 0) return {};
  mount_attr change = {};
  change.attr_set = attributes;
  const long changed =
      kernel::call(__NR_mount_setattr, copy, "", AT_EMPTY_PATH | depth, &change, sizeof change);
  if (changed < 0) kernel::call(__NR_close, copy);
  return outcome(Call::mount_setattr, changed);
}

// A new file system, detached, as a descriptor. `options` are key, value, key, value, nullptr.
Outcome make_filesystem(const char* type, const char* const* options, uint64_t attributes,
                        long& mount) {
  const long context = kernel::call(__NR_fsopen, type, FSOPEN_CLOEXEC);
  if (context < 0) return outcome(Call::fsopen, context);
  Call failing = Call::fsconfig;
  long result = 0;
  for (; result == 0 && *options != nullptr; options += 2) {
    result = kernel::call(__NR_fsconfig, context, FSCONFIG_SET_STRING, options[0], options[1], 0);
  }
  if (result == 0) {
    result = kernel::call(__NR_fsconfig, context, FSCONFIG_CMD_CREATE, nullptr, nullptr, 0);
  }
  if (result == 0) {
    failing = Call::fsmount;
    result = mount = kernel::call(__NR_fsmount, context, FSMOUNT_CLOEXEC, attributes);
  }
  kernel::call(__NR_close, context);
  return outcome(failing, result);
}

// Makes one entry of a mounted proc read-only, by a read-only bind of it onto itself. The entries
// differ between kernels; what is not there needs no protection.
Outcome protect(long proc, const char* entry) {
  long copy = -1;
  const Outcome copied =
      detached_copy(static_cast<int>(proc), entry, false, MOUNT_ATTR_RDONLY, copy);
  if (copied.call == Call::open_tree && copied.error == ENOENT) return {};
  if (copied.error != 0) return copied;
  return attach(copy, static_cast<int>(proc), entry, 0);
}

}  // namespace

// Operand: private, slave, shared or unbindable, for every mount of the tree (mount_namespaces(7)).
Outcome mount_propagation(Context& /*context*/, Operands operands) {
  constexpr Attribute kKinds[] = {{"private", MS_PRIVATE},
                                  {"slave", MS_SLAVE},
                                  {"shared", MS_SHARED},
                                  {"unbindable", MS_UNBINDABLE}};
  for (const Attribute& kind : kKinds) {
    if (!plan::equal(operands[0], kind.word)) continue;
    return outcome(Call::mount,
                   kernel::call(__NR_mount, nullptr, "/", nullptr, MS_REC | kind.flag, nullptr));
  }
  return {Call::none, EINVAL, 0};
}

// Operands: source, target, attributes (words parted by commas; `recursive` is one).
Outcome mount_bind(Context& /*context*/, Operands operands) {
  long copy = -1;
  const bool recursive = plan::contains(operands[2], "recursive");
  const Outcome copied =
      detached_copy(AT_FDCWD, operands[0], recursive, parse_attributes(operands[2]), copy);
  if (copied.error != 0) return copied;
  return attach(copy, AT_FDCWD, operands[1], 1);
}

// Operands: target, the entries to make read-only (names parted by commas).
Outcome mount_proc(Context& /*context*/, Operands operands) {
  constexpr uint64_t kAttributesOfProc = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV | MOUNT_ATTR_NOEXEC;
  constexpr const char* kNoOptions[] = {nullptr};
  long mount = -1;
  const Outcome made = make_filesystem("proc", kNoOptions, kAttributesOfProc, mount);
  if (made.error != 0) return made;
  const Outcome attached = attach(mount, AT_FDCWD, operands[0], 0);
  if (attached.error != 0 || operands[1][0] == '\0') return attached;
  // Opened anew: what a detached mount's descriptor reaches cannot be mounted on before Linux 6.15.
  const long proc =
      kernel::call(__NR_openat, AT_FDCWD, operands[0], O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
  if (proc < 0) return outcome(Call::open, proc, 0);
  Outcome result = {};
  for (char* entry = operands[1]; result.error == 0 && *entry != '\0';) {
    char* end = entry;
    while (*end != '\0' && *end != ',') end++;
    const char separator = *end;
    *end = '\0';
    result = protect(proc, entry);
    entry = separator == '\0' ? end : end + 1;
  }
  kernel::call(__NR_close, proc);
  return result;
}

// Operands: target, size in bytes, mode in octal, attributes. An empty size or mode is the kernel's
// default.
Outcome mount_tmpfs(Context& /*context*/, Operands operands) {
  const char* options[5] = {};
  size_t count = 0;
  if (operands[1][0] != '\0') {
    options[count++] = "size";
    options[count++] = operands[1];
  }
  if (operands[2][0] != '\0') {
    options[count++] = "mode";
    options[count++] = operands[2];
  }
  long mount = -1;
  const Outcome made = make_filesystem("tmpfs", options, parse_attributes(operands[3]), mount);
  if (made.error != 0) return made;
  return attach(mount, AT_FDCWD, operands[0], 0);
}

}  // namespace init
