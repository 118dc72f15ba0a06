// What a process has used, from the kernel's struct rusage (getrusage(2)) to the contract's names.
#pragma once

#include <napi.h>
#include <sys/resource.h>

namespace addon {

inline Napi::Object to_object(Napi::Env env, const rusage& usage) {
  const auto microseconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  Napi::Object object = Napi::Object::New(env);
  object.Set("userCPUTime", microseconds(usage.ru_utime));
  object.Set("systemCPUTime", microseconds(usage.ru_stime));
  object.Set("maxRSS", static_cast<double>(usage.ru_maxrss));
  return object;
}

}  // namespace addon
