// Numbers and words in the plan's strings: plan/text.h.
#include "plan/text.h"

#include <cstdint>
#include <limits>
#include <string>

#include "check.h"

namespace {

constexpr uint64_t kLargest = std::numeric_limits<uint64_t>::max();

// What parse_number makes of the text, or "refused".
std::string parsed(const char* text) {
  uint64_t number = 0;
  return plan::parse_number(text, number) ? std::to_string(number) : "refused";
}

std::string formatted(uint64_t number) {
  char out[21];
  const size_t size = plan::format_number(number, out);
  CHECK_EQUAL(plan::length(out), size);
  return out;
}

void test_numbers() {
  check::test("numbers that are none are refused", [] {
    for (const char* text : {"", "-1", "+1", " 1", "1 ", "1.0", "0x10", "1e3", "one"}) {
      CHECK_EQUAL(parsed(text), "refused");
    }
  });
  check::test("numbers up to the largest are read, and not one more", [] {
    CHECK_EQUAL(parsed("0"), "0");
    CHECK_EQUAL(parsed("007"), "7");
    CHECK_EQUAL(parsed("18446744073709551615"), "18446744073709551615");
    CHECK_EQUAL(parsed("18446744073709551616"), "refused");
    CHECK_EQUAL(parsed("99999999999999999999"), "refused");
  });
  check::test("what is written can be read", [] {
    for (const uint64_t number : {uint64_t{0}, uint64_t{9}, uint64_t{10}, kLargest - 1, kLargest}) {
      CHECK_EQUAL(formatted(number), std::to_string(number));
      CHECK_EQUAL(parsed(formatted(number).c_str()), std::to_string(number));
    }
  });
}

void test_words() {
  check::test("words are equal as a whole", [] {
    CHECK(plan::equal("", ""));
    CHECK(plan::equal("exec", "exec"));
    CHECK(!plan::equal("exec", "exe"));
    CHECK(!plan::equal("exe", "exec"));
    CHECK(!plan::equal("", "exec"));
  });
  check::test("a list contains its words, not their parts", [] {
    CHECK(plan::contains("readonly", "readonly"));
    CHECK(plan::contains("recursive,readonly", "recursive"));
    CHECK(plan::contains("recursive,readonly", "readonly"));
    CHECK(!plan::contains("recursive,readonly", "read"));
    CHECK(!plan::contains("recursive,readonly", "only"));
    CHECK(!plan::contains("recursive", "recursive,readonly"));
    CHECK(!plan::contains("", "readonly"));
  });
}

}  // namespace

int main() {
  test_numbers();
  test_words();
  return check::result();
}
