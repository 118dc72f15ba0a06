// What a process has used, from the kernel's struct rusage (getrusage(2)) to the contract's units.
#pragma once

#include <sys/resource.h>

namespace addon {

inline double microseconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
}

}  // namespace addon
