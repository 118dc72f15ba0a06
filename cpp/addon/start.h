#pragma once

#include "addon/exports.h"
#include "launcher/start.h"

namespace addon {

// The arguments but the report of `start` and `clone`, as the contract has them, to the launcher's
// struct. `environment` receives the bytes that it points at.
launcher::StartOptions start_options(const Napi::CallbackInfo& info, std::string& environment);

// A failure for the array that the contract calls `report`; returns -1 for the function to return.
Napi::Value fail(const Napi::CallbackInfo& info, const Napi::Value& report, uint32_t step,
                 const plan::Outcome& failure);

// listen, sealProgram, nullDevice, socketPair, close, start, kill, proceed, setReferenced.
void export_start(Exports& exports);

}  // namespace addon
