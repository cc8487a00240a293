#include "cli/reference.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

namespace holdfast::cli {

namespace {

constexpr std::array<ExitStatus, 10> kExitStatuses{{
    {0, "done"},
    {1, "internal error, something this version or that server cannot do, or a result that could not be written"},
    {2, "usage: a flag, a setting or the input cannot be understood"},
    {3, "not found: the file, object, bucket or member does not exist"},
    {4, "refused: no permission, already there, locked, no space, or the answer was no"},
    {5, "verification failed: bytes are not what they must be"},
    {6, "transient: the service did not answer, broke off or throttled; the same command may succeed later"},
    {129, "ended by SIGHUP: the terminal went away"},
    {130, "interrupted by SIGINT"},
    {143, "ended by SIGTERM"},
}};

}  // namespace

std::span<const ExitStatus> exit_statuses() {
  return kExitStatuses;
}

std::vector<std::string> variables_of(const Option& option) {
  if (option.only_flag || option.not_from_settings) return {};
  std::vector<std::string> names{variable_of(option.name)};
  names.insert(names.end(), option.environment.begin(), option.environment.end());
  return names;
}

bool Reference::is_shared(const OptionGroup& group) const {
  return std::ranges::any_of(shared, [&](const OptionGroup* other) { return other->title == group.title; });
}

Reference make_reference(const Command& root) {
  Reference reference;
  std::map<std::string, int> uses;
  for_each_command(root, [&](const std::vector<std::string>& words, const Command& command) {
    if (command.hidden || !command.commands.empty()) return;
    reference.commands.push_back({fmt::format("{}", fmt::join(words, " ")), &command});
    for (const OptionGroup& group : command.groups) {
      if (++uses[group.title] == 2) reference.shared.push_back(&group);
    }
  });
  for (const OptionGroup& group : root.groups)
    reference.shared.push_back(&group);
  return reference;
}

}  // namespace holdfast::cli
