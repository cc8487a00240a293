// The text of --help.
#pragma once

#include <string>
#include <vector>

#include "cli/command.h"

namespace holdfast::cli {

// `words` lead from the root (excluded) to `command`. No line is wider than `width` where words allow it.
std::string help_text(const Command& root, const std::vector<std::string>& words, const Command& command, int width);

// "holdfast snapshot restore [flags] PLACE".
std::string usage_line(const std::string& path, const Command& command);

// What is said of an option besides its help: choices, default, that it may be repeated.
std::string remarks_of(const Option& option);

}  // namespace holdfast::cli
