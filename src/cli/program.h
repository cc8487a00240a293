// The frame around every command: read the command line and the settings, run, report.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/session.h"

namespace holdfast::cli {

// Runs what `words` (without the program's name) ask for and returns the exit code. `general` is what the root's
// options set. Nothing is thrown.
int run(const Command& root, General& general, const std::vector<std::string>& words, World& world);

// The error for a process that may have no more threads or memory. Code::unavailable.
Error no_more_resources();

}  // namespace holdfast::cli
