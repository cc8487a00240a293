#include "cli/completion_facts.h"

#include <fmt/format.h>

#include "cli/command_line.h"

namespace holdfast::cli {

std::vector<CompletionPoint> completion_points(const Command& root) {
  std::vector<CompletionPoint> points;
  for_each_command(root, [&](const std::vector<std::string>& words, const Command& command) {
    if (command.hidden) return;
    points.push_back({.path = fmt::format("{}", fmt::join(words.begin() + 1, words.end(), " ")),
                      .command = &command,
                      .options = options_of(root, command)});
  });
  return points;
}

bool takes_resources(const CompletionPoint& point) {
  const std::vector<Positional>& positionals = point.command->positionals;
  return !positionals.empty() && positionals.front().completes == Completes::resource;
}

std::map<std::string, const Option*> distinct_options(const Command& root) {
  std::map<std::string, const Option*> options;
  for (const CompletionPoint& point : completion_points(root)) {
    for (const Option* option : point.options) {
      const auto at = options.emplace(option->name, option).first;
      if (option->completes == Completes::resource) at->second = option;
    }
  }
  return options;
}

std::vector<std::string> spellings_of(const Option& option) {
  std::vector<std::string> spellings{"--" + option.name};
  for (const std::string& alias : option.aliases)
    spellings.push_back("--" + alias);
  for (const char letter : option.letters)
    spellings.push_back(fmt::format("-{}", letter));
  return spellings;
}

}  // namespace holdfast::cli
