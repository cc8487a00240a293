// After the second decision: the members put the old data back.
#include <fmt/format.h>

#include "control/restore/deciding.h"
#include "control/restore/help.h"
#include "control/restore/members.h"

namespace holdfast::control {
namespace {

// So few can still be running the new data that they cannot serve, now or later.
bool may_start_old(const RestoreRecord& record) {
  return count_members(record, may_run_new) < quorum_of(record.members.size());
}

bool has_tried(const Deciding& deciding, const MemberRecord& member) {
  if (is_returned(member)) return true;
  if (is_away(deciding.view, member, deciding.now)) return true;
  return member.order.under == Decision::return_ && member.order.type == OrderType::start &&
         (member.order.outcome == OrderOutcome::failed || member.order.tries > 0 ||
          is_stalled(deciding.view, member, deciding.view.limits.stop, deciding.now));
}

bool is_over(const Deciding& deciding) {
  const RestoreRecord& record = deciding.record;
  const std::size_t all = record.members.size();
  const std::size_t returned = count_members(record, is_returned);
  if (returned == all) return true;
  // What did not serve before is not waited for to serve; but what was new must be out of the way.
  if (!record.served_before && may_start_old(record))
    return count_members(record, [&](const MemberRecord& each) { return has_tried(deciding, each); }) == all;
  const std::size_t given_up = count_members(record, [&](const MemberRecord& each) {
    return !is_returned(each) &&
           (is_lost(deciding.view, each, deciding.now) || is_away(deciding.view, each, deciding.now));
  });
  return returned >= quorum_of(all) && returned + given_up == all;
}

}  // namespace

bool is_returned(const MemberRecord& member) {
  if (member.order.under != Decision::return_) return false;
  return has_done(member, OrderType::start) || member.order.type == OrderType::forget;
}

void turn_back(Deciding& deciding, std::string_view reason, std::string why) {
  RestoreRecord& record = deciding.record;
  record.decision = Decision::return_;
  record.step = Step::returning;
  record.outcome = Outcome::none;
  record.completed.reset();
  record.kept_until.reset();
  record.degraded = false;
  record.reason = reason;
  record.why = std::move(why);
  for (MemberRecord& each : record.members)
    give(record, each, OrderType::stop, deciding.now);
  deciding.warn("RestoreTurnedBack", record.why + ": the old data is put back");
}

void lead_back(Deciding& deciding, MemberRecord& member) {
  const RestoreRecord& record = deciding.record;
  if (has_done(member, OrderType::stop)) {
    if (may_start_old(record)) give(record, member, OrderType::return_, deciding.now);
    return;
  }
  if (has_done(member, OrderType::return_)) return give(record, member, OrderType::start, deciding.now);
  give_again(deciding.view, record, member, deciding.now);
}

void decide_returning(Deciding& deciding) {
  RestoreRecord& record = deciding.record;
  deciding.plan.look_at(deciding.now + Seconds(1));
  if (is_over(deciding)) {
    record.degraded = count_members(record, is_returned) < record.members.size();
    return end_restore(deciding, Outcome::rolled_back);
  }
  for (MemberRecord& each : record.members)
    lead_back(deciding, each);
  const auto stuck = [&](const MemberRecord& each) {
    return !is_returned(each) &&
           (is_silent(deciding.view, each, deciding.now) || is_lost(deciding.view, each, deciding.now));
  };
  deciding.waits_for = "the old data is put back; to do: " +
                       list_members(record, [](const MemberRecord& each) { return !is_returned(each); });
  if (count_members(record, stuck) > 0) deciding.ask(help_for_members(deciding, stuck));
}

}  // namespace holdfast::control
