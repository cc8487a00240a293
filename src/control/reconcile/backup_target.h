// Where one backup goes: its destination, its name and the key of its object.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "control/reconcile/cluster_view.h"
#include "control/schedule/backup_name.h"

namespace holdfast::control {

// Where a Secret with credentials lies when the reference to it names no namespace.
constexpr std::string_view kCredentialsNamespace = "kube-system";

// The settings of a destination of a Seed; null when it has none of that name.
const json::Value* destination_of(const json::Value& seed, std::string_view name);
std::string_view default_destination(const json::Value& seed);
// That of the config, or the Seed's default; empty: none.
std::string_view destination_name(const json::Value& config, const json::Value& seed);

// ".db.gz" as KKP has it, unless the destination says how snapshots are compressed; ".age" behind it when they are
// encrypted.
std::string suffix_of_destination(const json::Value& destination);

struct BackupTarget {
  std::string destination;
  std::string base_name;        // "nightly-2026-11-21t01-00-00"
  std::string backup_name;      // with the suffix
  std::string object_key;       // with the cluster in front
  std::optional<Instant> slot;  // of the schedule; for backups asked for by hand and one-time ones when that was
  bool manual = false;          // asked for by hand: no slot of the schedule
};

// Of an Operation of type Backup. `config` is the one it is done for; null: none. Code::not_found when there is no such
// destination (any more).
Result<BackupTarget> backup_target(const json::Value& operation, const json::Value& config, const json::Value& seed);

// The name of the Operation that makes the backup of a slot (none: one-time) of a config: making it twice is a
// conflict.
std::string backup_operation_name(const json::Value& config, std::string_view base_name);

}  // namespace holdfast::control
