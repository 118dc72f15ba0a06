// From JavaScript's arguments to the launcher's plain structs and back. Arguments were validated in
// TypeScript: what arrives here has the types of types/native.d.ts.
#include "addon/start.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <string>
#include <string_view>

#include "addon/environment.h"
#include "launcher/program.h"

namespace addon {
namespace {

// The bits of the argument `options`.
enum Option : uint8_t { kLifeline = 1, kDetached = 2, kInheritsEnvironment = 4, kForks = 8 };

std::string_view bytes(const Napi::Value& value) {
  const auto array = value.As<Napi::Uint8Array>();
  return {reinterpret_cast<const char*>(array.Data()), array.ByteLength()};
}

Napi::Value listen(const Napi::CallbackInfo& info) {
  Environment& environment = Environment::of(info.Env());
  environment.on_started = Napi::Persistent(info[0].As<Napi::Function>());
  environment.on_exit = Napi::Persistent(info[1].As<Napi::Function>());
  environment.on_socket = Napi::Persistent(info[2].As<Napi::Function>());
  return number(info, 0);
}

Napi::Value seal_program(const Napi::CallbackInfo& info) {
  return number(info, launcher::sealed_program(info[0].As<Napi::String>().Utf8Value()));
}

Napi::Value null_device(const Napi::CallbackInfo& info) {
  return number(info, launcher::null_device());
}

Napi::Value socket_pair(const Napi::CallbackInfo& info) {
  launcher::Descriptor ours;
  launcher::Descriptor theirs;
  const int result = launcher::make_socket_pair(SOCK_STREAM, ours, theirs);
  if (result == 0) {
    write<Napi::Int32Array>(
        info[0], {static_cast<double>(ours.release()), static_cast<double>(theirs.release())});
  }
  return number(info, result);
}

// fs.closeSync would warn in a Worker of a descriptor that it has not opened.
Napi::Value close_descriptor(const Napi::CallbackInfo& info) {
  return number(info, close(static_cast<int>(integer(info[0]))));
}

Napi::Value start(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Environment& environment = Environment::of(env);
  const Napi::Value report = info[6];
  if (environment.watcher == nullptr) environment.watcher = Watcher::create(env);
  if (environment.watcher == nullptr) {
    return fail(info, report, plan::kBeforePlan, {plan::Call::epoll_create1, errno, 0});
  }
  std::string variables;
  const launcher::StartOptions options = start_options(info, variables);
  launcher::Started started = launcher::start(options);
  if (started.failure.error != 0) {
    return fail(info, report, started.failed_step, started.failure);
  }
  const uint32_t id = environment.next_id++;
  auto child = std::make_unique<Child>(*environment.watcher, id, options.detached);
  const int watched = child->watch(started);
  if (watched != 0) {
    launcher::send_signal(started.pidfd.get(), SIGKILL);
    launcher::wait_for_exit(started.pidfd.get());
    return fail(info, report, plan::kBeforePlan, {plan::Call::epoll_ctl, -watched, 0});
  }
  environment.children.emplace(id, std::move(child));
  write<Napi::Float64Array>(report, {static_cast<double>(started.pid)});
  return number(info, id);
}

// nullptr when it has ended: JavaScript may ask later than it ends.
Child* find_child(const Napi::CallbackInfo& info) {
  auto& children = Environment::of(info.Env()).children;
  const auto found = children.find(static_cast<uint32_t>(integer(info[0])));
  return found == children.end() ? nullptr : found->second.get();
}

Napi::Value kill_child(const Napi::CallbackInfo& info) {
  const Child* child = find_child(info);
  return number(info, child == nullptr ? -ESRCH : child->kill(static_cast<int>(integer(info[1]))));
}

Napi::Value proceed(const Napi::CallbackInfo& info) {
  const Child* child = find_child(info);
  return number(info, child == nullptr ? -ESRCH : child->proceed());
}

Napi::Value set_referenced(const Napi::CallbackInfo& info) {
  Child* child = find_child(info);
  if (child != nullptr) child->set_referenced(integer(info[1]) != 0);
  return number(info, 0);
}

}  // namespace

launcher::StartOptions start_options(const Napi::CallbackInfo& info, std::string& environment) {
  const auto stdio = info[3].As<Napi::Int32Array>();
  const auto descriptors = info[7].As<Napi::Int32Array>();
  const auto chosen = static_cast<unsigned>(integer(info[5]));
  if ((chosen & kInheritsEnvironment) != 0) {
    for (char** variable = environ; *variable != nullptr; variable++) {
      environment.append(*variable).push_back('\0');
    }
  }
  environment.append(bytes(info[2]));
  launcher::StartOptions options = {};
  options.program = static_cast<int>(integer(info[0]));
  options.plan = bytes(info[1]);
  options.environment = environment;
  options.stdio.assign(stdio.Data(), stdio.Data() + stdio.ElementLength());
  options.descriptors.assign(descriptors.Data(), descriptors.Data() + descriptors.ElementLength());
  options.namespaces = static_cast<uint64_t>(integer(info[4]));
  options.lifeline = (chosen & kLifeline) != 0;
  options.forks = (chosen & kForks) != 0;
  options.detached = (chosen & kDetached) != 0;
  return options;
}

Napi::Value fail(const Napi::CallbackInfo& info, const Napi::Value& report, uint32_t step,
                 const plan::Outcome& failure) {
  write<Napi::Float64Array>(
      report, {static_cast<double>(step), static_cast<double>(failure.operand),
               static_cast<double>(failure.call), static_cast<double>(failure.error)});
  return number(info, -1);
}

void export_start(Exports& exports) {
  exports.insert(
      exports.end(),
      {method<listen>("listen"), method<seal_program>("sealProgram"),
       method<null_device>("nullDevice"), method<socket_pair>("socketPair"),
       method<close_descriptor>("close"), method<start>("start"), method<kill_child>("kill"),
       method<proceed>("proceed"), method<set_referenced>("setReferenced")});
}

}  // namespace addon
