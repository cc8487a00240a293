// The manual, generated from the description of the commands: as a man page, or as Markdown for docs/.
#pragma once

#include <string>

#include "cli/command.h"

namespace holdfast::cli {

// A page for section 1 in the man macros of roff.
std::string man_page(const Command& root, const std::string& version);

// The same facts as Markdown tables; docs/cli-flags.md is exactly this text.
std::string markdown_reference(const Command& root);

}  // namespace holdfast::cli
