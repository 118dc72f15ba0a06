# The build that ships: the addon and the init program. cpp/CMakeLists.txt is the developers' build of the same sources
# (test/house/sources.test.ts holds both lists against each other).
{
  "target_defaults": {
    "include_dirs": ["cpp"],
    "cflags": ["-Wall", "-Wextra", "-Werror", "-Wconversion", "-Wshadow", "-O2"],
    "cflags_cc!": ["-std=gnu++17", "-std=gnu++20"],
    "cflags_cc": ["-std=c++20"],
  },
  "targets": [
    {
      "target_name": "linux_namespaces",
      "type": "loadable_module",
      "dependencies": ["lns-init"],
      "sources": [
        "cpp/addon/addon.cc",
        "cpp/addon/child.cc",
        "cpp/addon/namespaces.cc",
        "cpp/addon/raw.cc",
        "cpp/addon/start.cc",
        "cpp/addon/watcher.cc",
        "cpp/launcher/exit.cc",
        "cpp/launcher/fork.cc",
        "cpp/launcher/interfaces.cc",
        "cpp/launcher/namespace.cc",
        "cpp/launcher/placing.cc",
        "cpp/launcher/program.cc",
        "cpp/launcher/reaper.cc",
        "cpp/launcher/record.cc",
        "cpp/launcher/socket.cc",
        "cpp/launcher/start.cc",
      ],
      # As system headers: our warnings are for our code.
      "cflags": [
        "-isystem<!(node -p \"path.resolve(require('node-addon-api').include_dir)\")",
        "-isystem<(node_root_dir)/include/node",
        "-fvisibility=hidden",
      ],
      # Node unloads an addon with the last environment that used it, a Worker perhaps: our reaper's thread is in it.
      "ldflags": ["-Wl,-z,nodelete"],
      "defines": ["NAPI_VERSION=8", "NAPI_DISABLE_CPP_EXCEPTIONS"],
    },
    {
      "target_name": "lns-init",
      "type": "executable",
      "sources": [
        "cpp/init/descriptor.cc",
        "cpp/init/exec.cc",
        "cpp/init/file.cc",
        "cpp/init/fork.cc",
        "cpp/init/join.cc",
        "cpp/init/launcher.cc",
        "cpp/init/main.cc",
        "cpp/init/memory.cc",
        "cpp/init/mount.cc",
        "cpp/init/namespace.cc",
        "cpp/init/pin.cc",
        "cpp/init/process.cc",
        "cpp/init/reaper.cc",
        "cpp/init/socket.cc",
        "cpp/init/start.cc",
        "cpp/init/user.cc",
      ],
      # Freestanding: no libc to call (the linker refuses), no start-up, no unwinding, nothing to relocate, and few pages
      # to fault in.
      "cflags": [
        "-ffreestanding", "-fno-pic", "-fno-pie", "-fno-stack-protector", "-fno-asynchronous-unwind-tables",
        "-fno-threadsafe-statics", "-fno-exceptions", "-fno-rtti", "-Os",
      ],
      "cflags!": ["-pthread", "-fPIC"],
      "ldflags": [
        "-nostdlib", "-static", "-no-pie", "-s",
        "-Wl,--build-id=none", "-Wl,-z,noseparate-code", "-Wl,-z,max-page-size=4096", "-Wl,-z,noexecstack",
      ],
      "ldflags!": ["-pthread", "-rdynamic"],
    },
  ],
}
