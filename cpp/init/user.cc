// Identities: the maps of a user namespace and the ids that the program runs as
// (user_namespaces(7), credentials(7)).
#include <asm/errno.h>
#include <linux/capability.h>
#include <linux/prctl.h>

#include "init/step.h"

namespace init {

// Operands: the text of uid_map, the text of gid_map, "allow" or "deny" for setgroups. A process
// may write its own maps when each is one line with its own id; then setgroups has to be denied
// before gid_map is written, or that is EPERM.
Outcome user_map(Context& context, Operands operands) {
  if (plan::equal(operands[2], "deny")) {
    const Outcome denied = write_file(context, "/proc/self/setgroups", "deny", 2);
    if (denied.error != 0) return denied;
  }
  const Outcome uid = write_file(context, "/proc/self/uid_map", operands[0], 0);
  if (uid.error != 0) return uid;
  return write_file(context, "/proc/self/gid_map", operands[1], 1);
}

// Operands: uid, gid, "drop" or "keep" for the supplementary groups. Groups first, for they need
// the rights that the uid gives; all three ids of each kind, so that no saved id is a way back.
Outcome process_credentials(Context& /*context*/, Operands operands) {
  uint64_t uid = 0;
  uint64_t gid = 0;
  if (!plan::parse_number(operands[0], uid) || uid > UINT32_MAX) return {Call::none, EINVAL, 0};
  if (!plan::parse_number(operands[1], gid) || gid > UINT32_MAX) return {Call::none, EINVAL, 1};
  if (plan::equal(operands[2], "drop")) {
    const Outcome groups = outcome(Call::setgroups, kernel::call(__NR_setgroups, 0, nullptr), 2);
    if (groups.error != 0) return groups;
  }
  const Outcome group = outcome(Call::setresgid, kernel::call(__NR_setresgid, gid, gid, gid), 1);
  if (group.error != 0) return group;
  return outcome(Call::setresuid, kernel::call(__NR_setresuid, uid, uid, uid), 0);
}

// After joining a user namespace: whom it maps stays who he is, everybody else becomes its 0, the
// way in that nsenter(1) takes. Operands: uid and gid to be instead, or empty.
Outcome process_identity(Context& /*context*/, Operands operands) {
  constexpr long kNobody = 65534;  // what an id looks like that is not mapped (overflowuid)
  // EPERM where setgroups is denied in there, and then nobody can drop any.
  const long groups = kernel::call(__NR_setgroups, 0, nullptr);
  if (groups < 0 && groups != -EPERM) return outcome(Call::setgroups, groups);
  const struct {
    const char* operand;
    long now, set;
    Call call;
  } both[] = {{operands[1], kernel::call(__NR_getegid), __NR_setresgid, Call::setresgid},
              {operands[0], kernel::call(__NR_geteuid), __NR_setresuid, Call::setresuid}};
  for (const auto& one : both) {
    uint64_t id = 0;
    const bool given = one.operand[0] != '\0';
    if (given && (!plan::parse_number(one.operand, id) || id > UINT32_MAX))
      return {Call::none, EINVAL, 0};
    if (!given && one.now != kNobody) continue;
    const long result = kernel::call(one.set, id, id, id);
    // EINVAL: 0 is nobody there either.
    if (result < 0 && (given || result != -EINVAL)) return outcome(one.call, result);
  }
  return {};
}

// Gives back what carried the capabilities of the new user namespace through our own exec: the
// program gets those that its uid gives it, all for 0 and none for others, and no inheritable one
// (CVE-2022-29162).
Outcome process_rights(Context& /*context*/, Operands /*operands*/) {
  const Outcome ambient = outcome(
      Call::prctl, kernel::call(__NR_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0));
  if (ambient.error != 0) return ambient;
  __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct sets[2] = {};
  const long got = kernel::call(__NR_capget, &header, sets);
  if (got < 0) return outcome(Call::capget, got);
  sets[0].inheritable = sets[1].inheritable = 0;
  return outcome(Call::capset, kernel::call(__NR_capset, &header, sets));
}

}  // namespace init
