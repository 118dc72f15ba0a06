// From the launcher through the real init program to the program: what the child is given, and how
// it ends.
#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include "check.h"
#include "child.h"
#include "launcher/reaper.h"

namespace {

using child::Ended;

void test_ends() {
  check::test("a program runs and ends", [] {
    const Ended ended = child::run({"exec", "/bin/true", "true"});
    CHECK_EQUAL(ended.records.size(), 0u);
    CHECK(ended.exit.ended && ended.exit.known);
    CHECK_EQUAL(ended.exit.code, 0);
    CHECK_EQUAL(ended.exit.signal, 0);
  });
  check::test("its exit code arrives", [] {
    CHECK_EQUAL(child::run({"exec", "sh", "sh", "-c", "exit 7"}).exit.code, 7);
  });
  check::test("its signal arrives", [] {
    CHECK_EQUAL(child::run({"exec", "sh", "sh", "-c", "kill -TERM $$"}).exit.signal, SIGTERM);
  });
  check::test("what it used arrives", [] {
    CHECK(child::run({"exec", "sh", "sh", "-c", ":"}).exit.usage.ru_maxrss > 0);
  });
  check::test("an init tells of the end", [] {
    const Ended ended = child::run({"init", "sh", "0", "sh", "-c", "exit 3"});
    CHECK_EQUAL(ended.records.size(), 0u);
    CHECK_EQUAL(ended.lifeline.size(), 1u);
    CHECK(ended.lifeline.front().kind == plan::RecordKind::ended);
    CHECK_EQUAL(ended.lifeline.front().code, 3);
  });
  check::test("under an init the status socket ends with the exec, not with the program", [] {
    const launcher::Started started = child::start({"init", "sleep", "0", "sleep", "60"});
    CHECK_EQUAL(child::read_records(started.status).size(), 0u);
    CHECK(!launcher::poll_exit(started.pidfd.get()).ended);
    launcher::send_signal(started.pidfd.get(), SIGTERM);
    CHECK_EQUAL(child::finish(started).lifeline.front().signal, SIGTERM);
  });
  check::test("a child that is adopted does not stay a zombie", [] {
    launcher::Started started = child::start({"exec", "true", "true"});
    const int pid = started.pid;
    launcher::adopt(std::move(started.pidfd), std::move(started.placing));
    for (int i = 0; i < 500 && kill(pid, 0) == 0; i++) usleep(10'000);
    CHECK(kill(pid, 0) != 0);
  });
}

void test_what_it_gets() {
  check::test("arguments arrive as they are", [] {
    CHECK_EQUAL(child::output({"exec", "printf", "printf", "[%s]", "a b", "", "\xff"}),
                "[a b][][\xff]");
  });
  check::test("the environment is the given one", [] {
    CHECK_EQUAL(child::output({"exec", "env", "env"}), "PATH=/usr/bin:/bin\nLC_ALL=C\n");
  });
  check::test("no descriptor but the given ones", [] {
    // Planted without close-on-exec, as other addons and Node itself leave some.
    std::vector<launcher::Descriptor> planted;
    planted.reserve(200);
    for (int i = 0; i < 200; i++) planted.emplace_back(dup(0));
    // The fourth is the folder that `ls` reads.
    CHECK_EQUAL(child::output({"exec", "ls", "ls", "/proc/self/fd"}), "0\n1\n2\n3\n");
  });
  check::test("no signal is blocked or ignored", [] {
    auto* const before = std::signal(SIGPIPE, SIG_IGN);
    const std::string status =
        child::output({"exec", "grep", "grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"});
    std::signal(SIGPIPE, before);
    CHECK_EQUAL(status, "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
  });
  check::test("our own signals are as they were", [] {
    sigset_t mask;
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    sigprocmask(SIG_SETMASK, &mask, nullptr);
    child::run({"exec", "true", "true"});
    sigprocmask(SIG_SETMASK, nullptr, &mask);
    for (int signal = 1; signal < NSIG; signal++) {
      CHECK_EQUAL(sigismember(&mask, signal), signal == SIGUSR1 ? 1 : 0);
    }
  });
  check::test("descriptors that are in each other's way are placed", [] {
    child::Pipe first;
    child::Pipe second;
    const int a = first.writing.get();
    const int b = second.writing.get();
    // Each becomes the other's number.
    std::vector<int> stdio(static_cast<size_t>(std::max(a, b)) + 1, 0);
    stdio[static_cast<size_t>(a)] = b;
    stdio[static_cast<size_t>(b)] = a;
    const std::string script = "echo a >&" + std::to_string(a) + "; echo b >&" + std::to_string(b);
    child::finish(child::start({"exec", "sh", "sh", "-c", script}, stdio));
    CHECK_EQUAL(first.text(), "b\n");
    CHECK_EQUAL(second.text(), "a\n");
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (!child::use_program(argc, argv)) return 2;
  test_ends();
  test_what_it_gets();
  return check::result();
}
