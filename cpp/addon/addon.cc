// The addon: everything that types/native.d.ts says, and nothing else.
#include <napi.h>

#include <string>

#include "addon/environment.h"
#include "addon/namespaces.h"
#include "addon/raw.h"
#include "addon/start.h"
#include "plan/steps.h"

namespace addon {
namespace {

// The plan's steps as this build knows them, `NAME OPERANDS` a line.
std::string step_table() {
  std::string table;
  for (const plan::StepShape& step : plan::kSteps) {
    table.append(step.name).append(" ").append(std::to_string(step.operands)).append("\n");
  }
  return table;
}

// The names of the system calls that a failure tells by number, one a line.
std::string call_table() {
  std::string table;
  for (const char* name : plan::kCallNames) table.append(name).append("\n");
  return table;
}

napi_property_descriptor constant(Napi::Env env, const char* name, const std::string& text) {
  return {name,   nullptr, nullptr, nullptr, nullptr, Napi::String::New(env, text), napi_enumerable,
          nullptr};
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  env.SetInstanceData(new Environment());
  Exports all = {constant(env, "steps", step_table()), constant(env, "calls", call_table())};
  export_start(all);
  export_namespaces(all);
  export_raw(all);
  napi_define_properties(env, exports, all.size(), all.data());
  return exports;
}

NODE_API_MODULE(linux_namespaces, initialize)

}  // namespace
}  // namespace addon
