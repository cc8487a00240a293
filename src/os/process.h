// Other programs are run through here.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/secret.h"
#include "base/units.h"

namespace holdfast::os {

struct Program {
  // The program first: a path, or a name without '/' that is looked up in PATH. No shell has a part in it: nothing is
  // expanded, and every word arrives as it is.
  std::vector<std::string> words;
  std::map<std::string, std::string> variables;  // besides this process's own environment, and before it
  bool only_variables = false;                   // nothing of this process's own environment
  Secret input;                                  // on its standard input
  Secret more_input = {};                        // on its descriptor 3, unless empty
  std::size_t output_limit = 64 * 1024;          // bytes of its standard output
  Duration time_limit = std::chrono::seconds(60);
  // Gets what it writes, standard output and standard error in the order in which they come, on the calling thread;
  // then the outcome holds neither, and there is no limit. Also called with nothing, several times a second, while it
  // runs. Must not throw; what it is given may hold what nobody should read.
  std::function<void(std::string_view)> on_output = {};
};

struct ProgramOutcome {
  int exit_code = 0;   // 128 + the signal's number when a signal ended it
  Secret output;       // standard output; may hold what nobody should read
  std::string errors;  // the beginning of standard error, at most 4 KiB; not for messages when that may hold secrets
};

// Safe for any thread.
class Processes {
 public:
  virtual ~Processes() = default;

  // Runs a program to its end. It gets a process group of its own, no open files of ours, and default signals. When it
  // has ended, what it left running in the background is not waited for. On every error it has been killed, with its
  // group, and no error holds a word but the first, or any of its output. Code::not_found: no such program;
  // Code::refused: it may not be run; Code::timeout; Code::no_space: more output than allowed; Code::cancelled.
  virtual Result<ProgramOutcome> run(const Program& program, const std::stop_token& stop) = 0;

  // Runs a program that speaks with the person at the terminal, an editor say: standard input, output and error are
  // ours, and so is the process group, so that the terminal's signals reach it. Comes back with its exit code when it
  // has ended; whether it heeds the signals is its own affair. Code::unsupported where there is no such thing.
  virtual Result<int> run_in_foreground(const std::vector<std::string>& words);
};

// The machine's. Lives as long as the program.
Processes& real_processes();

}  // namespace holdfast::os
