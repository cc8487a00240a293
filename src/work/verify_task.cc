// Operations of type Verify: a stored backup is read to its end and checked.
#include "work/catalogue.h"
#include "work/container/own_storage.h"
#include "work/destination.h"
#include "work/open_backup.h"
#include "work/surroundings.h"
#include "work/task.h"

#include "api/fields.h"
#include "control/manager/views.h"
#include "control/reconcile/objects.h"
#include "repository/verify.h"

namespace holdfast::work {
namespace {

std::string first_error(const repository::VerifyStoredReport& report) {
  for (const snapshot::Finding& each : report.findings) {
    if (each.severity == snapshot::Severity::error)
      return each.where.empty() ? each.what : fmt::format("{}: {}", each.where, each.what);
  }
  return "";
}

// A list has the last word: asked for an object, a bucket that is gone answers like one that lacks it.
Result<bool> is_gone(FoundBackup& found, const std::string& object_key, const std::stop_token& stop) {
  Status there = found.look_for(object_key, stop);
  if (there && found.entry.object_is_there) return false;
  if (!there && there.error().code != Code::not_found) return tl::unexpected(std::move(there).error());
  HF_ASSIGN(const bool gone, found.lacks(object_key, stop));
  if (!gone) return fail(Code::unavailable, "{} is listed and cannot be found", object_key);
  return true;
}

// Whatever came out, it says nothing about the place the destination leads to now.
Status check_not_moved(const Task& task, const json::Value& backup, const FoundBackup& found) {
  const std::string_view destination = api::text_at(backup, {"spec", "destination"});
  HF_ASSIGN(const bool moved,
            has_moved(task.world, api::text_at(backup, {"spec", "seed"}), destination, found.settings));
  if (moved) return tl::unexpected(moved_error(destination));
  return {};
}

tl::unexpected<Error> end_as_missing(const Task& task, const json::Value& backup, const std::string& object_key) {
  const Status noted = change_object_status(
      task.world, backup,
      {{"phase", "Missing"}, {"message", "its object was not in the destination when it was to be verified"}},
      task.guard);
  if (!noted) return tl::unexpected(noted.error());
  task.hopeless = true;
  return with_hint(fail(Code::not_found, "its object {} is not in the destination", object_key),
                   "verify it again when it is back, or make another one with \"holdfast backup now\"");
}

// A Seed or destination that is gone comes back by somebody's hand, and that may take weeks: it can be asked again
// then.
Status check_place(const Task& task, const json::Value& backup) {
  const std::string_view name = api::text_at(backup, {"spec", "seed"});
  const auto seed = find_seed(task.world, name, {});
  Status there = seed ? Status() : tl::unexpected(seed.error());
  if (seed) {
    const auto settings = find_destination(*seed, api::text_at(backup, {"spec", "destination"}));
    if (!settings) there = tl::unexpected(settings.error());
  }
  if (there || there.error().code != Code::not_found) return there;
  task.hopeless = true;
  return with_hint(fail(Code::not_found, "{}: what it holds is out of reach", there.error().message),
                   fmt::format("make the destination again (holdfast destination add {} {} ...), then verify it again",
                               name.empty() ? "SEED" : name, api::text_at(backup, {"spec", "destination"})));
}

}  // namespace

Result<TaskOutcome> run_verify(const Task& task) {
  const registry::ObjectId id{.name_space = std::string(control::namespace_of(task.operation)),
                              .name = std::string(api::text_at(task.operation, {"spec", "backup"}))};
  HF_ASSIGN(const json::Value backup, control::get_or_null(task.world.registry, control::kBackupType, id));
  if (backup.is_null()) return fail(Code::not_found, "there is no Backup {}", id.name);
  if (is_stored_by_container(backup) && !was_seen(backup))
    return fail(Code::unsupported, "a container stored it where the server cannot read it");
  HF_TRY(check_place(task, backup));
  HF_ASSIGN(FoundBackup found, FoundBackup::find_place(task.world, backup));
  const std::string object_key(api::text_at(backup, {"spec", "objectKey"}));
  HF_ASSIGN(const bool gone, is_gone(found, object_key, task.stop));
  if (gone) {
    HF_TRY(check_not_moved(task, backup, found));
    return end_as_missing(task, backup, object_key);
  }
  HF_TRY(found.check_readable(backup));
  repository::VerifyStoredOptions options;
  options.open.keys = std::move(found.keys);
  const auto verified = repository::verify_stored(found.destination.store(), found.entry, options,
                                                  {task.world.files, task.world.clock, task.progress}, task.stop);
  HF_TRY(check_not_moved(task, backup, found));
  if (!verified) return tl::unexpected(verified.error());
  const repository::VerifyStoredReport& report = *verified;
  const std::string now = format_time(task.world.clock.now());
  json::Object status{{"lastVerifiedTime", now}, {"damagedTime", nullptr}};
  const std::string wrong = first_error(report);
  if (!report.ok()) {
    status["phase"] = "Damaged";
    status["damagedTime"] = now;
    status["message"] = wrong;
  } else if (const std::string_view phase = api::text_at(backup, {"status", "phase"});
             phase == "Unverified" || phase == "Damaged" || phase == "Missing") {
    status["phase"] = "Completed";
    status["message"] = nullptr;
  }
  HF_TRY(change_object_status(task.world, backup, status, task.guard));
  if (!report.ok()) {
    return with_hint(fail(Code::corrupt, "it cannot be restored: {}", wrong),
                     "make another one with \"holdfast backup now\"");
  }
  return TaskOutcome{.result = {{"backup", id.name}}};
}

}  // namespace holdfast::work
