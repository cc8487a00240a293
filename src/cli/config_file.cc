#include "cli/config_file.h"

#include <algorithm>
#include <string_view>

#include <yaml-cpp/yaml.h>

#include "cli/suggest.h"

namespace holdfast::cli {
namespace {

int line_of(const YAML::Mark& mark) {
  return mark.line + 1;
}

// Any file may have been named by mistake, so no error repeats what stands in it. The parser's own texts do so behind a
// colon, if at all.
std::string what_the_parser_says(const std::string& text) {
  return text.substr(0, text.find(':'));
}

Status add_values(const YAML::Node& node, std::vector<std::string>& values, const std::string& where) {
  if (node.IsScalar()) {
    values.push_back(node.Scalar());
    return {};
  }
  if (!node.IsSequence()) return fail(Code::usage, "{}: the value must be text, a number or a list of these", where);
  for (const YAML::Node& item : node) {
    if (!item.IsScalar()) {
      return fail(Code::usage, "{}: an item of the list is neither text nor a number", where);
    }
    values.push_back(item.Scalar());
  }
  return {};
}

// Load() reads the first document only, and LoadAll() does not come to an end on some broken texts, so the marker is
// looked for here. Nothing that a configuration holds begins a line with it.
int line_of_second_document(std::string_view text) {
  bool begun = false;
  int number = 0;
  while (!text.empty()) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    ++number;
    if (line.starts_with("---") || line.starts_with("...")) {
      if (begun) return number;
      begun = true;
    }
    begun = begun || (!line.empty() && !line.starts_with('#') && !line.starts_with('%'));
  }
  return 0;
}

Result<ConfigFile> read_document(const YAML::Node& document, const std::string& path) {
  ConfigFile config{.path = path, .entries = {}};
  if (document.IsNull()) return config;
  if (!document.IsMap()) {
    return fail(Code::usage, "{}:{}: not a mapping from names to values", path, line_of(document.Mark()));
  }
  for (const auto& pair : document) {
    const std::string where = fmt::format("{}:{}", path, line_of(pair.first.Mark()));
    if (!pair.first.IsScalar()) return fail(Code::usage, "{}: the name must be text", where);
    const std::string& name = pair.first.Scalar();
    if (config.entries.contains(name)) {
      return fail(Code::usage, "{}: a name is set a second time; it was set in line {}", where,
                  config.entries[name].line);
    }
    ConfigEntry entry{.values = {}, .line = line_of(pair.first.Mark())};
    HF_TRY(add_values(pair.second, entry.values, where));
    config.entries.emplace(name, std::move(entry));
  }
  return config;
}

const Option* find_option(const Command& command, const std::string& name, std::vector<std::string>& names) {
  const Option* found = nullptr;
  for (const OptionGroup& group : command.groups) {
    for (const Option& option : group.options) {
      if (!option.only_flag && !option.not_in_file) names.push_back(option.name);
      if (option.name == name) found = &option;
    }
  }
  for (const Command& child : command.commands) {
    const Option* below = find_option(child, name, names);
    if (found == nullptr) found = below;
  }
  return found;
}

Status check_entry(const Option& option, const ConfigEntry& entry, const std::string& where) {
  if (option.only_flag) {
    return with_hint(fail(Code::usage, "{}: \"{}\" belongs to one run and cannot be set in a file", where, option.name),
                     fmt::format("give --{} on the command line", option.name));
  }
  const bool holds_secret = option.hides == Hides::after_colon && !entry.values.empty() &&
                            entry.values.front().find(':') != std::string::npos;
  if (option.not_in_file || holds_secret) {
    return with_hint(
        fail(Code::usage, "{}: \"{}\" holds a secret, which may not stand in this file", where, option.name),
        fmt::format("put the secret into a file of its own and set \"{}\"",
                    option.name == "user" ? "password-file" : option.name + "-file"));
  }
  if (entry.values.size() != 1 && !option.repeatable) {
    return fail(Code::usage, "{}: \"{}\" takes one value, not a list", where, option.name);
  }
  return {};
}

}  // namespace

Result<ConfigFile> parse_config(std::string_view text, const std::string& path) {
  if (text.size() > kMaxConfigSize) return fail(Code::usage, "{}: larger than {} bytes", path, kMaxConfigSize);
  if (const int line = line_of_second_document(text); line > 0) {
    return fail(Code::usage, "{}:{}: a second YAML document begins", path, line);
  }
  try {
    return read_document(YAML::Load(std::string(text)), path);
  } catch (const YAML::Exception& error) {
    return fail(Code::usage, "{}:{}: not YAML: {}", path, line_of(error.mark), what_the_parser_says(error.msg));
  }
}

Status check_config(const ConfigFile& config, const Command& root) {
  for (const auto& [name, entry] : config.entries) {
    std::vector<std::string> names;
    const std::string where = fmt::format("{}:{}", config.path, entry.line);
    const Option* option = find_option(root, name, names);
    if (option == nullptr) {
      const std::string meant = nearest(name, names);
      return with_hint(fail(Code::usage, "{}: the name in this line is not a setting", where),
                       meant.empty() ? "the names are those of the flags, without the dashes"
                                     : fmt::format("did you mean \"{}\"?", meant));
    }
    HF_TRY(check_entry(*option, entry, where));
  }
  return {};
}

}  // namespace holdfast::cli
