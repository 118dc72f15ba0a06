#pragma once

#include <napi.h>

#include "launcher/start.h"

namespace addon {

// The options as the contract has them, to the launcher's struct. Its views end with the JavaScript
// values.
launcher::StartOptions to_start_options(const Napi::Object& given);

// sealProgram, nullDevice, socketPair, start: what a start needs.
void export_start(Napi::Env env, Napi::Object exports);

}  // namespace addon
