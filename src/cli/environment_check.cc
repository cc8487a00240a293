#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "cli/settings.h"
#include "cli/suggest.h"

namespace holdfast::cli {
namespace {

constexpr std::string_view kPrefix = "HOLDFAST_";
constexpr std::string_view kConfig = "HOLDFAST_CONFIG";  // read by load_config()

// Of scripts/ and tests/, which run this program with their own environment.
constexpr std::array<std::string_view, 4> kOwnTools{"HOLDFAST_BENCH_DIR", "HOLDFAST_JOBS", "HOLDFAST_RGW",
                                                    "HOLDFAST_SERVERS"};

using Settings = std::map<std::string, const Option*>;

// Every option of the tree by its variable, also those that only a flag can set.
Settings settings_of(const Command& root) {
  Settings settings;
  for_each_command(root, [&settings](const std::vector<std::string>&, const Command& command) {
    for (const OptionGroup& group : command.groups) {
      for (const Option& option : group.options)
        settings.emplace(variable_of(option.name), &option);
    }
  });
  return settings;
}

// "HOLDFAST_API_SERVICE_HOST", "HOLDFAST_API_SERVICE_PORT_HTTP", "HOLDFAST_API_PORT=tcp://10.0.0.1:80",
// "HOLDFAST_API_PORT_80_TCP_ADDR": https://kubernetes.io/docs/concepts/services-networking/service/
bool is_of_kubernetes_service(const std::string& name, const std::string& value) {
  if (name.ends_with("_SERVICE_HOST") || name.find("_SERVICE_PORT") != std::string::npos) return true;
  if (name.ends_with("_PORT")) return value.find("://") != std::string::npos;
  const std::size_t port = name.find("_PORT_");
  return port != std::string::npos && std::isdigit(static_cast<unsigned char>(name[port + 6])) != 0;
}

tl::unexpected<Error> unknown(const std::string& name, const Settings& settings) {
  std::vector<std::string> endings;  // the prefix, which all have, would make everything near
  for (const auto& [variable, option] : settings) {
    if (!option->only_flag) endings.push_back(variable.substr(kPrefix.size()));
  }
  const std::string meant = nearest(std::string_view(name).substr(kPrefix.size()), endings);
  return with_hint(fail(Code::usage, "the environment variable {} is not a setting", name),
                   meant.empty() ? "the names are those of the flags, as HOLDFAST_LIMIT_RATE is for --limit-rate"
                                 : fmt::format("did you mean {}{}?", kPrefix, meant));
}

}  // namespace

Status check_environment(const Command& root, const os::Environment& environment) {
  const Settings settings = settings_of(root);
  for (const std::string& name : environment.names_with(kPrefix)) {
    if (name == kConfig || std::ranges::find(kOwnTools, name) != kOwnTools.end()) continue;
    const auto found = settings.find(name);
    if (found == settings.end()) {
      if (is_of_kubernetes_service(name, environment.get(name).value_or(""))) continue;
      return unknown(name, settings);
    }
    const Option& option = *found->second;
    if (!option.only_flag) continue;
    return with_hint(
        fail(Code::usage, "{}: \"{}\" belongs to one run and cannot be set in the environment", name, option.name),
        fmt::format("give --{} on the command line", option.name));
  }
  return {};
}

}  // namespace holdfast::cli
