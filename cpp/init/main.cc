// Carries the plan out: step, step, step, and then the program.
#include <asm/errno.h>
#include <linux/close_range.h>
#include <linux/fcntl.h>

#include "init/step.h"

namespace init {
namespace {

using StepFunction = Outcome (*)(Context&, Operands);

constexpr StepFunction kFunctions[] = {
#define LNS_STEP_FUNCTION(identifier, name, operands) identifier,
    LNS_PLAN_STEPS(LNS_STEP_FUNCTION)
#undef LNS_STEP_FUNCTION
};

// Returns plan::kStepCount for a name that is no step.
size_t find_step(const char* name) {
  size_t index = 0;
  while (index < plan::kStepCount && !plan::equal(plan::kSteps[index].name, name)) index++;
  return index;
}

bool has_words(char* const* words, size_t count) {
  for (size_t i = 0; i < count; i++) {
    if (words[i] == nullptr) return false;
  }
  return true;
}

Outcome run_next_step(Context& context) {
  constexpr Outcome kMalformed = {Call::none, EINVAL, 0};
  if (context.words[0] == nullptr) return kMalformed;
  const size_t index = find_step(context.words[0]);
  if (index == plan::kStepCount) return kMalformed;
  Operands operands = context.words + 1;
  if (!has_words(operands, plan::kSteps[index].operands)) return kMalformed;
  context.words += 1 + plan::kSteps[index].operands;
  if (context.skip > 0) {
    context.skip--;
    return {};
  }
  return kFunctions[index](context, operands);
}

// The program must not have our descriptors; that its exec closes the status socket tells the
// launcher of the success.
void close_ours_on_exec(int status_fd) {
  if (kernel::call(__NR_close_range, status_fd, ~0u, CLOSE_RANGE_CLOEXEC) == 0) return;
  // Linux 5.11 has the flag. Ours stand side by side.
  for (int fd = status_fd; kernel::call(__NR_fcntl, fd, F_SETFD, FD_CLOEXEC) == 0; fd++) {
  }
}

}  // namespace

[[noreturn]] void run_steps(Context& context) {
  for (;; context.step++) {
    const Outcome result = run_next_step(context);
    if (result.error == 0) continue;
    report_failure(context, result);
    kernel::exit_group(127);
  }
}

[[noreturn]] void run(char** argv, char** environment) {
  set_stage(plan::kSetupStage);
  uint64_t status_fd = 0;
  if (!has_words(argv, plan::kLauncherWords) || !plan::parse_number(argv[1], status_fd)) {
    kernel::exit_group(127);  // started by hand: nobody to tell
  }
  Context context = {};
  context.status_fd = static_cast<int>(status_fd);
  context.argv = argv;
  context.words = argv + plan::kLauncherWords;
  context.environment = environment;
  close_ours_on_exec(context.status_fd);
  reset_signals();
  run_steps(context);
}

}  // namespace init
