// Names of backups, and keys of their objects, compatible with every release of KKP.
//
//   name = <config> "-" <slot> <suffix>, or <config> <suffix> for a one-time backup
//   key  = <cluster> "-" <name>: flat, below a destination's prefix
//
// <slot> is the slot's time in UTC, not when it ran. Read are all forms that KKP has written:
//   foo-2021-03-16T03:48:00          2.17, 2.18 and the documents
//   foo-2021-03-16T03-48-00          2.18
//   foo-2021-03-16T034800.db         as announced for 2.19
//   foo-2021-03-16t03-48-00.db       up to 2.25
//   foo-2021-03-16t03-48-00.db.gz    since 2.26, and what Holdfast writes, with the suffix of the stored form
// each with "T" or "t" and with any suffix. A one-time backup cannot be told from a name that another tool made.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "control/instant.h"

namespace holdfast::control {

// Without suffix. "nightly-2021-03-16t03-48-00"; `slot` from kFirstInstant to kLastInstant.
std::string backup_base_name(std::string_view config, std::optional<Instant> slot);

struct BackupName {
  std::string config;
  std::optional<Instant> slot;  // none: one-time
  std::string suffix;           // ".db.gz"; "" when there is none
  bool operator==(const BackupName&) const = default;
};

// A suffix is ".db", ".db.gz", ".db.gzip" or ".db.zst", each also with ".age"; other endings are part of the name. So
// is a time that does not exist (month 13, 29 February 2021), and whatever would leave nothing for the config's name.
// Config, time and suffix are never lost: backup_name and suffix of what was parsed name the same backup. No value for
// an empty name, and for one longer than an object's key can be.
std::optional<BackupName> parse_backup_name(std::string_view name);

std::string backup_key(std::string_view cluster, std::string_view backup_name);

// The backup's name in a key of this cluster; no value for other keys, nor when nothing but a time is left. With
// clusters "a" and "a-b", the key "a-b-c" could be of either: who looks for the owner of a key takes the longest
// cluster name, and a name that is catalogued before that.
std::optional<std::string> backup_name_of_key(std::string_view cluster, std::string_view key);

// The longest key a backup may have, so that it and its manifest ("<key>.manifest.json") can be files of any directory.
constexpr std::size_t kMaxKey = 255 - 14;
constexpr std::size_t kLongestSlot = 20;    // "-2021-03-16t03-48-00"
constexpr std::size_t kLongestSuffix = 11;  // ".db.zst.age"

// Code::usage when backups of this config could not be stored or recognised: the key would be longer than kMaxKey, or
// that of its one-time backup ends like a slot, so that it would pass for a scheduled one of another config.
Status check_config_name(std::string_view cluster, std::string_view config);

}  // namespace holdfast::control
