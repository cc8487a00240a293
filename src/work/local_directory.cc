#include "work/local_directory.h"

#include <algorithm>
#include <string>

#include "api/destination_place.h"
#include "api/fields.h"
#include "api/rules.h"
#include "control/manager/views.h"
#include "control/reconcile/backup_target.h"
#include "control/reconcile/objects.h"
#include "control/reconcile/seed.h"

namespace holdfast::work {
namespace {

constexpr std::string_view kMarkText =
    "Holdfast stores backups here. Without this file the directory, when empty, counts as one whose disk is not "
    "mounted.\n";

enum class Look { filled, empty, gone };

// What cannot be looked at counts as filled: the store says better what is wrong with it.
Look look_at(World& world, const std::string& directory) {
  // First, because a list of very many backups takes its time.
  const auto mark = world.files.stat(os::join_path(directory, kDirectoryMark));
  if (!mark || *mark) return Look::filled;
  const auto info = world.files.stat(directory);
  if (!info) return Look::filled;
  if (!*info) return Look::gone;
  const auto names = world.files.list(directory);
  if (!names) return Look::filled;
  // What a new file system has is nothing yet.
  return std::all_of(names->begin(), names->end(), [](const std::string& each) { return each == "lost+found"; })
             ? Look::empty
             : Look::filled;
}

bool is_at_or_above(std::string_view directory, std::string_view other) {
  return other == directory || (other.starts_with(directory) && other[directory.size()] == '/');
}

Result<bool> has_backups(World& world, std::string_view seed, std::string_view destination) {
  bool found = false;
  HF_TRY(control::for_each(world.registry, control::kBackupType, "", [&](const json::Value& each) {
    const std::string_view phase = api::text_at(each, {"status", "phase"});
    found = found || (!phase.empty() && phase != "Missing" && !control::is_going(each) &&
                      api::text_at(each, {"spec", "seed"}) == seed &&
                      api::text_at(each, {"spec", "destination"}) == destination);
  }));
  return found;
}

tl::unexpected<Error> lost(const std::string& directory, Look look) {
  auto error = with_hint(
      fail(Code::unavailable, "the directory {} {}: its disk may not be mounted", directory,
           look == Look::gone ? "is not there any more" : "is empty, which it was not when it was last used"),
      fmt::format("mount it; or, to begin anew because what lay there is lost, make the directory and an empty file {} "
                  "in it",
                  kDirectoryMark));
  error.value().retryable = true;
  return error;
}

// Of one destination: is what it had in its directory out of sight?
Status check_seen(World& world, const json::Value& seed, std::string_view name, const std::string& directory) {
  const Look look = look_at(world, directory);
  if (look == Look::filled) return {};
  const json::Value* state = api::state_of_destination(seed, name);
  const std::string_view used = state == nullptr ? "" : api::text_at(*state, {control::kUsedDirectory});
  if (used == directory) return lost(directory, look);
  if (!used.empty() || look == Look::empty) return {};
  HF_ASSIGN(const bool stored, has_backups(world, control::name_of(seed), name));
  if (stored) return lost(directory, look);
  return {};
}

}  // namespace

Result<bool> may_make_directory(World& world, const json::Value& destination) {
  const std::string directory = api::directory_of(destination);
  if (directory.empty()) return false;
  const Look look = look_at(world, directory);
  if (look == Look::filled) return false;
  HF_ASSIGN(const std::vector<json::Value> seeds, control::list_all(world.registry, control::kSeedType, ""));
  for (const json::Value& seed : seeds) {
    for (const std::string& name : api::destination_names(seed)) {
      const std::string other = api::directory_of(*control::destination_of(seed, name));
      if (!other.empty() && is_at_or_above(other, directory)) HF_TRY(check_seen(world, seed, name, other));
    }
  }
  return look == Look::gone;
}

Status mark_directory(World& world, const json::Value& destination) {
  const std::string directory = api::directory_of(destination);
  if (directory.empty()) return {};
  const std::string mark = os::join_path(directory, kDirectoryMark);
  HF_ASSIGN(const auto there, world.files.stat(mark));
  if (there) return {};
  return os::write_file_atomically(world.files, mark, as_bytes(kMarkText));
}

}  // namespace holdfast::work
