// What goes wrong comes back as one record with its step, its call and its errno, and nothing stays
// behind.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <cstddef>
#include <string>

#include "check.h"
#include "child.h"

namespace {

using child::Ended;
using plan::Call;

void check_failure(child::Plan plan, uint32_t step, Call call, int error) {
  const Ended ended = child::run(plan);
  CHECK_EQUAL(ended.records.size(), 1u);
  if (ended.records.empty()) return;
  const plan::Record& record = ended.records.front();
  CHECK(record.kind == plan::RecordKind::failed);
  CHECK_EQUAL(record.step, step);
  CHECK_EQUAL(std::string(plan::kCallNames[static_cast<size_t>(record.call)]),
              plan::kCallNames[static_cast<size_t>(call)]);
  CHECK_EQUAL(record.error, error);
  CHECK_EQUAL(ended.exit.code, 127);
}

void test_steps() {
  check::test("a program that is not there", [] {
    check_failure({"exec", "/nowhere", "x"}, 0, Call::execve, ENOENT);
    check_failure({"exec", "nowhere", "x"}, 0, Call::execve, ENOENT);
    check_failure({"exec", "", "x"}, 0, Call::execve, ENOENT);
  });
  check::test("a program that is none", [] {
    check_failure({"exec", "/etc/passwd", "x"}, 0, Call::execve, EACCES);
    check_failure({"exec", "/etc", "x"}, 0, Call::execve, EACCES);
  });
  check::test("the same under an init", [] {
    check_failure({"init", "/nowhere", "0", "x"}, 0, Call::execve, ENOENT);
  });
  check::test("a folder that is not there, by the number of its step", [] {
    check_failure({"session.create", "process.cwd", "/nowhere", "exec", "true", "true"}, 1,
                  Call::chdir, ENOENT);
  });
  check::test("a plan that is none", [] {
    check_failure({}, 0, Call::none, EINVAL);
    check_failure({"no.such.step"}, 0, Call::none, EINVAL);
    check_failure({"user.map", "one", "two"}, 0, Call::none, EINVAL);
    check_failure({"namespace.create", "many"}, 0, Call::none, EINVAL);
    check_failure({"session.create"}, 1, Call::none, EINVAL);
  });
}

void test_start() {
  check::test("a descriptor that is not open", [] {
    const launcher::Started started = child::start({"exec", "true", "true"}, {0, 1, 9999});
    CHECK(started.failure.call == Call::dup3);
    CHECK_EQUAL(started.failure.error, EBADF);
    CHECK_EQUAL(started.failure.operand, 2u);
    CHECK_EQUAL(waitpid(-1, nullptr, WNOHANG), -1);  // no child, not even a dead one
  });
  check::test("an init program that cannot be executed", [] {
    const int init = child::init_program;
    child::init_program = launcher::null_device();
    check_failure({"exec", "true", "true"}, plan::kBeforePlan, Call::execveat, EACCES);
    child::init_program = init;
  });
  check::test("an init program that is not there", [] {
    // A first one is kept for the whole process, so this one is asked for in another.
    CHECK_EQUAL(child::init_program, launcher::sealed_program("/nowhere"));
  });
  check::test("a launcher that dies while the child waits for it", [] {
    launcher::Started started = child::start({"launcher.await", "exec", "true", "true"});
    started.status.reset();
    CHECK_EQUAL(launcher::wait_for_exit(started.pidfd.get()).code, 127);
  });
  check::test("a child that waits goes on after one byte", [] {
    const launcher::Started started = child::start({"launcher.await", "exec", "true", "true"});
    CHECK_EQUAL(send(started.status.get(), "x", 1, 0), 1);
    CHECK_EQUAL(child::finish(started).exit.code, 0);
  });
}

// From here on clone3 says ENOSYS in this process, as under older seccomp profiles of container
// engines.
bool forbid_clone3() {
  sock_filter rules[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program = {sizeof rules / sizeof rules[0], rules};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

void test_without_clone3() {
  check::test("without clone3 the old clone starts the child", [] {
    CHECK(forbid_clone3());
    CHECK_EQUAL(syscall(SYS_clone3, nullptr, 0), -1);
    CHECK_EQUAL(errno, ENOSYS);
    CHECK_EQUAL(child::output({"exec", "echo", "echo", "here"}), "here\n");
    CHECK_EQUAL(child::output({"init", "echo", "0", "echo", "there"}), "there\n");
  });
}

}  // namespace

int main(int argc, char** argv) {
  if (!child::use_program(argc, argv)) return 2;
  test_steps();
  test_start();
  test_without_clone3();  // the last: there is no way back
  return check::result();
}
