// Reading and building resources as JSON, for the reconcilers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/fields.h"
#include "control/instant.h"
#include "model/json.h"

namespace holdfast::control {

std::string_view name_of(const json::Value& object);
std::string_view namespace_of(const json::Value& object);
std::string_view uid_of(const json::Value& object);
std::int64_t generation_of(const json::Value& object);
// The id of the etcd that a Cluster has, as far as is known, or that a Backup is of; empty: not known.
std::string_view etcd_of_cluster(const json::Value& cluster);
std::string_view etcd_of_backup(const json::Value& backup);
// Its deletion was asked for.
bool is_going(const json::Value& object);

// Nothing when it is missing or no time (number).
std::optional<Instant> time_at(const json::Value& object, api::FieldNames names);
std::optional<std::int64_t> number_at(const json::Value& object, api::FieldNames names);
std::optional<Instant> created(const json::Value& object);

// The member, an object, made when it is missing or something else.
json::Object& member_of(json::Value& object, std::string_view name);
json::Object& member_of(json::Object& object, std::string_view name);

struct TypeName {
  std::string_view api_version;
  std::string_view kind;
};
constexpr TypeName kOperationType{"holdfast.dev/v1", "Operation"};
constexpr TypeName kLauncherType{"holdfast.dev/v1", "Launcher"};
constexpr TypeName kBackupType{"holdfast.dev/v1", "Backup"};
constexpr TypeName kConfigType{"kubermatic.k8c.io/v1", "EtcdBackupConfig"};
constexpr TypeName kClusterType{"kubermatic.k8c.io/v1", "Cluster"};
constexpr TypeName kSeedType{"kubermatic.k8c.io/v1", "Seed"};
constexpr TypeName kRestoreType{"kubermatic.k8c.io/v1", "EtcdRestore"};
constexpr TypeName kConfigurationType{"kubermatic.k8c.io/v1", "KubermaticConfiguration"};
constexpr TypeName kNamespaceType{"v1", "Namespace"};
constexpr TypeName kSecretType{"v1", "Secret"};

// With apiVersion, kind, name and, unless empty, namespace; nothing else.
json::Value new_object(TypeName type, std::string_view name_space, std::string_view name);

bool has_finalizer(const json::Value& object, std::string_view finalizer);
void add_finalizer(json::Value& object, std::string_view finalizer);
void remove_finalizer(json::Value& object, std::string_view finalizer);

// Sets the member, or erases it when the text is empty.
void set_or_erase(json::Object& object, std::string_view name, std::string_view text);
void set_or_erase(json::Object& object, std::string_view name, std::optional<Instant> time);

// FNV-1a, 64 bits, as 16 hexadecimal digits: short names that stay the same for ever.
std::string short_hash(std::string_view text);

// `name` as the name of a resource: small letters, digits, '-' and '.', at most 253; other characters become '-'.
std::string resource_name(std::string_view text);

}  // namespace holdfast::control
