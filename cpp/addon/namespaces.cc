// Namespaces that exist, and sockets in them.
#include "addon/namespaces.h"

#include <string>

#include "addon/start.h"
#include "launcher/interfaces.h"
#include "launcher/namespace.h"
#include "launcher/socket.h"

namespace addon {
namespace {

int descriptor(const Napi::Value& value) { return static_cast<int>(integer(value)); }

Napi::Value look_at_namespace(const Napi::CallbackInfo& info) {
  launcher::NamespaceFacts facts;
  const int result = launcher::look_at_namespace(descriptor(info[0]), facts);
  uint64_t* report = info[1].As<Napi::BigUint64Array>().Data();
  for (const uint64_t fact : {facts.type, facts.id, facts.inode, facts.device}) *report++ = fact;
  return number(info, result);
}

Napi::Value open_namespace_of(const Napi::CallbackInfo& info) {
  return number(info, launcher::open_namespace_of(descriptor(info[0]),
                                                  static_cast<uint64_t>(integer(info[1])),
                                                  integer(info[2]) != 0));
}

Napi::Value open_namespace_by(const Napi::CallbackInfo& info) {
  const uint64_t* given = info[0].As<Napi::BigUint64Array>().Data();
  launcher::NamespaceFacts facts;
  facts.type = given[0];
  facts.id = given[1];
  facts.inode = given[2];
  return number(info, launcher::open_namespace_by(facts));
}

Napi::Value open_socket(const Napi::CallbackInfo& info) {
  const auto address = info[4].As<Napi::Uint8Array>();
  plan::SocketRequest request = {};
  request.family = descriptor(info[1]);
  request.type = descriptor(info[2]);
  request.interface = descriptor(info[3]);
  request.address = address.Data();
  request.address_size = static_cast<uint32_t>(address.ByteLength());
  request.backlog = descriptor(info[5]);
  plan::set_switches(request, static_cast<uint64_t>(integer(info[6])));
  long socket = -1;
  const plan::Outcome result = launcher::open_socket_in(descriptor(info[0]), request, socket);
  if (result.error != 0) return fail(info, info[7], 0, result);
  return number(info, socket);
}

// The fields, or an empty text and the errno in the report.
Napi::Value interfaces(const Napi::CallbackInfo& info) {
  std::string text;
  const int result = launcher::list_interfaces(descriptor(info[0]), text);
  write<Napi::Float64Array>(info[1], {static_cast<double>(-result)});
  return Napi::String::New(info.Env(), text);
}

}  // namespace

void export_namespaces(Exports& exports) {
  exports.insert(
      exports.end(),
      {method<look_at_namespace>("lookAtNamespace"), method<open_namespace_of>("openNamespaceOf"),
       method<open_namespace_by>("openNamespaceBy"), method<open_socket>("openSocket"),
       method<interfaces>("interfaces")});
}

}  // namespace addon
