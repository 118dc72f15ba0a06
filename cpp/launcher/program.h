// The init program as a descriptor to execute, and the null device: opened once for the whole
// process.
#pragma once

#include <string>

namespace launcher {

// A sealed copy in memory of the file `path`, or the negative errno. Nobody inside a namespace can
// reopen it for writing through /proc/<pid>/exe, as CVE-2019-5736 did with runc's file.
int sealed_program(const std::string& path);

// /dev/null for reading and writing, or the negative errno.
int null_device();

}  // namespace launcher
