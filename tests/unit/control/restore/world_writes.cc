// What is written into the store of the world, and what travels between it and the machines.
#include <utility>

#include "unit/control/restore/world.h"

#include "control/restore/members.h"

namespace holdfast::control::sim {

// --- what is written ---

// The finalizer or the status: false when somebody else was faster.
bool World::write_object(Server& server, const RestorePlan& plan) {
  if (!store_.exists || store_.version != server.based_on) return false;
  ++store_.version;
  server.based_on = store_.version;
  if (plan.finalizer) {
    store_.has_finalizer = *plan.finalizer;
    if (store_.going && !store_.has_finalizer) store_.exists = false;
    tell("finalizer {}", store_.has_finalizer);
    return true;
  }
  write_status(*plan.status);
  return true;
}

void World::write_status(const RestoreRecord& record) {
  const RestoreRecord& was = store_.record;
  if (was.decision != record.decision) {
    const bool fine = (was.decision == Decision::none && record.decision == Decision::swap) ||
                      (was.decision == Decision::swap && record.decision == Decision::return_);
    if (!fine) complain("the decision went another way than none, swap, return");
  }
  if (was.decision == Decision::none && record.decision == Decision::swap) {
    for (const MemberRecord& each : record.members) {
      if (!each.staged || !each.stopped || *each.staged != *record.staged) complain("decided without " + each.name);
    }
  }
  if (record.outcome == Outcome::failed && was.outcome != Outcome::failed && record.served_before) {
    const auto stopped = [](const MemberRecord& each) { return each.stop_ordered; };
    const auto healthy = [](const MemberRecord& each) { return !each.stop_ordered || each.proved.has_value(); };
    if (count_members(record, stopped) > 0 && count_members(record, healthy) < quorum_of(record.members.size()))
      complain("it failed before a quorum of the old was seen to serve");
  }
  if (was.step != record.step || was.outcome != record.outcome)
    tell("step {} decision {} outcome {}: {}", name_of(record.step), name_of(record.decision), name_of(record.outcome),
         record.message);
  if (record.outcome == Outcome::completed && was.outcome != Outcome::completed && !record.members.empty() &&
      running(Data::new_) == 0 && dead() == 0)
    tell("completed while none runs just now");
  store_.record = record;
  kept_until_ = record.kept_until;
}

void World::create(const Order& order) {
  const auto key = std::make_pair(order.member, order.number);
  if (store_.orders.contains(key)) {
    if (store_.orders[key].type != order.type) complain("two different orders have one number");
    return;
  }
  tell("order {} {} {}", order.member, order.number, name_of(order.type));
  store_.orders[key] = order;
  store_.reports[key] = {.member = order.member,
                         .number = order.number,
                         .work = {.moved = now_, .message = {}},
                         .history = {},
                         .stopped = {}};
  const bool starts_old =
      order.type == OrderType::return_ || (order.type == OrderType::start && order.decision != Decision::swap);
  if (starts_old && running(Data::new_) >= quorum_of(machines_.size()))
    complain(fmt::format("{} is ordered to start its old data while a quorum runs the new", order.member));
}

// One write of the plan. False: the rest of it is left.
bool World::write_next(Server& server) {
  const RestorePlan& plan = *server.plan;
  const int orders = static_cast<int>(plan.orders.size());
  const int voided = static_cast<int>(plan.voided.size());
  switch (server.next++) {
    case 0:
      return !plan.finalizer || write_object(server, plan);
    case 1:
      if (plan.hold == RestorePlan::Hold::take && store_.holder != World::kName) {
        store_.holder = World::kName;
        store_.paused_before = store_.paused;
        store_.paused = true;
      } else if (plan.hold == RestorePlan::Hold::give_back && store_.holder == World::kName) {
        store_.holder.clear();
        store_.paused = store_.paused_before;
      }
      return true;
    case 2:
      return !plan.status || write_object(server, plan);
    case 3:
      if (plan.begin_preflight && !store_.preflight) {
        store_.preflight = Preflight{.work = {.moved = now_, .message = {}},
                                     .findings = {},
                                     .backup_revision = 900,
                                     .needed_bytes = 10,
                                     .backup_version = {}};
      }
      if (plan.begin_safety_backup && !store_.safety) store_.safety = Work{.moved = now_, .message = {}};
      if (plan.cancel_safety_backup && store_.safety && store_.safety->state == Work::State::open)
        store_.safety->state = Work::State::failed;
      return true;
    default:
      break;
  }
  const int index = server.next - 5;
  if (index < orders) {
    create(plan.orders[static_cast<std::size_t>(index)]);
    return true;
  }
  if (index < orders + voided) {
    const auto& each = plan.voided[static_cast<std::size_t>(index - orders)];
    const auto found = store_.reports.find({each.member, each.number});
    if (found != store_.reports.end()) found->second.cancelled = true;
    return true;
  }
  return false;
}

bool World::server_event(Server& server, bool fresh) {
  if (!server.up) return false;
  if (!server.plan) {
    look(server, fresh);
    if (server.plan && server.plan->is_at_rest()) server.plan.reset();
    return server.plan.has_value();
  }
  if (!write_next(server)) server.plan.reset();
  remember();
  return true;
}

// --- what else moves ---

bool World::move_work() {
  bool moved = false;
  const auto finish = [&](Work& work, bool fails) {
    if (work.state != Work::State::open) return;
    moved = true;
    work.state = fails ? Work::State::failed : Work::State::done;
    work.moved = now_;
    if (fails) work.message = "it failed";
  };
  if (store_.preflight) finish(store_.preflight->work, preflight_fails_);
  if (store_.safety) finish(*store_.safety, safety_fails_ || running(Data::old_) < quorum_of(machines_.size()));
  return moved;
}

void World::send(const Machine& machine) {
  if (machine.dead || !machine.launcher_up || !machine.net_up) return;
  Message message{.member = machine.name, .heartbeat = store_.launchers[machine.name], .reports = {}};
  message.heartbeat.starts = machine.starts;
  for (const auto& [key, order] : store_.reports) {
    if (key.first != machine.name || order.work.state != Work::State::open) continue;
    if (const auto report = machine.report_about(key.second)) message.reports.push_back(*report);
  }
  messages_.push_back(std::move(message));
}

void World::deliver(std::size_t which) {
  const Message message = messages_[which];
  // Now and then it comes a second time.
  if (!chance(10)) messages_.erase(messages_.begin() + static_cast<std::ptrdiff_t>(which));
  MemberView& launcher = store_.launchers[message.member];
  launcher = message.heartbeat;
  launcher.heard = now_;
  for (const Report& each : message.reports) {
    const auto found = store_.reports.find({message.member, each.number});
    if (found == store_.reports.end() || found->second.work.state != Work::State::open) continue;
    OrderView& order = found->second;
    order.work = {.state = each.done ? Work::State::done : Work::State::failed, .moved = now_, .message = each.message};
    order.started_again = each.started_again;
    order.history = each.history;
    order.stopped = each.stopped;
    tell("{} reports {} {} {}", message.member, each.number, each.done ? "done" : "failed", each.message);
  }
  remember();
}

void World::hear(Machine& machine, bool all) {
  if (machine.dead || !machine.launcher_up || !machine.net_up) return;
  machine.last_word = now_;
  for (const auto& [key, order] : store_.orders) {
    if (key.first != machine.name) continue;
    if (store_.reports[key].cancelled && !all && chance(50)) continue;
    if (all || chance(60)) machine.hear(order);
  }
}

bool World::step(Machine& machine) {
  const bool had_forgotten = machine.forgot_before;
  const Data was = machine.data;
  const bool ran = machine.etcd_up;
  const bool moved = machine.step(now_, cluster());
  if (moved && (machine.data != was || machine.etcd_up != ran)) {
    tell("{} {}{} starts {}", machine.name,
         machine.data == Data::old_   ? "old"
         : machine.data == Data::new_ ? "new"
                                      : "none",
         machine.etcd_up ? " runs" : "", machine.starts);
  }
  if (machine.forgot_before && !had_forgotten && (!kept_until_ || now_ < *kept_until_))
    complain(machine.name + " forgot its former data before its time");
  return moved;
}

}  // namespace holdfast::control::sim
