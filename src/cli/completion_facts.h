// What the completion scripts of all shells are made of.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/command.h"

namespace holdfast::cli {

struct CompletionPoint {
  std::string path;  // command words below the root, separated by spaces; empty for the root
  const Command* command = nullptr;
  std::vector<const Option*> options;  // its own and the root's
};

// Are its arguments kinds and names of the server?
bool takes_resources(const CompletionPoint& point);

// Every command that is not hidden.
std::vector<CompletionPoint> completion_points(const Command& root);

// Every option of the tree once, by name; options of one name take the same values everywhere, but that some of them
// may name objects of the server: then one of those stands for them.
std::map<std::string, const Option*> distinct_options(const Command& root);

// "--output", "--write-out", "-o", "-w".
std::vector<std::string> spellings_of(const Option& option);

}  // namespace holdfast::cli
