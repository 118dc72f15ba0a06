// Namespaces that are made here and not at the clone, so that nobody waits for the kernel's slow
// work, and what is set in them before the program sees them.
#include <asm/errno.h>
#include <asm/ioctls.h>
#include <linux/fcntl.h>
#include <linux/if.h>
#include <linux/sched.h>
#include <linux/sockios.h>

#include "init/step.h"

namespace init {

// Operand: the CLONE_NEW* flags, a number. One call: the kernel makes all of them or none.
Outcome namespace_create(Context& /*context*/, Operands operands) {
  uint64_t flags = 0;
  if (!plan::parse_number(operands[0], flags)) return {Call::none, EINVAL, 0};
  return outcome(Call::unshare, kernel::call(__NR_unshare, flags));
}

// Operand: the lines of timens_offsets. They can be written until the first process enters
// (time_namespaces(7)).
Outcome time_offsets(Context& context, Operands operands) {
  if (context.time_offsets > 0) {
    const long written =
        kernel::call(__NR_write, context.time_offsets, operands[0], plan::length(operands[0]));
    return outcome(Call::write, written, 0);
  }
  return write_file(context, "/proc/self/timens_offsets", operands[0], 0);
}

// unshare(2) makes a time namespace for the children only. Some kernels move a process into it at
// its next exec, too; so does this, on all of them, and our init comes along.
Outcome time_enter(Context& context, Operands /*operands*/) {
  const long space = open_proc(context, "/proc/self/ns/time_for_children", O_RDONLY);
  if (space < 0) return outcome(Call::open, space, 0);
  const long joined = kernel::call(__NR_setns, space, CLONE_NEWTIME);
  kernel::call(__NR_close, space);
  return outcome(Call::setns, joined, 0);
}

Outcome uts_hostname(Context& /*context*/, Operands operands) {
  return outcome(Call::sethostname,
                 kernel::call(__NR_sethostname, operands[0], plan::length(operands[0])));
}

Outcome uts_domainname(Context& /*context*/, Operands operands) {
  return outcome(Call::setdomainname,
                 kernel::call(__NR_setdomainname, operands[0], plan::length(operands[0])));
}

// A new network namespace has one interface, lo, which is down: not even 127.0.0.1 answers
// (network_namespaces(7)).
Outcome network_loopback(Context& /*context*/, Operands /*operands*/) {
  constexpr int kInternet = 2;             // AF_INET
  constexpr int kDatagram = 2 | 02000000;  // SOCK_DGRAM | SOCK_CLOEXEC
  const long socket = kernel::call(__NR_socket, kInternet, kDatagram, 0);
  if (socket < 0) return outcome(Call::socket, socket);
  ifreq request = {};
  request.ifr_name[0] = 'l';
  request.ifr_name[1] = 'o';
  long result = kernel::call(__NR_ioctl, socket, SIOCGIFFLAGS, &request);
  if (result == 0) {
    request.ifr_flags = static_cast<short>(request.ifr_flags | IFF_UP);
    result = kernel::call(__NR_ioctl, socket, SIOCSIFFLAGS, &request);
  }
  kernel::call(__NR_close, socket);
  return outcome(Call::ioctl, result);
}

}  // namespace init
