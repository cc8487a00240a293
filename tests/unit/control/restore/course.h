// A restore step by step: what it wants is done at once, and its orders are answered by the test.
#pragma once

#include <string>
#include <vector>

#include "unit/control/times.h"

#include "control/restore/decide.h"
#include "control/restore/members.h"

namespace holdfast::control {

class Course {
 public:
  Course() {
    view.name = "r1";
    view.name_space = "cluster-prod";
    view.cluster = "prod";
    view.created = now;
    view.awake_since = now;
    view.etcd_serves = true;
    view.live_revision = 1000;
    view.live_cluster_id = "01d";
    for (const char* name : {"m1", "m2", "m3"}) {
      view.members.push_back({.name = name,
                              .launcher = std::string("l-") + name,
                              .host = std::string("h-") + name,
                              .version = "3.5.21",
                              .heard = now,
                              .clock_ahead = {},
                              .free_bytes = 1000,
                              .starts = 1});
      view.etcd_members.emplace_back(name);
    }
  }

  RestoreView view;
  Instant now = at("2026-11-22T10:00:00Z");
  std::vector<RestoreEvent> events;
  std::vector<std::string> phases;  // each when it became another one

  const RestoreRecord& record() const { return view.record; }
  MemberRecord& member(std::size_t i) { return view.record.members.at(i); }
  std::string phase() const { return std::string(phase_of(view.record)); }

  // Looks and does what is wanted, until it rests.
  void settle() {
    for (int i = 0; i < 20; ++i) {
      const RestorePlan plan = decide_restore(view, now);
      look_again = plan.look_again;
      if (plan.is_at_rest()) return;
      carry_out(plan);
    }
    ADD_FAILURE() << "it does not come to rest";
  }

  void pass(Seconds by, bool heard = true) {
    now += by;
    for (MemberView& each : view.members) {
      if (heard) each.heard = now;
    }
    settle();
  }

  // The orders that wait for an answer: "m1 Stage".
  std::vector<std::string> open_orders() const {
    std::vector<std::string> list;
    for (const MemberRecord& each : view.record.members) {
      if (each.order.outcome == OrderOutcome::open && each.order.type != OrderType::none)
        list.push_back(each.name + " " + std::string(name_of(each.order.type)));
    }
    return list;
  }

  // The current order of the member is done, or failed with a message.
  void answer(std::size_t i, const std::string& failure = "") {
    for (OrderView& each : view.orders) {
      if (each.member != member(i).name || each.number != member(i).order.number) continue;
      each.work = {
          .state = failure.empty() ? Work::State::done : Work::State::failed, .moved = now, .message = failure};
      each.history = History{.cluster_id = is_old(i) ? "01d" : "2e3", .revision = 1'000'001'000, .hash = hash};
      each.stopped = Stopped{.starts = view.members[i].starts, .revision = head};
      return;
    }
    ADD_FAILURE() << member(i).name << " has no order";
  }
  void answer_all() {
    for (std::size_t i = 0; i < record().members.size(); ++i) {
      if (member(i).order.outcome == OrderOutcome::open) answer(i);
    }
    settle();
  }
  void silence(std::size_t i) { view.members[i].heard = kFirstInstant; }

  // Up to there, with everything in order.
  void run_to_preflight() { settle(); }
  void run_to_staging() {
    run_to_preflight();
    view.preflight = Preflight{.work = {.state = Work::State::done, .moved = now, .message = {}},
                               .findings = {},
                               .backup_revision = 900,
                               .needed_bytes = 100,
                               .backup_version = {}};
    settle();
  }
  void run_to_safety() {
    run_to_staging();
    answer_all();
  }
  void run_to_stopping() {
    run_to_safety();
    view.safety = Work{.state = Work::State::done, .moved = now, .message = {}};
    view.safety_name = "before-r1";
    settle();
  }
  void run_to_swapping() {
    run_to_stopping();
    answer_all();
  }
  void run_to_completed() {
    run_to_swapping();
    answer_all();
    answer_all();
  }

  std::int64_t hash = 42;
  std::optional<std::int64_t> head = 1005;
  std::optional<Instant> look_again;

 private:
  bool is_old(std::size_t i) {
    return member(i).order.type == OrderType::start && member(i).order.under != Decision::swap;
  }

  void carry_out(const RestorePlan& plan) {
    if (plan.finalizer) view.has_finalizer = *plan.finalizer;
    if (plan.hold == RestorePlan::Hold::take) view.hold.holder = view.name;
    if (plan.hold == RestorePlan::Hold::give_back) view.hold.holder.clear();
    if (plan.status) view.record = *plan.status;
    if (phases.empty() || phases.back() != phase()) phases.push_back(phase());
    events.insert(events.end(), plan.events.begin(), plan.events.end());
    if (plan.begin_preflight)
      view.preflight = Preflight{.work = {.moved = now, .message = {}}, .findings = {}, .backup_version = {}};
    if (plan.begin_safety_backup) view.safety = Work{.moved = now, .message = {}};
    if (plan.cancel_safety_backup) view.safety->state = Work::State::failed;
    for (const Order& each : plan.orders) {
      given.push_back(each);
      view.orders.push_back({.member = each.member,
                             .number = each.number,
                             .work = {.moved = now, .message = {}},
                             .history = {},
                             .stopped = {}});
    }
    for (const RestorePlan::Void& each : plan.voided) {
      for (OrderView& order : view.orders) {
        if (order.member == each.member && order.number == each.number) order.cancelled = true;
      }
    }
  }

 public:
  std::vector<Order> given;  // all of them
};

}  // namespace holdfast::control
