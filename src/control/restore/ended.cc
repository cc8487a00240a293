// A restore that has ended: the cluster is given back, who is late follows, what was kept is forgotten, and a completed
// one can be undone.
#include <algorithm>

#include <fmt/format.h>

#include "control/restore/deciding.h"
#include "control/restore/help.h"
#include "control/restore/members.h"

namespace holdfast::control {
namespace {

// Its part is over; what is left to do is to forget.
bool is_settled(const RestoreRecord& record, const MemberRecord& member) {
  switch (record.outcome) {
    case Outcome::completed:
      return is_restored(record, member);
    case Outcome::rolled_back:
      return is_returned(member);
    case Outcome::failed:
    case Outcome::none:
      break;
  }
  return member.order.type == OrderType::forget;
}

// A later one has put its own data in place.
bool is_superseded(const RestoreView& view) {
  return std::any_of(view.others.begin(), view.others.end(), [&](const OtherRestore& each) {
    return each.swapped && view.record.decided && *each.swapped > *view.record.decided;
  });
}

bool is_cluster_taken(const RestoreView& view) {
  return std::any_of(view.others.begin(), view.others.end(), [](const OtherRestore& each) { return each.active; });
}

// Why it cannot be undone; empty: it can.
std::string undo_refused(const RestoreView& view) {
  const RestoreRecord& record = view.record;
  if (std::any_of(record.members.begin(), record.members.end(),
                  [](const MemberRecord& each) { return each.forget_ordered; }))
    return "it cannot be undone any more: the former data was kept until its time, and is gone";
  if (is_superseded(view)) return "a later restore has taken its place; undo that one";
  return {};
}

// True when it is turned back, or is about to be.
bool decide_undo(Deciding& deciding) {
  const RestoreView& view = deciding.view;
  if (!view.spec.undo || deciding.record.outcome != Outcome::completed || deciding.record.members.empty()) return false;
  const std::string refused = undo_refused(view);
  if (!refused.empty()) {
    deciding.waits_for = refused;
    return false;
  }
  if (is_cluster_taken(view)) {
    deciding.waits_for = "the undo waits until the other restore of the cluster has ended";
    return false;
  }
  if (view.hold.holder != view.name) {
    deciding.plan.hold = RestorePlan::Hold::take;
    return true;
  }
  turn_back(deciding, "Undone", "undo was asked for");
  return true;
}

void forget(Deciding& deciding, MemberRecord& member) {
  if (member.order.type == OrderType::forget) {
    give_again(deciding.view, deciding.record, member, deciding.now);
    return;
  }
  const auto until = deciding.record.kept_until;
  // Who deletes the restore gives up the undo, not the time: the launcher keeps to it by itself.
  if (!deciding.view.going && until && deciding.now < *until) return;
  give(deciding.record, member, OrderType::forget, deciding.now);
}

void follow_up(Deciding& deciding, MemberRecord& member) {
  if (is_settled(deciding.record, member)) return forget(deciding, member);
  // What it was still to do is void; what is kept of it stays until its time.
  if (is_superseded(deciding.view)) return give(deciding.record, member, OrderType::forget, deciding.now);
  if (is_cluster_taken(deciding.view)) return;
  // Its machine has a launcher no more: there is nobody to tell.
  if (find_member(deciding.view, member.name) == nullptr) return;
  switch (deciding.record.outcome) {
    case Outcome::completed:
      return lead_forward(deciding, member);
    case Outcome::rolled_back:
      return lead_back(deciding, member);
    case Outcome::failed:
      return start_old(deciding, member);
    case Outcome::none:
      return;
  }
}

bool holds_finalizer(const Deciding& deciding) {
  for (const MemberRecord& each : deciding.record.members) {
    const MemberView* seen = find_member(deciding.view, each.name);
    if (seen == nullptr) continue;
    if (each.order.type != OrderType::forget) return true;
    const bool is_there = each.order.outcome == OrderOutcome::done || find_order(deciding.view, each) != nullptr;
    if (!is_there) return true;
  }
  return false;
}

void say_who_is_late(Deciding& deciding) {
  RestoreRecord& record = deciding.record;
  const auto late = [&](const MemberRecord& each) {
    return !is_settled(record, each) && find_member(deciding.view, each.name) != nullptr;
  };
  const auto missing = [&](const MemberRecord& each) { return !is_settled(record, each); };
  const bool was = record.degraded;
  record.degraded = record.outcome != Outcome::failed && count_members(record, missing) > 0;
  if (was && !record.degraded) deciding.note("RestoreWhole", "the last members have followed");
  if (count_members(record, late) > 0) {
    deciding.ask(help_for_members(deciding, late));
    deciding.plan.look_at(deciding.now + Seconds(10));
  } else if (record.degraded) {
    deciding.waits_for = "without " + list_members(record, missing);
  }
}

}  // namespace

void end_restore(Deciding& deciding, Outcome outcome) {
  RestoreRecord& record = deciding.record;
  record.step = Step::ended;
  record.outcome = outcome;
  record.completed = deciding.now;
  record.launcher_missing = false;
  const bool kept = outcome != Outcome::failed && !record.members.empty();
  if (kept) record.kept_until = deciding.now + deciding.view.spec.grace;
  const bool ours = deciding.view.hold.holder == deciding.view.name;
  deciding.plan.hold = ours ? RestorePlan::Hold::give_back : RestorePlan::Hold::leave;
  if (outcome == Outcome::completed) {
    deciding.note(record.members.empty() ? "DryRunCompleted" : "RestoreCompleted", "see its status");
  } else {
    deciding.warn(outcome == Outcome::failed ? "RestoreFailed" : "RestoreRolledBack", record.why);
  }
}

void decide_ended(Deciding& deciding) {
  const RestoreView& view = deciding.view;
  RestoreRecord& record = deciding.record;
  if (decide_undo(deciding)) return;
  if (view.hold.holder == view.name) deciding.plan.hold = RestorePlan::Hold::give_back;
  for (MemberRecord& each : record.members)
    follow_up(deciding, each);
  if (!record.members.empty() && deciding.waits_for.empty()) say_who_is_late(deciding);
  if (record.kept_until && deciding.now < *record.kept_until) deciding.plan.look_at(*record.kept_until);
  if (view.going && view.has_finalizer && !holds_finalizer(deciding)) deciding.plan.finalizer = false;
}

}  // namespace holdfast::control
