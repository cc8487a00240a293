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

}  // namespace

Result<TaskOutcome> run_verify(const Task& task) {
  const registry::ObjectId id{.name_space = std::string(control::namespace_of(task.operation)),
                              .name = std::string(api::text_at(task.operation, {"spec", "backup"}))};
  HF_ASSIGN(const json::Value backup, control::get_or_null(task.world.registry, control::kBackupType, id));
  if (backup.is_null()) return fail(Code::not_found, "there is no Backup {}", id.name);
  if (is_stored_by_container(backup) && !was_seen(backup))
    return fail(Code::unsupported, "a container stored it where the server cannot read it");
  HF_ASSIGN(FoundBackup found, FoundBackup::find(task.world, backup, task.stop));
  repository::VerifyStoredOptions options;
  options.open.keys = std::move(found.keys);
  const auto verified = repository::verify_stored(found.destination.store(), found.entry, options,
                                                  {task.world.files, task.world.clock, task.progress}, task.stop);
  // Whatever came out, it says nothing about the place the destination leads to now.
  const std::string_view destination = api::text_at(backup, {"spec", "destination"});
  HF_ASSIGN(const bool moved,
            has_moved(task.world, api::text_at(backup, {"spec", "seed"}), destination, found.settings));
  if (moved) return tl::unexpected(moved_error(destination));
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
