// What belongs to one JavaScript environment: the main thread's or a Worker's.
#pragma once

#include <napi.h>

#include <memory>
#include <unordered_map>

#include "addon/child.h"
#include "addon/watcher.h"

namespace addon {

struct Environment {
  Watcher* watcher = nullptr;  // deletes itself, after libuv has closed its handle
  Napi::FunctionReference on_started;
  Napi::FunctionReference on_exit;
  Napi::FunctionReference on_socket;
  // By the numbers that JavaScript knows them by, which are never used twice.
  std::unordered_map<uint32_t, std::unique_ptr<Child>> children;
  uint32_t next_id = 1;

  static Environment& of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }
};

}  // namespace addon
