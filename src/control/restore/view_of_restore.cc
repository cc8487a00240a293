#include <algorithm>

#include "base/units.h"
#include "control/reconcile/operation_state.h"
#include "control/restore/record_json.h"
#include "control/restore/restore_objects.h"

namespace holdfast::control {
namespace {

std::string text(const json::Value& object, api::FieldNames names) {
  return std::string(api::text_at(object, names));
}

bool flag_or(const json::Value& object, api::FieldNames names, bool otherwise) {
  const json::Value* found = api::field_at(object, names);
  return found != nullptr && found->is_bool() ? found->get_bool() : otherwise;
}

RevisionBump bump_of(const json::Value& restore) {
  if (const auto number = number_at(restore, {"spec", "revisionBump"}))
    return {.kind = RevisionBump::Kind::by, .by = *number};
  const std::string word = text(restore, {"spec", "revisionBump"});
  if (word == "off") return {.kind = RevisionBump::Kind::off};
  if (word.empty() || word == "auto") return {};
  // Digits, at most 18 of them, as the schema has it.
  std::int64_t by = 0;
  for (const char each : word) {
    if (each < '0' || each > '9') return {};
    by = by * 10 + (each - '0');
  }
  return {.kind = RevisionBump::Kind::by, .by = by};
}

RestoreSpec spec_of(const json::Value& restore) {
  RestoreSpec spec;
  spec.bump = bump_of(restore);
  spec.safety_backup = flag_or(restore, {"spec", "safetyBackup"}, true);
  spec.dry_run = api::flag_at(restore, {"spec", "dryRun"});
  spec.cancel = api::flag_at(restore, {"spec", "cancel"});
  spec.undo = api::flag_at(restore, {"spec", "undo"});
  if (const auto grace = parse_duration(api::text_at(restore, {"spec", "gracePeriod"})))
    spec.grace = std::chrono::duration_cast<Seconds>(*grace);
  return spec;
}

Instant newest_of(const json::Value& operation) {
  Instant newest = created(operation).value_or(kFirstInstant);
  for (const auto& each :
       {time_at(operation, {"status", "startTime"}), time_at(operation, {"status", "finishTime"}),
        time_at(operation, {"status", "nextAttemptTime"}), time_at(operation, {"status", "progress", "updateTime"})})
    newest = std::max(newest, each.value_or(kFirstInstant));
  return newest;
}

Work work_of(const json::Value& operation) {
  Work work{.moved = newest_of(operation), .message = text(operation, {"status", "message"})};
  if (!has_ended(operation)) return work;
  const std::string_view phase = phase_of(operation);
  work.state = phase == "Completed" ? Work::State::done : Work::State::failed;
  if (work.state == Work::State::failed && work.message.empty()) work.message = phase;
  return work;
}

std::int64_t percent_of(const json::Value& operation) {
  const auto read = number_at(operation, {"status", "progress", "readBytes"});
  const auto total = number_at(operation, {"status", "progress", "totalBytes"});
  if (!read || !total || *total <= 0) return 0;
  return static_cast<std::int64_t>(100.0 * static_cast<double>(*read) / static_cast<double>(*total));
}

OrderView order_of(const json::Value& operation) {
  OrderView order;
  order.member = text(operation, {"spec", "order", "member"});
  order.number = number_at(operation, {"spec", "order", "number"}).value_or(0);
  order.work = work_of(operation);
  order.cancelled = is_cancelled(operation);
  order.started_again = api::text_at(operation, {"status", "errorCode"}) == kStartedAgain;
  order.percent = percent_of(operation);
  const json::Value* result = api::field_at(operation, {"status", "result"});
  if (result == nullptr) return order;
  if (const auto revision = number_at(*result, {"revision"}); revision && api::field_at(*result, {"clusterID"}))
    order.history = History{.cluster_id = text(*result, {"clusterID"}),
                            .revision = *revision,
                            .hash = number_at(*result, {"hash"}).value_or(0)};
  if (const auto starts = number_at(*result, {"starts"}))
    order.stopped = Stopped{.starts = *starts, .revision = number_at(*result, {"revision"})};
  return order;
}

Finding finding_of(const json::Value& entry) {
  const std::string_view level = api::text_at(entry, {"level"});
  Finding finding{.reason = text(entry, {"reason"}), .message = text(entry, {"message"})};
  // What it does not know is taken for the worst.
  finding.level = level == "Note"      ? Finding::Level::note
                  : level == "Warning" ? Finding::Level::warning
                                       : Finding::Level::error;
  return finding;
}

Preflight preflight_of(const json::Value& operation) {
  Preflight preflight{.work = work_of(operation), .findings = {}, .backup_version = {}};
  preflight.backup_revision = number_at(operation, {"status", "result", "revision"}).value_or(0);
  preflight.needed_bytes = static_cast<std::uint64_t>(
      std::max<std::int64_t>(number_at(operation, {"status", "result", "neededBytes"}).value_or(0), 0));
  preflight.backup_version = text(operation, {"status", "result", "etcdVersion"});
  if (const json::Array* findings = api::array_at(operation, {"status", "result", "findings"}); findings != nullptr) {
    for (const json::Value& each : *findings)
      preflight.findings.push_back(finding_of(each));
  }
  return preflight;
}

MemberView member_of(const json::Value& launcher) {
  MemberView member;
  member.name = text(launcher, {"spec", "member"});
  member.launcher = name_of(launcher);
  member.host = text(launcher, {"status", "host"});
  member.version = text(launcher, {"status", "versions", "etcd"});
  member.heard = time_at(launcher, {"status", "lastHeartbeatTime"});
  if (const auto reported = time_at(launcher, {"status", "reportedTime"}); reported && member.heard)
    member.clock_ahead = *reported - *member.heard;
  if (const auto free = number_at(launcher, {"status", "freeBytes"}); free && *free >= 0)
    member.free_bytes = static_cast<std::uint64_t>(*free);
  member.starts = number_at(launcher, {"status", "etcd", "starts"}).value_or(0);
  return member;
}

// Of two launchers that say they are one member's, that which was heard last.
void read_members(const RestoreObjects& objects, RestoreView& view) {
  for (const json::Value& each : objects.launchers) {
    if (is_going(each) || api::text_at(each, {"spec", "cluster"}) != objects.cluster.name) continue;
    MemberView member = member_of(each);
    const auto twin = std::find_if(view.members.begin(), view.members.end(),
                                   [&](const MemberView& other) { return other.name == member.name; });
    if (twin == view.members.end()) {
      view.members.push_back(std::move(member));
    } else if (twin->heard < member.heard) {
      *twin = std::move(member);
    }
  }
}

void read_cluster(const json::Value& cluster, RestoreView& view) {
  view.cluster_exists = !cluster.is_null() && !is_going(cluster);
  view.launchers_enabled = api::flag_at(cluster, {"spec", "features", "etcdLauncher"});
  view.hold.holder = restore_of_cluster(cluster);
  view.etcd_serves = api::text_at(cluster, {"status", "extendedHealth", "etcd"}) == "HealthStatusUp";
  view.live_revision = number_at(cluster, {"status", "etcd", "revision"});
  view.live_cluster_id = etcd_of_cluster(cluster);
  const json::Array* members = api::array_at(cluster, {"status", "etcd", "members"});
  if (members == nullptr) return;
  for (const json::Value& each : *members) {
    if (!api::flag_at(each, {"learner"})) view.etcd_members.push_back(text(each, {"name"}));
  }
}

void read_operations(const RestoreObjects& objects, RestoreView& view) {
  // Not those of a restore of the same name that was deleted.
  const std::string prefix = operation_prefix(view.name, uid_of(objects.restore));
  Instant others_moved = kFirstInstant;  // the backup of the live state waits until another one has ended
  for (const json::Value& each : objects.cluster.operations) {
    if (!is_of_restore(each, view.name) || !name_of(each).starts_with(prefix)) {
      if (is_operation(each, "Backup") && phase_of(each) == "Running")
        others_moved = std::max(others_moved, newest_of(each));
    } else if (is_operation(each, kPreflightOperation)) {
      view.preflight = preflight_of(each);
    } else if (is_operation(each, "Backup")) {
      view.safety = work_of(each);
      view.safety_name = text(each, {"status", "result", "backupName"});
    } else {
      view.orders.push_back(order_of(each));
    }
  }
  if (view.safety) view.safety->moved = std::max(view.safety->moved, others_moved);
}

OtherRestore other_of(const json::Value& restore) {
  const json::Value* status = api::field_at(restore, {"status"});
  const RestoreRecord record = read_record(status == nullptr ? json::Value() : *status);
  OtherRestore other;
  other.name = name_of(restore);
  other.created = created(restore).value_or(kFirstInstant);
  const std::string_view phase = api::text_at(restore, {"status", "phase"});
  other.ended = record.step == Step::ended || phase == "Completed" || phase == "Failed" || is_left_alone(restore);
  other.active = !other.ended && record.step != Step::waiting && record.step != Step::preflight;
  other.swapped = record.decided;
  return other;
}

}  // namespace

std::string_view restore_of_cluster(const json::Value& cluster) {
  return api::text_at(cluster, {"metadata", "annotations", kRestoreAnnotation});
}

bool is_left_alone(const json::Value& restore) {
  return !api::text_at(restore, {"status", "phase"}).empty() && api::text_at(restore, {"status", "step"}).empty();
}

bool is_of_restore(const json::Value& operation, std::string_view restore) {
  return !restore.empty() && api::text_at(operation, {"spec", "restore"}) == restore;
}

RestoreView view_of_restore(const RestoreObjects& objects) {
  RestoreView view;
  view.name = name_of(objects.restore);
  view.name_space = objects.cluster.name_space;
  view.cluster = objects.cluster.name;
  view.created = created(objects.restore).value_or(kFirstInstant);
  view.spec = spec_of(objects.restore);
  const json::Value* status = api::field_at(objects.restore, {"status"});
  if (status != nullptr) view.record = read_record(*status);
  view.going = is_going(objects.restore);
  view.has_finalizer = has_finalizer(objects.restore, kRestoreFinalizer);
  read_cluster(objects.cluster.cluster, view);
  read_members(objects, view);
  read_operations(objects, view);
  for (const json::Value& each : objects.cluster.restores) {
    if (name_of(each) != view.name) view.others.push_back(other_of(each));
  }
  view.awake_since = objects.awake_since;
  return view;
}

}  // namespace holdfast::control
