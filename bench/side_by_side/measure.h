// Runs a program to its end and says what it cost, by the kernel's own accounting of the finished process.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/units.h"

namespace holdfast::bench {

struct Cost {
  double wall = 0;                // seconds
  double cpu = 0;                 // seconds, user and system
  std::uint64_t peak_memory = 0;  // bytes of the largest process (maximum resident set)

  // One after the other: times add up, the largest memory counts.
  Cost& operator+=(const Cost& other);
};

// A program with its arguments, and "NAME=value" additions to the environment. Output goes to `output_file` (kept for
// messages); with `input_file` that file is standard input, with `stdout_file` standard output goes there.
struct Command {
  std::vector<std::string> arguments;
  std::vector<std::string> environment;
  std::string input_file;
  std::string stdout_file;
};

// Code::unavailable with the end of the program's output when it does not exit with 0.
Result<Cost> measure(const Command& command, const std::string& output_file);

// The middle value; of an even number the mean of the two in the middle. `values` must not be empty.
double median(std::vector<double> values);

}  // namespace holdfast::bench
