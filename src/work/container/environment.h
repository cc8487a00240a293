// The variables of an own container: those that KKP promises, and its own.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "work/world.h"

#include "base/result.h"
#include "base/secret.h"
#include "control/reconcile/own_container.h"
#include "model/json.h"

namespace holdfast::work {

// What is done for which backup.
struct ContainerTask {
  std::string cluster;
  std::string config;       // the name of its EtcdBackupConfig; empty: none
  std::string schedule;     // empty: one-time
  std::int64_t keep = 1;    // how many are really kept
  std::string backup_name;  // with its suffix
};

struct ContainerEnvironment {
  std::map<std::string, Secret> variables;
  std::set<std::string> secret_names;  // whose values must not be seen
};

// From the endpoint of a destination: "true" only for a URL of scheme http with a host.
bool is_insecure(std::string_view endpoint);

// Reads Secrets and ConfigMaps anew. What KKP sets comes before what the container says of the same name.
// Code::not_found when a Secret, ConfigMap or key is missing.
Result<ContainerEnvironment> container_environment(const control::OwnContainer& container, const ContainerTask& task,
                                                   const json::Value& destination, World& world);

// Puts values in for $(NAME), as a kubelet does; "$$" is "$", and names that are not known stay. Code::usage when that
// would put a secret on a command line.
Result<std::vector<std::string>> expand_words(const std::vector<std::string>& words,
                                              const ContainerEnvironment& environment);

}  // namespace holdfast::work
