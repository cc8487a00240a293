#include "control/restore/members.h"

#include <algorithm>

namespace holdfast::control {
namespace {

constexpr std::int64_t kMostDoublings = 6;

Seconds pause_after(const RestoreView& view, std::int64_t tries) {
  return view.limits.pause * (std::int64_t{1} << std::clamp<std::int64_t>(tries, 0, kMostDoublings));
}

void take_in_facts(MemberRecord& member, const OrderView& order) {
  switch (member.order.type) {
    case OrderType::stage:
      member.staged = order.history;
      break;
    case OrderType::stop:
      member.stopped = order.stopped;
      break;
    case OrderType::start:
      member.proved = order.history;
      break;
    case OrderType::none:
    case OrderType::swap:
    case OrderType::return_:
    case OrderType::forget:
      break;
  }
}

// What an order has to report; without it nothing can be decided by it.
bool has_report(OrderType type, const OrderView& order) {
  if (type == OrderType::stage || type == OrderType::start) return order.history.has_value();
  return type != OrderType::stop || order.stopped.has_value();
}

void take_in_member(const RestoreView& view, MemberRecord& member, Instant now) {
  if (const MemberView* seen = find_member(view, member.name); seen != nullptr) {
    member.launcher = seen->launcher;
    member.host = seen->host;
  }
  if (member.order.outcome != OrderOutcome::open || member.order.type == OrderType::none) return;
  const OrderView* order = find_order(view, member);
  if (order == nullptr || order->work.state == Work::State::open) return;
  member.order.ended = now;
  if (order->work.state == Work::State::done && has_report(member.order.type, *order)) {
    member.order.outcome = OrderOutcome::done;
    take_in_facts(member, *order);
    return;
  }
  member.order.outcome = OrderOutcome::failed;
  member.order.message = order->work.message;
  if (member.order.message.empty()) member.order.message = "it does not say why";
  if (order->started_again) member.stopped.reset();
}

}  // namespace

const MemberView* find_member(const RestoreView& view, std::string_view name) {
  const auto found =
      std::find_if(view.members.begin(), view.members.end(), [&](const MemberView& each) { return each.name == name; });
  return found == view.members.end() ? nullptr : &*found;
}

const OrderView* find_order(const RestoreView& view, const MemberRecord& member) {
  const auto found = std::find_if(view.orders.begin(), view.orders.end(), [&](const OrderView& each) {
    return each.member == member.name && each.number == member.order.number;
  });
  return found == view.orders.end() ? nullptr : &*found;
}

Seconds time_since(const RestoreView& view, Instant when, Instant now) {
  // A time in the future was written before a clock was set back.
  const Instant from = when > now ? view.awake_since : std::max(when, view.awake_since);
  return std::max(now - from, Seconds(0));
}

bool is_silent(const RestoreView& view, const MemberRecord& member, Instant now) {
  const MemberView* seen = find_member(view, member.name);
  if (seen == nullptr) return true;
  return time_since(view, seen->heard.value_or(kFirstInstant), now) > view.limits.silent;
}

bool is_stalled(const RestoreView& view, const MemberRecord& member, Seconds limit, Instant now) {
  if (member.order.type == OrderType::none || member.order.outcome != OrderOutcome::open) return false;
  Seconds quiet = time_since(view, member.order.since, now);
  if (const OrderView* order = find_order(view, member); order != nullptr)
    quiet = std::min(quiet, time_since(view, order->work.moved, now));
  return quiet > limit;
}

void take_in(const RestoreView& view, RestoreRecord& record, Instant now) {
  for (MemberRecord& each : record.members)
    take_in_member(view, each, now);
}

void give(const RestoreRecord& record, MemberRecord& member, OrderType type, Instant now) {
  const MemberOrder& last = member.order;
  const bool again = last.type == type && last.under == record.decision && last.outcome == OrderOutcome::failed;
  member.order = {.type = type,
                  .number = last.number + 1,
                  .under = record.decision,
                  .since = now,
                  .tries = again ? last.tries + 1 : 0,
                  .outcome = OrderOutcome::open,
                  .ended = {},
                  .message = again ? last.message : ""};
  if (type == OrderType::stop) {
    member.stop_ordered = true;
    member.stopped.reset();
  }
  if (type == OrderType::start) member.proved.reset();
  if (type == OrderType::swap) member.swap_ordered = true;
  if (type == OrderType::forget) member.forget_ordered = true;
}

bool give_again(const RestoreView& view, const RestoreRecord& record, MemberRecord& member, Instant now) {
  if (member.order.outcome != OrderOutcome::failed) return false;
  if (time_since(view, member.order.ended, now) < pause_after(view, member.order.tries)) return false;
  give(record, member, member.order.type, now);
  return true;
}

bool has_done(const MemberRecord& member, OrderType type) {
  return member.order.type == type && member.order.outcome == OrderOutcome::done;
}

bool is_held(const RestoreView& view, const MemberRecord& member) {
  if (!has_done(member, OrderType::stop) || !member.stopped) return false;
  const MemberView* seen = find_member(view, member.name);
  return seen == nullptr || seen->starts <= member.stopped->starts;
}

bool may_run_new(const MemberRecord& member) {
  if (!member.swap_ordered) return false;
  if (member.order.under != Decision::return_) return true;
  // A later order than the stop is given only when the stop is done.
  return member.order.type == OrderType::stop && member.order.outcome != OrderOutcome::done;
}

bool is_lost(const RestoreView& view, const MemberRecord& member, Instant now) {
  if (member.order.outcome == OrderOutcome::done) return false;
  if (member.order.tries >= view.limits.tries) return true;
  return !is_silent(view, member, now) && is_stalled(view, member, view.limits.prove, now);
}

bool is_away(const RestoreView& view, const MemberRecord& member, Instant now) {
  return is_silent(view, member, now) &&
         (is_stalled(view, member, view.limits.prove, now) || find_member(view, member.name) == nullptr);
}

std::size_t count_members(const RestoreRecord& record, const std::function<bool(const MemberRecord&)>& which) {
  return static_cast<std::size_t>(std::count_if(record.members.begin(), record.members.end(), which));
}

std::string list_members(const RestoreRecord& record, const std::function<bool(const MemberRecord&)>& which) {
  std::string names;
  for (const MemberRecord& each : record.members) {
    if (!which(each)) continue;
    if (!names.empty()) names += ", ";
    names += each.name;
  }
  return names;
}

}  // namespace holdfast::control
