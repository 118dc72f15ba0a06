#pragma once

#include "addon/exports.h"

namespace addon {

// unshare, setns, clone, waitid and the pidfd calls: the raw layer, linux-namespaces/syscall.
void export_raw(Exports& exports);

}  // namespace addon
