// The floors for namespaces that exist: the least time in which a program in C joins those of a
// process and runs another in them, and in which it makes a listening socket in another network.
//
//   existing PID PROGRAM
//       for each byte on standard input one line "NANOSECONDS STATUS":
//       'a' joins mount, network, uts, ipc, pid and cgroup by one setns, forks, executes PROGRAM
//       't' joins network, uts and ipc by one setns, executes PROGRAM
//       's' setns, socket, bind, listen, setns back, on this thread
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "raw.h"

enum {
  THREE = CLONE_NEWNET | CLONE_NEWUTS | CLONE_NEWIPC,
  ALL = THREE | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWCGROUP
};

struct join {
  int pidfd;
  int types;
  char* argv[2];
};

static char stack[64 * 1024] __attribute__((aligned(16)));
static char inner_stack[64 * 1024] __attribute__((aligned(16)));

static int execute(void* argument) {
  const struct join* join = argument;
  const char* envp[] = {NULL};
  raw(SYS_execve, (long)join->argv[0], (long)join->argv, (long)envp, 0, 0);
  raw(SYS_exit_group, 101, 0, 0, 0, 0);
  return 0;
}

// The pid namespace is that of the next child.
static int join_and_execute(void* argument) {
  const struct join* join = argument;
  if (raw(SYS_setns, join->pidfd, join->types, 0, 0, 0) < 0) raw(SYS_exit_group, 100, 0, 0, 0, 0);
  if ((join->types & CLONE_NEWPID) == 0) return execute(argument);
  int status = 0;
  int pid =
      clone(execute, inner_stack + sizeof inner_stack, CLONE_VM | CLONE_VFORK | SIGCHLD, argument);
  if (pid < 0) raw(SYS_exit_group, 102, 0, 0, 0, 0);
  raw(SYS_wait4, pid, (long)&status, 0, 0, 0);
  raw(SYS_exit_group, WEXITSTATUS(status), 0, 0, 0, 0);
  return 0;
}

static int start(struct join* join) {
  int status = 0;
  int pid = clone(join_and_execute, stack + sizeof stack, CLONE_VM | SIGCHLD, join);
  if (pid < 0 || waitpid(pid, &status, 0) != pid) return 255;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 254;
}

static int listen_there(int network, int own) {
  static const int on = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
  if (setns(network, CLONE_NEWNET) != 0) return -1;
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(fd, (struct sockaddr*)&address, sizeof address) != 0 || listen(fd, 511) != 0) return -1;
  return setns(own, CLONE_NEWNET) == 0 ? fd : -1;
}

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

int main(int argc, char** argv) {
  if (argc < 3) {
    fprintf(stderr, "usage: existing PID PROGRAM\n");
    return 2;
  }
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/ns/net", atoi(argv[1]));
  const int network = open(path, O_RDONLY | O_CLOEXEC);
  const int own = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  struct join join = {(int)syscall(SYS_pidfd_open, atoi(argv[1]), 0), 0, {argv[2], NULL}};
  char byte;
  while (read(STDIN_FILENO, &byte, 1) == 1) {
    int status = 0;
    long long begin = now();
    if (byte == 's') {
      const int fd = listen_there(network, own);
      const long long end = now();
      printf("%lld %d\n", end - begin, fd < 0);
      close(fd);
    } else {
      join.types = byte == 'a' ? ALL : THREE;
      status = start(&join);
      printf("%lld %d\n", now() - begin, status);
    }
    fflush(stdout);
  }
  return 0;
}
