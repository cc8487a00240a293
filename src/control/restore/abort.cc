// Back to the old state without having decided. Nobody has new data in place, so any member may start at any time.
#include <fmt/format.h>

#include "control/restore/deciding.h"
#include "control/restore/help.h"
#include "control/restore/members.h"

namespace holdfast::control {
namespace {

// Nothing is wanted of it any more before the restore can end.
bool is_as_before(const MemberRecord& member) {
  return !member.stop_ordered || member.order.type == OrderType::forget || has_done(member, OrderType::start);
}

// It started what it had, and that is as healthy as it was: not at all.
bool has_tried(const Deciding& deciding, const MemberRecord& member) {
  return is_as_before(member) || member.order.outcome == OrderOutcome::failed || member.order.tries > 0 ||
         is_stalled(deciding.view, member, deciding.view.limits.stop, deciding.now);
}

bool is_over(const Deciding& deciding) {
  const RestoreRecord& record = deciding.record;
  const std::size_t all = record.members.size();
  const std::size_t settled = count_members(record, is_as_before);
  if (settled == all) return true;
  if (!record.served_before)
    return count_members(record, [&](const MemberRecord& each) { return has_tried(deciding, each); }) == all;
  const std::size_t given_up = count_members(record, [&](const MemberRecord& each) {
    return !is_as_before(each) &&
           (is_lost(deciding.view, each, deciding.now) || is_away(deciding.view, each, deciding.now));
  });
  return settled >= quorum_of(all) && settled + given_up == all;
}

}  // namespace

void start_old(Deciding& deciding, MemberRecord& member) {
  switch (member.order.type) {
    case OrderType::stop:
      return give(deciding.record, member, OrderType::start, deciding.now);
    case OrderType::start:
      if (member.order.outcome == OrderOutcome::done)
        return give(deciding.record, member, OrderType::forget, deciding.now);
      break;
    case OrderType::stage:
      return give(deciding.record, member, OrderType::forget, deciding.now);
    case OrderType::none:
    case OrderType::swap:
    case OrderType::return_:
    case OrderType::forget:
      break;
  }
  give_again(deciding.view, deciding.record, member, deciding.now);
}

void abort_restore(Deciding& deciding, std::string_view reason, std::string why) {
  RestoreRecord& record = deciding.record;
  record.step = Step::aborting;
  record.reason = reason;
  record.why = std::move(why);
  if (deciding.view.safety && deciding.view.safety->state == Work::State::open)
    deciding.plan.cancel_safety_backup = true;
  deciding.warn("RestoreAborting", record.why + "; the cluster is left as it is");
  for (MemberRecord& each : record.members)
    start_old(deciding, each);
}

void decide_aborting(Deciding& deciding) {
  RestoreRecord& record = deciding.record;
  deciding.plan.look_at(deciding.now + Seconds(1));
  if (deciding.view.safety && deciding.view.safety->state == Work::State::open)
    deciding.plan.cancel_safety_backup = true;
  if (is_over(deciding)) return end_restore(deciding, Outcome::failed);
  for (MemberRecord& each : record.members)
    start_old(deciding, each);
  const auto waited_for = [&](const MemberRecord& each) { return !is_as_before(each); };
  const auto stuck = [&](const MemberRecord& each) {
    return waited_for(each) &&
           (is_lost(deciding.view, each, deciding.now) || is_silent(deciding.view, each, deciding.now));
  };
  deciding.waits_for = "waits until etcd serves again; to start: " + list_members(record, waited_for);
  if (count_members(record, stuck) > 0) deciding.ask(help_for_members(deciding, stuck));
}

}  // namespace holdfast::control
