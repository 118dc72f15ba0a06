#pragma once

#include <napi.h>

namespace addon {

// unshare, setns, clone, waitid and the pidfd calls: the raw layer, linux-namespaces/syscall.
void export_raw(Napi::Env env, Napi::Object exports);

}  // namespace addon
