#include "addon/watcher.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <set>

namespace addon {

// Node-API has no question for this; any call that can end in JavaScript answers it.
bool can_run_javascript(Napi::Env env) {
  bool unused = false;
  return napi_has_named_property(env, env.Global(), "process", &unused) == napi_ok;
}

Watcher* Watcher::create(Napi::Env env) {
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return nullptr;
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  if (epoll < 0) return nullptr;
  auto* watcher = new Watcher(env, epoll);
  uv_poll_init(loop, &watcher->poll_, epoll);
  watcher->poll_.data = watcher;
  uv_poll_start(&watcher->poll_, UV_READABLE, on_poll);
  uv_unref(reinterpret_cast<uv_handle_t*>(&watcher->poll_));
  napi_add_async_cleanup_hook(env, on_environment_end, watcher, &watcher->hook_);
  return watcher;
}

Watcher::~Watcher() { close(epoll_); }

int Watcher::watch(int descriptor, Watched* watched) {
  const uint64_t key = next_key_++;
  epoll_event event = {};
  event.events = EPOLLIN;
  event.data.u64 = key;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) return -errno;
  by_descriptor_[descriptor] = {watched, key};
  by_key_[key] = descriptor;
  return 0;
}

void Watcher::forget(int descriptor) {
  const auto entry = by_descriptor_.find(descriptor);
  if (entry == by_descriptor_.end()) return;
  epoll_ctl(epoll_, EPOLL_CTL_DEL, descriptor, nullptr);
  by_key_.erase(entry->second.key);
  by_descriptor_.erase(entry);
}

void Watcher::ref() {
  if (references_++ == 0) uv_ref(reinterpret_cast<uv_handle_t*>(&poll_));
}

void Watcher::unref() {
  if (--references_ == 0) uv_unref(reinterpret_cast<uv_handle_t*>(&poll_));
}

void Watcher::on_poll(uv_poll_t* poll, int /*status*/, int /*events*/) {
  static_cast<Watcher*>(poll->data)->dispatch();
}

void Watcher::dispatch() {
  const Napi::HandleScope scope(env_);
  std::array<epoll_event, 64> events = {};
  // What does not fit is reported again at once: the epoll set stays readable.
  const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), 0);
  for (int i = 0; i < count; i++) {
    if (!can_run_javascript(env_)) {
      uv_poll_stop(&poll_);
      return;
    }
    const auto key = by_key_.find(events.at(static_cast<size_t>(i)).data.u64);
    if (key == by_key_.end()) continue;
    const int descriptor = key->second;
    by_descriptor_.at(descriptor).watched->on_readable(descriptor);
  }
}

void Watcher::on_environment_end(napi_async_cleanup_hook_handle /*hook*/, void* argument) {
  auto* watcher = static_cast<Watcher*>(argument);
  std::set<Watched*> all;
  for (const auto& [descriptor, entry] : watcher->by_descriptor_) all.insert(entry.watched);
  for (Watched* watched : all) watched->on_environment_end();
  uv_close(reinterpret_cast<uv_handle_t*>(&watcher->poll_), [](uv_handle_t* handle) {
    auto* closed = static_cast<Watcher*>(handle->data);
    // The environment waits for the hook's removal: until then it is there for the destructor.
    napi_async_cleanup_hook_handle hook = closed->hook_;
    delete closed;
    napi_remove_async_cleanup_hook(hook);
  });
}

}  // namespace addon
