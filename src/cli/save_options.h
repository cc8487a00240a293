// The options of `save` that are neither etcd's nor the store's, and the plan that follows from them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "cli/encryption_options.h"
#include "cli/option.h"
#include "cli/session.h"
#include "repository/place.h"
#include "repository/save.h"

namespace holdfast::cli {

struct SaveFlags {
  std::optional<pipeline::Compression> compression;
  int level = 0;
  std::string cluster;
  std::optional<WallTime> slot;
  bool verify_hash_kv = false;
  bool skip_unchanged = false;
  bool drop_free_pages = false;
  bool overwrite = false;
  bool no_manifest = false;
  std::uint64_t limit_rate = 0;
  std::string spool_dir;
  std::uint64_t spool_limit = 0;
  std::optional<WallTime> retain_until;
  std::uint32_t retain_days = 0;
  std::uint64_t max_lag = 5000;
  std::string data_dir;
};
OptionGroup save_options(SaveFlags& flags);

struct SavePlan {
  repository::Place place;  // with the object's exact key
  repository::SaveOptions options;
};

// Chooses name and form, reads keys and passphrases. Code::usage for flags that contradict each other or the place.
Result<SavePlan> plan_save(const repository::Place& place, const SaveFlags& flags, const EncryptFlags& encryption,
                           Session& session);

// Where large temporary files go: `flag`, TMPDIR, /var/tmp.
std::string temporary_directory(const std::string& flag, const os::Environment& environment);

}  // namespace holdfast::cli
