#include <algorithm>

#include <fmt/format.h>

#include "control/restore/deciding.h"
#include "control/restore/members.h"
#include "control/restore/preflight.h"

namespace holdfast::control {
namespace {

constexpr Seconds kLookWhileServing{5};
constexpr Seconds kLookWhileDown{1};
constexpr std::int64_t kOrdersBeforeSwap = 2;  // stage, stop

// The one that works on the cluster, or the oldest that waits before this one. Null: it is this one's turn.
const OtherRestore* goes_before(const RestoreView& view) {
  const OtherRestore* first = nullptr;
  for (const OtherRestore& each : view.others) {
    if (each.ended) continue;
    if (each.active) return &each;
    const bool older = each.created != view.created ? each.created < view.created : each.name < view.name;
    if (older && (first == nullptr || each.created < first->created)) first = &each;
  }
  return first;
}

// Somebody else has marked the cluster and is there to take the mark away.
bool is_held_by_other(const RestoreView& view) {
  return std::any_of(view.others.begin(), view.others.end(),
                     [&](const OtherRestore& each) { return each.name == view.hold.holder; });
}

void enter_staging(Deciding& deciding) {
  const RestoreView& view = deciding.view;
  // One by one, so that each is there before the next relies on it.
  if (!view.has_finalizer) {
    deciding.plan.finalizer = true;
    return;
  }
  if (view.hold.holder != view.name) {
    if (is_held_by_other(view)) {
      deciding.waits_for = fmt::format("waits until restore {} gives the cluster back", view.hold.holder);
    } else {
      deciding.plan.hold = RestorePlan::Hold::take;
    }
    return;
  }
  RestoreRecord& record = deciding.record;
  record.step = Step::staging;
  record.served_before = view.etcd_serves;
  record.live_revision = view.live_revision;
  record.target_revision = target_revision(view).value_or(0);
  for (const MemberView& each : view.members) {
    MemberRecord member;
    member.name = each.name;
    member.launcher = each.launcher;
    member.host = each.host;
    give(record, member, OrderType::stage, deciding.now);
    record.members.push_back(std::move(member));
  }
  std::sort(record.members.begin(), record.members.end(),
            [](const MemberRecord& a, const MemberRecord& b) { return a.name < b.name; });
  deciding.note("RestoreStaging", "the members fetch the backup and build the new data beside the old; etcd serves");
}

const MemberRecord* first_failed(const RestoreRecord& record) {
  const auto found = std::find_if(record.members.begin(), record.members.end(),
                                  [](const MemberRecord& each) { return each.order.outcome == OrderOutcome::failed; });
  return found == record.members.end() ? nullptr : &*found;
}

const MemberRecord* first_stalled(const Deciding& deciding, Seconds limit) {
  for (const MemberRecord& each : deciding.record.members) {
    if (is_stalled(deciding.view, each, limit, deciding.now)) return &each;
  }
  return nullptr;
}

void abort_stalled(Deciding& deciding, const MemberRecord& member, std::string_view what) {
  const bool silent = is_silent(deciding.view, member, deciding.now);
  abort_restore(deciding, silent ? "LauncherSilent" : "MemberStalled",
                silent ? fmt::format("no word from the launcher of {} on {} while {}", member.name, member.host, what)
                       : fmt::format("{} on {} made no progress while {}", member.name, member.host, what));
}

// Why what the members staged cannot be put in place; empty: it can.
std::string staged_wrong(const Deciding& deciding) {
  const RestoreRecord& record = deciding.record;
  const History& first = *record.members.front().staged;
  for (const MemberRecord& each : record.members) {
    if (*each.staged != first)
      return fmt::format("{} and {} staged different data", record.members.front().name, each.name);
  }
  if (!deciding.view.live_cluster_id.empty() && first.cluster_id == deciding.view.live_cluster_id)
    return "what was staged has the cluster id of the etcd that runs: its members could talk to the old ones";
  if (record.target_revision != 0 && first.revision != record.target_revision)
    return fmt::format("revision {} was staged instead of {}", first.revision, record.target_revision);
  return {};
}

void abort_cancelled(Deciding& deciding) {
  abort_restore(deciding, "Cancelled",
                deciding.view.cluster_exists ? "it was cancelled" : "its Cluster was deleted meanwhile");
}

void enter_stopping(Deciding& deciding) {
  deciding.record.step = Step::stopping;
  for (MemberRecord& each : deciding.record.members)
    give(deciding.record, each, OrderType::stop, deciding.now);
  deciding.note("RestoreStopping", "every member stops its etcd; the cluster does not serve until they are swapped");
}

// A head that clients have seen and that the staged revision does not lie above; nothing: there is none.
const MemberRecord* first_ahead(const Deciding& deciding) {
  if (deciding.view.spec.bump.kind == RevisionBump::Kind::off) return nullptr;
  for (const MemberRecord& each : deciding.record.members) {
    if (each.stopped && each.stopped->revision && *each.stopped->revision >= each.staged->revision) return &each;
  }
  return nullptr;
}

// Members that started again by themselves are told to stop once more. True when there were some.
bool stop_again(Deciding& deciding) {
  bool found = false;
  for (MemberRecord& each : deciding.record.members) {
    if (!has_done(each, OrderType::stop) || is_held(deciding.view, each)) continue;
    give(deciding.record, each, OrderType::stop, deciding.now);
    found = true;
  }
  return found;
}

void decide_swap(Deciding& deciding) {
  RestoreRecord& record = deciding.record;
  record.decision = Decision::swap;
  record.decided = deciding.now;
  record.step = Step::swapping;
  record.staged = record.members.front().staged;
  for (MemberRecord& each : record.members)
    give(record, each, OrderType::swap, deciding.now);
  deciding.note("RestoreDecided", "every member has staged the backup and has stopped: the new data is put in place");
}

}  // namespace

void decide_waiting(Deciding& deciding) {
  const RestoreView& view = deciding.view;
  RestoreRecord& record = deciding.record;
  if (view.spec.cancel || view.spec.undo || view.going) {
    record.reason = "Cancelled";
    record.why = "it was cancelled before it began";
    return end_restore(deciding, Outcome::failed);
  }
  const std::string missing = members_without_launcher(view);
  record.launcher_missing = !view.launchers_enabled || !missing.empty();
  if (!view.cluster_exists) {
    record.launcher_missing = false;
    return deciding.ask(fmt::format("there is no Cluster {}", view.cluster));
  }
  if (!view.launchers_enabled)
    return deciding.ask(
        fmt::format("spec.features.etcdLauncher of Cluster {0} is not true. Run a launcher beside every "
                    "member, then: kubectl patch cluster {0} --type merge -p "
                    "'{{\"spec\":{{\"features\":{{\"etcdLauncher\":true}}}}}}'",
                    view.cluster));
  if (!missing.empty())
    return deciding.ask(fmt::format("there is no launcher of {}: run holdfast launcher there", missing));
  if (const OtherRestore* other = goes_before(view); other != nullptr) {
    deciding.waits_for = fmt::format("waits for restore {} of the same cluster", other->name);
    return;
  }
  record.step = Step::preflight;
  record.started = deciding.now;
  deciding.note("RestoreStarted", "the backup is read and proved; nothing is touched yet");
}

void decide_preflight(Deciding& deciding) {
  const RestoreView& view = deciding.view;
  RestoreRecord& record = deciding.record;
  const auto fail = [&](std::string_view reason, std::string why) {
    record.reason = reason;
    record.why = std::move(why);
    end_restore(deciding, Outcome::failed);
  };
  deciding.plan.look_at(deciding.now + kLookWhileServing);
  if (is_cancelled(view)) return fail("Cancelled", "it was cancelled before anything was touched");
  if (!view.preflight) {
    deciding.plan.begin_preflight = true;
    return;
  }
  const Work& work = view.preflight->work;
  if (work.state == Work::State::failed) return fail("PreflightFailed", work.message);
  if (work.state == Work::State::open) {
    const Instant moved = std::max(work.moved, record.started.value_or(kFirstInstant));
    if (time_since(view, moved, deciding.now) > view.limits.stall)
      fail("PreflightStalled", "the reading of the backup made no progress");
    return;
  }
  for (const Finding& each : preflight_findings(view, deciding.now)) {
    if (each.level == Finding::Level::error) return fail(each.reason, each.message);
  }
  if (view.spec.dry_run) {
    record.reason = "DryRun";
    record.why = "nothing was changed";
    return end_restore(deciding, Outcome::completed);
  }
  enter_staging(deciding);
}

void decide_staging(Deciding& deciding) {
  RestoreRecord& record = deciding.record;
  deciding.plan.look_at(deciding.now + kLookWhileServing);
  if (is_cancelled(deciding.view)) return abort_cancelled(deciding);
  if (const MemberRecord* failed = first_failed(record); failed != nullptr)
    return abort_restore(deciding, "StagingFailed", fmt::format("{}: {}", failed->name, failed->order.message));
  if (const MemberRecord* stalled = first_stalled(deciding, deciding.view.limits.stall); stalled != nullptr)
    return abort_stalled(deciding, *stalled, "staging");
  for (const MemberRecord& each : record.members) {
    if (!has_done(each, OrderType::stage)) return;
  }
  const std::string wrong = staged_wrong(deciding);
  if (!wrong.empty()) return abort_restore(deciding, "StagedDiffers", wrong);
  record.step = Step::safety;
}

void decide_safety(Deciding& deciding) {
  const RestoreView& view = deciding.view;
  RestoreRecord& record = deciding.record;
  deciding.plan.look_at(deciding.now + kLookWhileServing);
  if (is_cancelled(view)) return abort_cancelled(deciding);
  if (!view.spec.safety_backup) return enter_stopping(deciding);
  if (!view.safety && !view.etcd_serves) {
    deciding.warn("NoSafetyBackup", "etcd does not answer, so that there is nothing to back up");
    return enter_stopping(deciding);
  }
  if (!view.safety) {
    deciding.plan.begin_safety_backup = true;
    return;
  }
  if (view.safety->state == Work::State::failed)
    return abort_restore(deciding, "SafetyBackupFailed",
                         fmt::format("{}. spec.safetyBackup: false does without it", view.safety->message));
  if (view.safety->state == Work::State::open) {
    if (time_since(view, view.safety->moved, deciding.now) > view.limits.stall)
      abort_restore(deciding, "SafetyBackupStalled",
                    "the backup of the live state made no progress. spec.safetyBackup: false does without it");
    return;
  }
  record.safety_done = true;
  record.safety_backup = view.safety_name;
  deciding.note("SafetyBackupTaken", "the live state is in backup " + view.safety_name);
  enter_stopping(deciding);
}

void decide_stopping(Deciding& deciding) {
  const RestoreView& view = deciding.view;
  RestoreRecord& record = deciding.record;
  deciding.plan.look_at(deciding.now + kLookWhileDown);
  if (is_cancelled(view)) return abort_cancelled(deciding);
  if (const MemberRecord* failed = first_failed(record); failed != nullptr)
    return abort_restore(deciding, "StopFailed", fmt::format("{}: {}", failed->name, failed->order.message));
  if (const MemberRecord* stalled = first_stalled(deciding, view.limits.stop); stalled != nullptr)
    return abort_stalled(deciding, *stalled, "stopping");
  // With one who has started again nothing is gained by waiting for the others' limits: the cluster is down.
  for (const MemberRecord& each : record.members) {
    if (each.order.number > kOrdersBeforeSwap + view.limits.tries)
      return abort_restore(deciding, "StopFailed", fmt::format("{} keeps starting its etcd again", each.name));
  }
  if (stop_again(deciding)) return;
  for (const MemberRecord& each : record.members) {
    if (!has_done(each, OrderType::stop)) return;
  }
  if (const MemberRecord* ahead = first_ahead(deciding); ahead != nullptr)
    return abort_restore(deciding, "RevisionNotAhead",
                         fmt::format("etcd of {} was at revision {} when it stopped, and {} was staged", ahead->name,
                                     *ahead->stopped->revision, ahead->staged->revision));
  for (const MemberRecord& each : record.members) {
    const MemberView* seen = find_member(view, each.name);
    // Its report of the stop is a word from it, too.
    const Instant heard =
        std::max(each.order.ended, seen == nullptr ? kFirstInstant : seen->heard.value_or(kFirstInstant));
    if (heard <= deciding.now && deciding.now - heard <= view.limits.fresh) continue;
    if (time_since(view, each.order.ended, deciding.now) > view.limits.stop) abort_stalled(deciding, each, "stopping");
    return;
  }
  decide_swap(deciding);
}

}  // namespace holdfast::control
