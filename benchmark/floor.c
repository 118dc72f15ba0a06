// The floor: the least time in which these namespaces can be made, set up and entered from a
// program in C. ONE clone that shares memory until the exec, every CLONE_NEW* flag in it, the
// set-up done by the child with raw system calls. (It is no model for a library: hazards of setting
// up in shared memory are what our init program is there to avoid.)
//
//   floor PROGRAM [INIT WORD...]
//       for each byte on standard input one start, waited for, and one line "NANOSECONDS STATUS":
//       'n' no namespace, 's' user+pid+mount+uts+ipc+cgroup, 'w' the same with network,
//       'i' no namespace, by way of INIT with WORDs as its argument vector, which is to execute
//       PROGRAM
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/if.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "raw.h"

enum {
  SIX = CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWCGROUP
};

struct start {
  const char* program;
  char* const* argv;
  int namespaces;
  char uid_map[64];
  char gid_map[64];
};

static char stack[64 * 1024] __attribute__((aligned(16)));
static const char hostname[] = "box";

// A step that fails ends the child with the step's number, so that no figure comes from a half-made
// child.
static void must(int step, long result) {
  if (result < 0) raw(SYS_exit_group, 100 + step, 0, 0, 0, 0);
}

static void put(int step, const char* path, const char* text) {
  long fd = raw(SYS_openat, AT_FDCWD, (long)path, O_WRONLY | O_CLOEXEC, 0, 0);
  must(step, fd);
  must(step, raw(SYS_write, fd, (long)text, (long)strlen(text), 0, 0));
  must(step, raw(SYS_close, fd, 0, 0, 0, 0));
}

static void loopback_up(int step) {
  struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
  long fd = raw(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0, 0, 0);
  must(step, fd);
  must(step, raw(SYS_ioctl, fd, SIOCSIFFLAGS, (long)&lo, 0, 0));
  must(step, raw(SYS_close, fd, 0, 0, 0, 0));
}

static int child(void* argument) {
  const struct start* start = argument;
  if (start->namespaces != 0) {
    put(1, "/proc/self/setgroups", "deny");
    put(2, "/proc/self/uid_map", start->uid_map);
    put(3, "/proc/self/gid_map", start->gid_map);
    must(4, raw(SYS_mount, 0, (long)"/", 0, MS_REC | MS_PRIVATE, 0));
    must(5, raw(SYS_mount, (long)"proc", (long)"/proc", (long)"proc",
                MS_NOSUID | MS_NODEV | MS_NOEXEC, 0));
    must(6, raw(SYS_sethostname, (long)hostname, sizeof hostname - 1, 0, 0, 0));
    if (start->namespaces & CLONE_NEWNET) loopback_up(7);
  }
  const char* envp[] = {NULL};
  must(8, raw(SYS_execve, (long)start->program, (long)start->argv, (long)envp, 0, 0));
  return 0;
}

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char** argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: floor PROGRAM [INIT WORD...]\n");
    return 2;
  }
  char* const straight[] = {argv[1], NULL};
  struct start start = {0};
  snprintf(start.uid_map, sizeof start.uid_map, "0 %u 1", geteuid());
  snprintf(start.gid_map, sizeof start.gid_map, "0 %u 1", getegid());
  char byte;
  while (read(STDIN_FILENO, &byte, 1) == 1) {
    bool by_init = byte == 'i' && argc > 3;
    start.program = by_init ? argv[2] : argv[1];
    start.argv = by_init ? argv + 3 : straight;
    start.namespaces = byte == 's' ? SIX : byte == 'w' ? SIX | CLONE_NEWNET : 0;
    int status = 0;
    long long begin = now();
    int pid = clone(child, stack + sizeof stack,
                    CLONE_VM | CLONE_VFORK | SIGCHLD | start.namespaces, &start);
    if (pid < 0 || waitpid(pid, &status, 0) != pid) {
      perror("floor");
      return 1;
    }
    long long end = now();
    printf("%lld %d\n", end - begin, WIFEXITED(status) ? WEXITSTATUS(status) : 255);
    fflush(stdout);
  }
  return 0;
}
