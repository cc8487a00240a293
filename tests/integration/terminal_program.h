// Runs a program that insists on a terminal, and answers what it asks there.
#pragma once

#include <string>
#include <vector>

namespace holdfast::test {

struct TerminalResult {
  int exit_code = -1;
  std::string screen;  // everything it wrote to the terminal
};

// Each answer is typed, with a newline, once the program has written another `prompt`. The program is killed when it
// has not ended within a minute. Call it while the test has one thread.
TerminalResult run_on_terminal(const std::vector<std::string>& arguments, const std::string& prompt,
                               const std::vector<std::string>& answers);

}  // namespace holdfast::test
