// Completion scripts for shells, generated from the description of the commands.
#pragma once

#include <string>

#include "cli/command.h"

namespace holdfast::cli {

std::string bash_completion(const Command& root);
std::string zsh_completion(const Command& root);
std::string fish_completion(const Command& root);

}  // namespace holdfast::cli
