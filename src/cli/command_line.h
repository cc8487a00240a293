// Reads the words of a command line against the description of the commands (CLI11 does the splitting).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/command.h"

namespace holdfast::cli {

struct CommandLine {
  const Command* command = nullptr;                        // the command found; points into the tree given
  std::vector<std::string> words;                          // that lead to it, without the root's name
  std::map<std::string, std::vector<std::string>> values;  // per option name, as given; a switch has "true" or "false"
  std::vector<std::string> arguments;                      // positionals
  bool help = false;                                       // --help was given
  bool version = false;                                    // --version was given
};

// `words` without the program's name. Code::usage says what is not understood and what is nearest to it; never shows a
// value of an option that may hold a secret. With --help and --version missing positionals are no error. The options of
// the root may stand anywhere.
Result<CommandLine> parse_command_line(const Command& root, const std::vector<std::string>& words);

// All options a command takes: its own and the root's.
std::vector<const Option*> options_of(const Command& root, const Command& command);

}  // namespace holdfast::cli
