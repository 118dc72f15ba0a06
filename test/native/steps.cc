// The tables that both sides share: plan/steps.h and plan/record.h.
#include "plan/steps.h"

#include <set>
#include <string>

#include "check.h"
#include "plan/record.h"

int main() {
  check::test("every step has a name of its own", [] {
    std::set<std::string> names;
    for (const plan::StepShape& step : plan::kSteps) names.insert(step.name);
    CHECK_EQUAL(names.size(), plan::kStepCount);
  });
  check::test("a step is called after its concern", [] {
    // `exec`, `init` and `done` end a plan; all others say first whose file they are in.
    for (size_t i = 0; i < static_cast<size_t>(plan::StepId::exec); i++) {
      const std::string name = plan::kSteps[i].name;
      const size_t dot = name.find('.');
      CHECK(dot != std::string::npos && dot > 0 && dot + 1 < name.size());
    }
  });
  check::test("an id finds its row", [] {
    CHECK_EQUAL(std::string(plan::kSteps[static_cast<size_t>(plan::StepId::exec)].name), "exec");
    CHECK_EQUAL(std::string(plan::kSteps[static_cast<size_t>(plan::StepId::done)].name), "done");
  });
  check::test("stage names fit into the name of a process", [] {
    const size_t longest = 16;  // TASK_COMM_LEN, with the NUL
    CHECK(sizeof plan::kSetupStage <= longest);
    CHECK(sizeof plan::kInitStage <= longest);
    CHECK(sizeof plan::kExecStage <= longest);
  });
  check::test("a call's number finds its name", [] {
    CHECK_EQUAL(std::string(plan::kCallNames[static_cast<size_t>(plan::Call::none)]), "none");
    CHECK_EQUAL(std::string(plan::kCallNames[static_cast<size_t>(plan::Call::write)]), "write");
    CHECK_EQUAL(plan::kCallCount, static_cast<size_t>(plan::Call::write) + 1);
  });
  check::test("an outcome is a failure only below zero", [] {
    CHECK_EQUAL(plan::outcome(plan::Call::open, 0).error, 0);
    CHECK_EQUAL(plan::outcome(plan::Call::open, 3).error, 0);
    CHECK_EQUAL(plan::outcome(plan::Call::open, -13, 2).error, 13);
    CHECK_EQUAL(plan::outcome(plan::Call::open, -13, 2).operand, 2u);
  });
  return check::result();
}
