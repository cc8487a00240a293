// The own store and delete containers of a KubermaticConfiguration: what is asked of a Kubernetes Container where there
// are no images, only the programs of the server's machine.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "control/instant.h"
#include "model/json.h"

namespace holdfast::control {

enum class ContainerRole {
  store,    // spec.seedController.backupStoreContainer
  removal,  // spec.seedController.backupDeleteContainer
};
std::string_view role_name(ContainerRole role);  // "store container", "delete container"

// One value of a Secret or a ConfigMap of kube-system, where KKP's jobs ran; or all of them.
struct ValueSource {
  bool secret = false;  // a Secret, otherwise a ConfigMap
  std::string name;
  std::string key;        // empty: all of its values
  bool optional = false;  // may be missing
};

// One entry of env or envFrom, in their order.
struct ContainerVariable {
  std::string name;   // of envFrom: what stands before the name of each
  std::string value;  // may refer to others as $(NAME)
  std::optional<ValueSource> source;
};

struct OwnContainer {
  ContainerRole role = ContainerRole::store;
  std::string name;
  std::string image;
  std::vector<std::string> words;            // command and args; may refer to variables as $(NAME)
  std::string working_directory;             // empty: the root
  std::vector<ContainerVariable> variables;  // envFrom before env
  std::vector<std::string> backup_paths;     // where the volume etcd-backup is to be seen; /backup unless it says so
  std::vector<std::string> ignored;          // members of the specification that mean nothing here
};

// Nothing when the configuration (null: none) names no such container. Code::usage when it cannot be run here, with
// the reason.
Result<std::optional<OwnContainer>> own_container(const json::Value& configuration, ContainerRole role);

// Does the store container store the backups of this destination of a Seed? A directory of the server's machine it
// could not see; those the server always stores itself.
bool takes_containers(const json::Value& destination);

// What somebody who knows KKP would not expect, as sentences.
std::vector<std::string> surprises_of(const OwnContainer& container);

// Says in the status of a config who stores its backups: condition StoredByContainer; none when the server does.
void describe_container(json::Object& status, const json::Value& configuration, const json::Value* destination,
                        Instant now, std::int64_t generation);

}  // namespace holdfast::control
