// Numbers and words in the plan's strings, without libc.
#pragma once

#include <stddef.h>
#include <stdint.h>

namespace plan {

inline size_t length(const char* text) {
  size_t size = 0;
  while (text[size] != '\0') size++;
  return size;
}

inline bool equal(const char* a, const char* b) {
  while (*a != '\0' && *a == *b) {
    a++;
    b++;
  }
  return *a == *b;
}

// A decimal number without sign and without anything around it; false when it is not one or does
// not fit.
inline bool parse_number(const char* text, uint64_t& number) {
  if (*text == '\0') return false;
  number = 0;
  for (; *text != '\0'; text++) {
    if (*text < '0' || *text > '9') return false;
    if (__builtin_mul_overflow(number, uint64_t{10}, &number)) return false;
    if (__builtin_add_overflow(number, static_cast<uint64_t>(*text - '0'), &number)) return false;
  }
  return true;
}

// Whether `word` is one of the words in `list`, which are parted by commas.
inline bool contains(const char* list, const char* word) {
  const size_t size = length(word);
  while (*list != '\0') {
    size_t i = 0;
    while (i < size && list[i] == word[i]) i++;
    if (i == size && (list[i] == ',' || list[i] == '\0')) return true;
    while (*list != '\0' && *list != ',') list++;
    if (*list == ',') list++;
  }
  return false;
}

// Writes `number` in decimal with its NUL to `out`, which has room for 21 bytes; returns the length
// without the NUL.
inline size_t format_number(uint64_t number, char* out) {
  char reversed[20];
  size_t size = 0;
  do {
    reversed[size++] = static_cast<char>('0' + number % 10);
    number /= 10;
  } while (number != 0);
  for (size_t i = 0; i < size; i++) out[i] = reversed[size - 1 - i];
  out[size] = '\0';
  return size;
}

}  // namespace plan
