// From JavaScript's options to the launcher's plain structs and back. Arguments were validated in
// TypeScript (lib/internal): what arrives here has the types of types/native.d.ts.
#include "addon/start.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>

#include "addon/child.h"
#include "addon/environment.h"
#include "launcher/program.h"
#include "launcher/start.h"

namespace addon {
namespace {

Napi::Value seal_program(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(),
                           launcher::sealed_program(info[0].As<Napi::String>().Utf8Value()));
}

Napi::Value null_device(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), launcher::null_device());
}

Napi::Value environment(const Napi::CallbackInfo& info) {
  std::string bytes;
  for (char** variable = environ; *variable != nullptr; variable++)
    bytes.append(*variable).push_back('\0');
  return Napi::Buffer<char>::Copy(info.Env(), bytes.data(), bytes.size());
}

// [ours, theirs], or the negative errno.
Napi::Value socket_pair(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  launcher::Descriptor ours;
  launcher::Descriptor theirs;
  const int result = launcher::make_socket_pair(SOCK_STREAM, ours, theirs);
  if (result < 0) return Napi::Number::New(env, result);
  Napi::Array pair = Napi::Array::New(env, 2);
  pair.Set(0u, ours.release());
  pair.Set(1u, theirs.release());
  return pair;
}

// fs.closeSync would warn in a Worker of a descriptor that it has not opened.
void close_descriptor(const Napi::CallbackInfo& info) {
  close(info[0].As<Napi::Number>().Int32Value());
}

std::string_view bytes(const Napi::Value& value) {
  const auto array = value.As<Napi::Uint8Array>();
  return {reinterpret_cast<const char*>(array.Data()), array.ByteLength()};
}

Napi::Value fail(Napi::Env env, plan::Call call, int error) {
  return to_object(env, plan::kBeforePlan, {call, error, 0});
}

// A Child, or a failure when nothing was started.
Napi::Value start(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Environment& environment = Environment::of(env);
  if (environment.watcher == nullptr) environment.watcher = Watcher::create(env);
  if (environment.watcher == nullptr) return fail(env, plan::Call::epoll_create1, errno);

  const auto given = info[0].As<Napi::Object>();
  const launcher::StartOptions options = to_start_options(given);
  launcher::Started started = launcher::start(options);
  if (started.failure.error != 0) return to_object(env, plan::kBeforePlan, started.failure);
  const Napi::Object object = environment.child_constructor.New({});
  const int pidfd = started.pidfd.get();
  const int watched =
      Child::Unwrap(object)->watch(*environment.watcher, started, options.detached,
                                   info[1].As<Napi::Function>(), info[2].As<Napi::Function>());
  if (watched == 0) return object;
  launcher::send_signal(pidfd, SIGKILL);
  launcher::wait_for_exit(pidfd);
  return fail(env, plan::Call::epoll_ctl, -watched);
}

}  // namespace

launcher::StartOptions to_start_options(const Napi::Object& given) {
  const auto stdio = given.Get("stdio").As<Napi::Int32Array>();
  launcher::StartOptions options = {};
  options.program = given.Get("program").As<Napi::Number>().Int32Value();
  options.plan = bytes(given.Get("plan"));
  options.environment = bytes(given.Get("environment"));
  options.stdio.assign(stdio.Data(), stdio.Data() + stdio.ElementLength());
  options.namespaces =
      static_cast<uint64_t>(given.Get("namespaces").As<Napi::Number>().Int64Value());
  options.detached = given.Get("detached").As<Napi::Boolean>().Value();
  options.init = given.Get("init").As<Napi::Boolean>().Value();
  return options;
}

void export_start(Napi::Env env, Napi::Object exports) {
  exports.Set("sealProgram", Napi::Function::New<seal_program>(env, "sealProgram"));
  exports.Set("nullDevice", Napi::Function::New<null_device>(env, "nullDevice"));
  exports.Set("environment", Napi::Function::New<environment>(env, "environment"));
  exports.Set("socketPair", Napi::Function::New<socket_pair>(env, "socketPair"));
  exports.Set("close", Napi::Function::New<close_descriptor>(env, "close"));
  exports.Set("start", Napi::Function::New<start>(env, "start"));
}

}  // namespace addon
