// The addon: everything that types/native.d.ts says, and nothing else.
#include <napi.h>

#include "addon/child.h"
#include "addon/environment.h"
#include "addon/raw.h"
#include "addon/start.h"
#include "plan/steps.h"

namespace addon {
namespace {

// The plan's steps as this build knows them: [{ name, operands }].
Napi::Array steps(Napi::Env env) {
  Napi::Array array = Napi::Array::New(env, plan::kStepCount);
  for (uint32_t i = 0; i < plan::kStepCount; i++) {
    Napi::Object step = Napi::Object::New(env);
    step.Set("name", plan::kSteps[i].name);
    step.Set("operands", static_cast<double>(plan::kSteps[i].operands));
    array.Set(i, step);
  }
  return array;
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  auto* environment = new Environment();
  environment->child_constructor = Napi::Persistent(Child::define(env));
  env.SetInstanceData(environment);
  exports.Set("steps", steps(env));
  export_start(env, exports);
  export_raw(env, exports);
  return exports;
}

NODE_API_MODULE(linux_namespaces, initialize)

}  // namespace
}  // namespace addon
