// A socket for the launcher, made where this process is by now.
#include "plan/socket.h"

#include <asm/errno.h>

#include "init/step.h"
#include "kernel/message.h"

namespace init {
namespace {

bool parse_digit(char digit, unsigned char& value) {
  if (digit >= '0' && digit <= '9') {
    value = static_cast<unsigned char>(digit - '0');
  } else if (digit >= 'a' && digit <= 'f') {
    value = static_cast<unsigned char>(digit - 'a' + 10);
  } else {
    return false;
  }
  return true;
}

// Two digits a byte; false for what is none or does not fit.
bool parse_bytes(const char* text, unsigned char* bytes, size_t room, uint32_t& size) {
  for (size = 0; text[0] != '\0'; text += 2, size++) {
    unsigned char high = 0;
    unsigned char low = 0;
    if (size == room || !parse_digit(text[0], high) || !parse_digit(text[1], low)) return false;
    bytes[size] = static_cast<unsigned char>(high << 4 | low);
  }
  return true;
}

}  // namespace

// Operands: family, type, the only interface, the address's bytes, the backlog (empty: it does not
// listen), the switches.
Outcome socket_open(Context& context, Operands operands) {
  uint64_t numbers[3] = {};
  for (uint32_t i = 0; i < 3; i++) {
    if (!plan::parse_number(operands[i], numbers[i])) return {Call::none, EINVAL, i};
  }
  unsigned char address[128];
  plan::SocketRequest request = {};
  request.family = static_cast<int>(numbers[0]);
  request.type = static_cast<int>(numbers[1]);
  request.interface = static_cast<int>(numbers[2]);
  request.address = address;
  if (!parse_bytes(operands[3], address, sizeof address, request.address_size)) {
    return {Call::none, EINVAL, 3};
  }
  uint64_t backlog = 0;
  request.backlog = plan::parse_number(operands[4], backlog) ? static_cast<int>(backlog) : -1;
  uint64_t switches = 0;
  if (!plan::parse_number(operands[5], switches)) return {Call::none, EINVAL, 5};
  plan::set_switches(request, switches);
  long socket = -1;
  const Outcome made = plan::make_socket(request, socket);
  if (made.error != 0) return made;
  plan::Record record = {};
  record.kind = plan::RecordKind::socket;
  return outcome(Call::sendmsg,
                 kernel::send_with_descriptor(context.status_fd, &record, sizeof record,
                                              static_cast<int>(socket)));
}

}  // namespace init
