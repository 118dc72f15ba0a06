// A child started by the launcher, for the tests: what it wrote, what it reported, how it ended.
#pragma once

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "launcher/exit.h"
#include "launcher/program.h"
#include "launcher/start.h"
#include "plan/record.h"

namespace child {

// The init program of this build; main() sets it from its argument.
inline int init_program = -1;

using Plan = std::initializer_list<std::string_view>;

// Words as they travel: each with its NUL.
inline std::string words(Plan plan) {
  std::string all;
  for (const std::string_view word : plan) all.append(word).push_back('\0');
  return all;
}

inline launcher::Started start(Plan plan, std::vector<int> stdio = {0, 1, 2}) {
  const std::string steps = words(plan);
  const std::string environment = words({"PATH=/usr/bin:/bin", "LC_ALL=C"});
  const bool init = std::find(plan.begin(), plan.end(), "init") != plan.end();
  launcher::StartOptions options = {};
  options.program = init_program;
  options.plan = steps;
  options.environment = environment;
  options.stdio = std::move(stdio);
  options.lifeline = init;
  options.detached = true;
  return launcher::start(options);
}

struct Ended {
  std::vector<plan::Record> records;   // through the status socket
  std::vector<plan::Record> lifeline;  // through that of an init
  launcher::Exit exit;
};

inline std::vector<plan::Record> read_records(const launcher::Descriptor& socket) {
  std::vector<plan::Record> records;
  plan::Record record = {};
  while (recv(socket.get(), &record, sizeof record, 0) == sizeof record) records.push_back(record);
  return records;
}

// Reads the sockets to their ends, then waits.
inline Ended finish(const launcher::Started& started) {
  Ended ended;
  ended.records = read_records(started.status);
  ended.lifeline = read_records(started.lifeline);
  ended.exit = launcher::wait_for_exit(started.pidfd.get());
  return ended;
}

inline Ended run(Plan plan) { return finish(start(plan)); }

struct Pipe {
  Pipe() {
    int ends[2] = {-1, -1};
    if (pipe2(ends, O_CLOEXEC) != 0) return;
    reading.reset(ends[0]);
    writing.reset(ends[1]);
  }

  // All that was written, up to the end: no child may have the writing end any more.
  std::string text() {
    writing.reset();
    std::string all;
    char buffer[4096];
    for (ssize_t got = 0; (got = read(reading.get(), buffer, sizeof buffer)) > 0;) {
      all.append(buffer, static_cast<size_t>(got));
    }
    return all;
  }

  launcher::Descriptor reading;
  launcher::Descriptor writing;
};

// What the program writes to its standard output.
inline std::string output(Plan plan) {
  Pipe pipe;
  const launcher::Started started = start(plan, {0, pipe.writing.get(), 2});
  std::string text = pipe.text();
  finish(started);
  return text;
}

// Loads the init program; false, with a word about it, when that fails.
inline bool use_program(int argc, char** argv) {
  if (argc == 2) init_program = launcher::sealed_program(argv[1]);
  return init_program >= 0;
}

}  // namespace child
