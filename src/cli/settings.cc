#include "cli/settings.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

namespace holdfast::cli {
namespace {

struct Given {
  std::vector<std::string> values;
  std::string from;  // "--limit-rate", "HOLDFAST_LIMIT_RATE", "config.yaml:7: limit-rate"
};

std::optional<Given> from_environment(const Option& option, const os::Environment& environment) {
  std::vector<std::string> names{variable_of(option.name)};
  names.insert(names.end(), option.environment.begin(), option.environment.end());
  for (const std::string& name : names) {
    std::optional<std::string> value = environment.get(name);
    if (value) return Given{.values = {std::move(*value)}, .from = name};
  }
  return std::nullopt;
}

std::optional<Given> find_given(const Option& option, const CommandLine& line, const os::Environment& environment,
                                const ConfigFile& config) {
  if (const auto flag = line.values.find(option.name); flag != line.values.end()) {
    return Given{.values = flag->second, .from = "--" + option.name};
  }
  if (option.only_flag || option.not_from_settings) return std::nullopt;
  if (auto variable = from_environment(option, environment)) return variable;
  const auto entry = config.entries.find(option.name);
  if (entry == config.entries.end() || entry->second.values.empty()) return std::nullopt;
  return Given{.values = entry->second.values,
               .from = fmt::format("{}:{}: {}", config.path, entry->second.line, option.name)};
}

Status check_choices(const Option& option, const Given& given) {
  if (option.choices.empty()) return {};
  for (const std::string& value : given.values) {
    const bool possible = std::ranges::any_of(option.choices, [&](const std::string& choice) {
      return value == choice || (choice.ends_with('=') && value.starts_with(choice));
    });
    if (possible) continue;
    return with_hint(fail(Code::usage, "{}: \"{}\" is not possible", given.from, value),
                     fmt::format("choose one of: {}", fmt::join(option.choices, ", ")));
  }
  return {};
}

Status apply(const Option& option, const Given& given) {
  HF_TRY(check_choices(option, given));
  Status set = option.set(given.values);
  if (set) return {};
  Error error = std::move(set).error();
  error.message = fmt::format("{}: {}", given.from, error.message);
  return tl::unexpected<Error>(std::move(error));
}

std::optional<std::string> default_path(const os::Environment& environment) {
  if (const auto xdg = environment.get("XDG_CONFIG_HOME")) return os::join_path(*xdg, "holdfast/config.yaml");
  if (const auto home = environment.get("HOME")) return os::join_path(*home, ".config/holdfast/config.yaml");
  return std::nullopt;
}

}  // namespace

Result<ConfigFile> load_config(const Command& root, const CommandLine& line, const os::Environment& environment,
                               os::FileSystem& files) {
  std::optional<std::string> path;
  if (const auto flag = line.values.find("config"); flag != line.values.end()) path = flag->second.back();
  if (!path) path = environment.get("HOLDFAST_CONFIG");
  if (!path) {
    path = default_path(environment);
    if (!path) return ConfigFile{};
    const auto found = files.stat(*path);
    if (!found || !found->has_value()) return ConfigFile{};
  }
  auto text = os::read_file(files, *path, kMaxConfigSize);
  if (!text) return in_context(std::move(text).error(), "read the configuration file");
  HF_ASSIGN(ConfigFile config, parse_config(as_text(*text), *path));
  HF_TRY(check_config(config, root));
  return config;
}

Status apply_settings(const Command& root, const CommandLine& line, const os::Environment& environment,
                      const ConfigFile& config) {
  for (const Option* option : options_of(root, *line.command)) {
    const std::optional<Given> given = find_given(*option, line, environment, config);
    if (given) HF_TRY(apply(*option, *given));
  }
  return {};
}

}  // namespace holdfast::cli
