// Tells when descriptors become readable: one epoll set for all children of an environment, and
// that set itself as one handle in the environment's event loop. No thread, and one descriptor
// however many children there are.
#pragma once

#include <napi.h>
#include <uv.h>

#include <cstdint>
#include <unordered_map>

namespace addon {

// Whether JavaScript may run: not while the environment is torn down, when the event loop turns
// once more, nor after a callback in which a Worker was terminated. Then every other call of
// Node-API fails, too.
bool can_run_javascript(Napi::Env env);

class Watched {
 public:
  Watched() = default;
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  virtual ~Watched() = default;
  virtual void on_readable(int descriptor) = 0;
  // The environment ends; no JavaScript runs any more.
  virtual void on_environment_end() = 0;
};

class Watcher {
 public:
  // nullptr when the kernel has no descriptors left; the errno says so.
  static Watcher* create(Napi::Env env);

  // 0 or the negative errno.
  int watch(int descriptor, Watched* watched);
  void forget(int descriptor);
  // How many things keep the event loop alive.
  void ref();
  void unref();

  Napi::Env env() const { return env_; }
  const Napi::AsyncContext& async_context() const { return async_context_; }

 private:
  Watcher(Napi::Env env, int epoll)
      : env_(env), epoll_(epoll), async_context_(env, "linux-namespaces") {}
  ~Watcher();
  static void on_poll(uv_poll_t* poll, int status, int events);
  static void on_environment_end(napi_async_cleanup_hook_handle hook, void* argument);
  void dispatch();

  struct Entry {
    Watched* watched;
    uint64_t key;
  };

  Napi::Env env_;
  int epoll_;
  int references_ = 0;
  uint64_t next_key_ = 0;
  uv_poll_t poll_ = {};
  napi_async_cleanup_hook_handle hook_ = nullptr;
  Napi::AsyncContext async_context_;
  std::unordered_map<int, Entry> by_descriptor_;
  // An event of this round may be about a child that an earlier one of the same round has ended,
  // and whose descriptor's number is another's by now: keys are never used twice.
  std::unordered_map<uint64_t, int> by_key_;
};

}  // namespace addon
