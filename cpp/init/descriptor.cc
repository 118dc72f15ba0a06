// The plan's own descriptors: they stand behind the status socket, and steps name them by index.
#include <asm/errno.h>

#include "init/step.h"

namespace init {

Outcome find_descriptor(const Context& context, const char* index, uint32_t operand,
                        int& descriptor) {
  uint64_t number = 0;
  if (!plan::parse_number(index, number) || number > INT16_MAX) {
    return {Call::none, EINVAL, operand};
  }
  descriptor = context.status_fd + 1 + static_cast<int>(number);
  return {};
}

}  // namespace init
