// As much of a test framework as these tests need: named tests, and checks that tell where they
// failed.
#pragma once

#include <cstdio>
#include <iostream>

namespace check {

inline int failures = 0;

template <class Actual, class Expected>
void equal(const Actual& actual, const Expected& expected, const char* text, const char* file,
           int line) {
  if (actual == expected) return;
  std::cerr << file << ":" << line << ": " << text << " is " << actual << ", not " << expected
            << "\n";
  failures++;
}

// Runs one test; an exception of the standard library ends the whole file, loudly.
template <class Body>
void test(const char* name, Body body) {
  const int before = failures;
  body();
  std::cout << (failures == before ? "ok      " : "FAILED  ") << name << std::endl;
}

inline int result() { return failures == 0 ? 0 : 1; }

}  // namespace check

#define CHECK_EQUAL(actual, expected) \
  check::equal((actual), (expected), #actual, __FILE__, __LINE__)
#define CHECK(condition) \
  check::equal(static_cast<bool>(condition), true, #condition, __FILE__, __LINE__)
