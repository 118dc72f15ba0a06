// How functions of ours become functions in JavaScript.
//
// A Worker can be terminated while it is in one of them, by another thread, and from then on every
// call of Node-API that might run JavaScript fails: to read or write a property, to make an
// instance, to unwrap one. node-addon-api answers such a failure with an abort of the whole
// process. So nothing of that kind stands here: numbers, strings and typed arrays cross, one by
// one, and whatever has more than one number to tell writes into an array of the caller's.
#pragma once

#include <napi.h>

#include <initializer_list>
#include <type_traits>
#include <vector>

namespace addon {

using Function = Napi::Value (*)(const Napi::CallbackInfo&);

template <Function function>
napi_value call_function(napi_env env, napi_callback_info info) {
  return function(Napi::CallbackInfo(env, info));
}

template <Function function>
napi_property_descriptor method(const char* name) {
  return {name,    nullptr, call_function<function>, nullptr,
          nullptr, nullptr, napi_enumerable,         nullptr};
}

using Exports = std::vector<napi_property_descriptor>;

// A number to return: the kernel's result, or the negative errno.
inline Napi::Value number(const Napi::CallbackInfo& info, long value) {
  return Napi::Number::New(info.Env(), static_cast<double>(value));
}

inline long integer(const Napi::Value& value) {
  return static_cast<long>(value.As<Napi::Number>().Int64Value());
}

// Writes to the caller's typed array, which is long enough.
template <class Array>
void write(const Napi::Value& array, std::initializer_list<double> values) {
  auto* element = array.As<Array>().Data();
  for (const double value : values) {
    *element++ = static_cast<std::remove_pointer_t<decltype(element)>>(value);
  }
}

}  // namespace addon
