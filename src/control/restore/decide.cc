#include "control/restore/decide.h"

#include <algorithm>

#include "control/restore/deciding.h"
#include "control/restore/members.h"

namespace holdfast::control {
namespace {

bool works_on_members(const RestoreRecord& record) {
  return record.step != Step::waiting && record.step != Step::preflight && record.step != Step::ended;
}

// While it works on the members the cluster is marked and paused, whoever took that away.
void keep_hold(Deciding& deciding) {
  const RestoreView& view = deciding.view;
  if (!works_on_members(view.record) || view.hold.holder == view.name || !view.cluster_exists) return;
  const bool others = std::any_of(view.others.begin(), view.others.end(),
                                  [&](const OtherRestore& each) { return each.name == view.hold.holder; });
  if (!others) deciding.plan.hold = RestorePlan::Hold::take;
}

void decide_step(Deciding& deciding) {
  switch (deciding.record.step) {
    case Step::waiting:
      return decide_waiting(deciding);
    case Step::preflight:
      return decide_preflight(deciding);
    case Step::staging:
      return decide_staging(deciding);
    case Step::safety:
      return decide_safety(deciding);
    case Step::stopping:
      return decide_stopping(deciding);
    case Step::swapping:
    case Step::proving:
      return decide_forward(deciding);
    case Step::aborting:
      return decide_aborting(deciding);
    case Step::returning:
      return decide_returning(deciding);
    case Step::ended:
      return decide_ended(deciding);
  }
}

Order order_of(const RestoreRecord& record, const MemberRecord& member) {
  Order order{.member = member.name,
              .launcher = member.launcher,
              .type = member.order.type,
              .number = member.order.number,
              .decision = member.order.under,
              .not_before = {}};
  if (order.type == OrderType::stage) order.target_revision = record.target_revision;
  if (order.type == OrderType::swap) order.starts = member.stopped ? member.stopped->starts : 0;
  if (order.type == OrderType::forget) order.not_before = record.kept_until;
  return order;
}

void plan_orders(Deciding& deciding) {
  const RestoreView& view = deciding.view;
  for (const MemberRecord& each : deciding.record.members) {
    if (each.order.type == OrderType::none || each.order.outcome != OrderOutcome::open) continue;
    if (find_order(view, each) == nullptr) deciding.plan.orders.push_back(order_of(deciding.record, each));
  }
  for (const OrderView& each : view.orders) {
    if (each.cancelled || each.work.state != Work::State::open) continue;
    // One with a higher number is newer than what was read of this restore.
    const bool is_void = std::any_of(
        deciding.record.members.begin(), deciding.record.members.end(),
        [&](const MemberRecord& member) { return member.name == each.member && each.number < member.order.number; });
    if (is_void) deciding.plan.voided.push_back({.member = each.member, .number = each.number});
  }
}

}  // namespace

RestorePlan decide_restore(const RestoreView& view, Instant now) {
  Deciding deciding{.view = view, .now = now, .record = view.record, .plan = {}};
  keep_hold(deciding);
  take_in(view, deciding.record, now);
  decide_step(deciding);
  describe(deciding);
  RestorePlan& plan = deciding.plan;
  const bool changed = deciding.record != view.record;
  // The object is written once in a look; and before its last guard is taken away, everything is written.
  if (changed && plan.finalizer == false) plan.finalizer.reset();
  if (changed && !plan.finalizer) plan.status = deciding.record;
  if (!plan.finalizer) plan_orders(deciding);
  if (!plan.status) plan.events.clear();
  return std::move(plan);
}

std::string_view phase_of(const RestoreRecord& record) {
  switch (record.step) {
    case Step::waiting:
      return record.launcher_missing ? "EtcdLauncherNotEnabled" : "Started";
    case Step::preflight:
      return "Started";
    case Step::staging:
    case Step::safety:
      return "Staging";
    case Step::aborting: {
      const bool down = count_members(record, [](const MemberRecord& each) { return each.stop_ordered; }) > 0;
      return down ? "StsRebuilding" : "Staging";
    }
    case Step::stopping:
    case Step::swapping:
    case Step::proving:
    case Step::returning:
      return "StsRebuilding";
    case Step::ended:
      break;
  }
  return name_of(record.outcome);
}

}  // namespace holdfast::control
