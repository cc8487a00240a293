// What people name on the command line: objects and kinds.
#pragma once

#include <stop_token>
#include <string>
#include <vector>

#include "client/api_client.h"

#include "cli/command.h"

namespace holdfast::cli {

struct TargetFlags {
  client::Selection selection;
  bool all_namespaces = false;
};

// -l, --field-selector and -A.
std::vector<Option> selection_options(TargetFlags& flags);

// KIND, and names of objects.
std::vector<Positional> target_positionals();

// "ecfg", "clusters,ecfg", "holdfast" (a category), "ecfg daily weekly" or "ecfg/daily cluster/a". Without names the
// resources mean all objects of their kinds. Code::usage, Code::not_found as ResourceKinds::find().
Result<std::vector<client::Resource>> read_targets(const std::vector<std::string>& words, const TargetFlags& flags,
                                                   client::ApiClient& client, const std::stop_token& stop);

// The same with every object named: those of a whole kind are looked up. Code::usage when neither a name nor a selector
// is given.
Result<std::vector<client::Resource>> find_objects(const std::vector<std::string>& words, const TargetFlags& flags,
                                                   client::ApiClient& client, const std::stop_token& stop);

// The resource that an object of a document is. `name_space` where the object does not say; Code::usage when both do,
// and differ.
Result<client::Resource> resource_of(const json::Value& object, const std::string& name_space,
                                     client::ApiClient& client, const std::stop_token& stop);

// "etcdbackupconfig.kubermatic.k8c.io/daily", for a whole kind its plural.
std::string label_of(const client::Resource& resource);

}  // namespace holdfast::cli
