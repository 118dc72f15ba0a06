// Carries the plan out: step, step, step, and then the program.
#include <asm/errno.h>
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
  return kFunctions[index](context, operands);
}

}  // namespace

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
  // The program must not have it, and its close at the exec is what tells the launcher of the
  // success.
  kernel::call(__NR_fcntl, context.status_fd, F_SETFD, FD_CLOEXEC);
  reset_signals();
  for (;; context.step++) {
    const Outcome result = run_next_step(context);
    if (result.error == 0) continue;
    report_failure(context, result);
    kernel::exit_group(127);
  }
}

}  // namespace init
