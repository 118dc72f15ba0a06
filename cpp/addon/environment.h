// What belongs to one JavaScript environment: the main thread's or a Worker's.
#pragma once

#include <napi.h>

#include "addon/watcher.h"

namespace addon {

struct Environment {
  Napi::FunctionReference child_constructor;
  Watcher* watcher = nullptr;  // deletes itself, after libuv has closed its handle

  static Environment& of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }
};

}  // namespace addon
