#include <algorithm>

#include <fmt/format.h>

#include "control/restore/deciding.h"
#include "control/restore/help.h"
#include "control/restore/members.h"

namespace holdfast::control {
namespace {

MemberState state_of_order(const MemberRecord& member) {
  const bool done = member.order.outcome == OrderOutcome::done;
  const bool forward = member.order.under == Decision::swap;
  switch (member.order.type) {
    case OrderType::none:
      return MemberState::waiting;
    case OrderType::stage:
      return done ? MemberState::staged : MemberState::staging;
    case OrderType::stop:
      return done ? MemberState::stopped : MemberState::stopping;
    case OrderType::swap:
      return done ? MemberState::proving : MemberState::swapping;
    case OrderType::start:
      if (done) return forward ? MemberState::restored : MemberState::as_before;
      return forward ? MemberState::proving : MemberState::starting;
    case OrderType::return_:
      return done ? MemberState::starting : MemberState::returning;
    case OrderType::forget:
      if (done) return MemberState::tidy;
      return forward ? MemberState::restored : MemberState::as_before;
  }
  return MemberState::waiting;
}

// Nothing more is wanted of it now.
bool is_at_rest(const MemberRecord& member) {
  return member.order.type == OrderType::forget || has_done(member, OrderType::start);
}

void describe_member(const Deciding& deciding, MemberRecord& member) {
  member.state = state_of_order(member);
  member.message.clear();
  const bool done = member.order.outcome == OrderOutcome::done;
  const OrderView* order = find_order(deciding.view, member);
  member.percent = done ? 100 : order == nullptr ? 0 : std::clamp<std::int64_t>(order->percent, 0, 100);
  if (is_at_rest(member)) return;
  member.message = member.order.message;
  if (member.order.outcome == OrderOutcome::failed) member.state = MemberState::failed;
  if (!is_silent(deciding.view, member, deciding.now)) return;
  member.state = MemberState::silent;
  member.message = "no word from its launcher";
}

std::int64_t average_percent(const RestoreRecord& record) {
  if (record.members.empty()) return 0;
  std::int64_t sum = 0;
  for (const MemberRecord& each : record.members)
    sum += each.percent;
  return sum / static_cast<std::int64_t>(record.members.size());
}

// How many of each hundred parts are done; a stop is the first of the last three orders, a start the last.
std::int64_t share_of_orders(const RestoreRecord& record) {
  std::int64_t sum = 0;
  for (const MemberRecord& each : record.members) {
    const bool done = each.order.outcome == OrderOutcome::done;
    std::int64_t steps = done ? 1 : 0;
    if (each.order.type == OrderType::swap || each.order.type == OrderType::return_) steps += 1;
    if (each.order.type == OrderType::start) steps += 2;
    if (each.order.type == OrderType::forget) steps = 3;
    sum += steps * 100 / 3;
  }
  return record.members.empty() ? 0 : sum / static_cast<std::int64_t>(record.members.size());
}

// Of the way to where it is going; a restore that is turned back has a new way.
std::int64_t percent_of(const RestoreRecord& record) {
  switch (record.step) {
    case Step::waiting:
      return 0;
    case Step::preflight:
      return 2;
    case Step::staging:
      return 5 + average_percent(record) * 60 / 100;
    case Step::safety:
      return 65;
    case Step::stopping:
      return 75;
    case Step::swapping:
    case Step::proving:
      return 75 + share_of_orders(record) * 24 / 100;
    case Step::returning:
      return share_of_orders(record) * 99 / 100;
    case Step::aborting:
      return record.percent;
    case Step::ended:
      break;
  }
  return record.outcome == Outcome::failed ? record.percent : 100;
}

std::string text_of_end(const Deciding& deciding) {
  const RestoreRecord& record = deciding.record;
  switch (record.outcome) {
    case Outcome::completed:
      if (record.members.empty()) return "dry run: the restore could begin; nothing was changed";
      return fmt::format("etcd was restored{}. Its former data is kept until {}; until then this goes back: {}",
                         record.degraded ? ", and a quorum of it serves" : "",
                         format_instant(record.kept_until.value_or(deciding.now)), undo_command(deciding.view));
    case Outcome::rolled_back:
      return fmt::format(
          "{}: etcd has the data from before the restore{}. Restart what watches it, such as API servers: "
          "its revisions are lower than those of the restored data",
          record.why, record.served_before ? "" : ", and does not serve, as before");
    case Outcome::failed:
    case Outcome::none:
      break;
  }
  if (record.members.empty()) return record.why + ". Nothing was touched";
  return fmt::format("{}. etcd is as it was{}", record.why,
                     record.served_before ? "" : ", which does not serve, as before the restore");
}

std::string text_of_step(const Deciding& deciding) {
  switch (deciding.record.step) {
    case Step::waiting:
      return "waits";
    case Step::preflight:
      return "the backup is read and proved; nothing is touched yet";
    case Step::staging:
      return "the members build the new data beside the old; etcd serves";
    case Step::safety:
      return "a backup of the live state is made; etcd serves";
    case Step::stopping:
      return "the members stop their etcd";
    case Step::swapping:
      return "decided: the new data is put in place";
    case Step::proving:
      return "the restored etcd is compared with what was staged";
    case Step::aborting:
      return deciding.record.why + ": etcd is started as it was";
    case Step::returning:
      return deciding.record.why + ": the old data is put back";
    case Step::ended:
      break;
  }
  return text_of_end(deciding);
}

}  // namespace

void describe(Deciding& deciding) {
  RestoreRecord& record = deciding.record;
  for (MemberRecord& each : record.members)
    describe_member(deciding, each);
  record.percent = percent_of(record);
  record.message = text_of_step(deciding);
  if (!deciding.waits_for.empty()) {
    const bool alone = record.step == Step::waiting;
    record.message = alone ? deciding.waits_for : fmt::format("{}. {}", record.message, deciding.waits_for);
  }
  if (deciding.view.spec.cancel && record.decision != Decision::none && record.step != Step::ended)
    record.message += ". It is too late to cancel; to go back: " + undo_command(deciding.view);
  if (deciding.needs_help && !record.needs_help) deciding.warn("RestoreNeedsHelp", record.message);
  record.needs_help = deciding.needs_help;
}

}  // namespace holdfast::control
