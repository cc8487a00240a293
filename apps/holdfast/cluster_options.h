// Options of the commands about backups, schedules and clusters.
#pragma once

#include <string>
#include <utility>

#include "object_options.h"

#include "cli/resources/run_operation.h"
#include "cli/server_options.h"
#include "cli/setters.h"

namespace holdfast::app {

constexpr const char* kBackups = "backups.holdfast.dev";
constexpr const char* kConfigs = "etcdbackupconfigs.kubermatic.k8c.io";
constexpr const char* kClusters = "clusters.kubermatic.k8c.io";
constexpr const char* kSeeds = "seeds.kubermatic.k8c.io";
constexpr const char* kProjects = "projects.kubermatic.k8c.io";
constexpr const char* kSecrets = "secrets";

inline cli::Option text_option(std::string name, std::string value_name, std::string help, std::string& target) {
  return {.name = std::move(name),
          .value_name = std::move(value_name),
          .help = std::move(help),
          .only_flag = true,
          .set = cli::set_text(target)};
}

// The same of an option whose value is the name of something that is there: `kind` as a Positional has it.
inline cli::Option name_option(std::string name, std::string value_name, std::string help, const char* kind,
                               std::string& target) {
  cli::Option option = text_option(std::move(name), std::move(value_name), std::move(help), target);
  option.completes = cli::Completes::resource;
  option.kind = kind;
  return option;
}

// Which cluster's, where a name alone may mean several.
inline cli::OptionGroup whose_options(std::string& target) {
  cli::Option option = name_option(
      "cluster", "CLUSTER", "the cluster it belongs to; needed when several have one of that name", kClusters, target);
  option.only_flag = false;
  option.not_from_settings = true;
  return {.title = "Whose", .options = {std::move(option)}};
}

struct WaitFlags {
  bool no_wait = false;
  std::optional<Duration> limit = {};

  cli::OperationWait wait() const { return {.wait = !no_wait, .limit = limit}; }
};

inline cli::OptionGroup wait_options(WaitFlags& flags) {
  cli::OptionGroup group{.title = "Waiting", .options = {}};
  group.options.push_back({.name = "no-wait",
                           .help = "come back when the work was asked for, not when it is done",
                           .only_flag = true,
                           .set = cli::set_switch(flags.no_wait)});
  group.options.push_back(timeout_option(flags.limit, "how long to wait", "for ever"));
  return group;
}

inline cli::Positional named(std::string name, std::string help, const char* kind) {
  return {.name = std::move(name), .help = std::move(help), .completes = cli::Completes::resource, .kind = kind};
}

}  // namespace holdfast::app
