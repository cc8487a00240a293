// What man page and Markdown have in common: which commands there are, and every group of options once.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"

namespace holdfast::cli {

struct ReferenceEntry {
  std::string path;  // "holdfast snapshot save"
  const Command* command = nullptr;
};

struct Reference {
  std::vector<ReferenceEntry> commands;            // that do something and are not hidden
  std::vector<const OptionGroup*> shared;          // groups that several commands have, in the order of first use
  bool is_shared(const OptionGroup& group) const;  // by title
};

// What the process's exit code says (base/result.h).
struct ExitStatus {
  int code = 0;
  std::string_view meaning;
};
std::span<const ExitStatus> exit_statuses();

// The variables that set an option, ours first.
std::vector<std::string> variables_of(const Option& option);

// The tree must outlive the reference.
Reference make_reference(const Command& root);

}  // namespace holdfast::cli
