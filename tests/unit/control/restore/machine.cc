#include "unit/control/restore/machine.h"

#include <utility>

namespace holdfast::control::sim {
namespace {

constexpr Seconds kAlone{30};
constexpr int kStagedParts = 3;

History history_of(const Machine& machine, const Cluster& cluster) {
  if (machine.data == Data::old_) return {.cluster_id = "01d", .revision = cluster.head, .hash = 1};
  return {.cluster_id = "2e3", .revision = cluster.staged_revision, .hash = machine.faults.other_hash ? 666 : 42};
}

}  // namespace

bool Machine::step(Instant now, const Cluster& cluster) {
  if (dead || !launcher_up) return false;
  if (take_order()) return true;
  if (!journal_.done) return work(now, cluster);
  return supervise(now);
}

// Notes the newest order, which makes every one before void.
bool Machine::take_order() {
  if (inbox_.empty()) return false;
  const Order newest = inbox_.rbegin()->second;
  if (newest.number <= journal_.order.number) return false;
  journal_.order = newest;
  journal_.done = false;
  journal_.report = {};
  if (newest.type == OrderType::stop) journal_.run_etcd = false;
  return true;
}

bool Machine::work(Instant now, const Cluster& cluster) {
  switch (journal_.order.type) {
    case OrderType::stage:
      return stage(cluster);
    case OrderType::stop:
      return stop(cluster);
    case OrderType::swap:
      return swap();
    case OrderType::start:
      return start(cluster);
    case OrderType::return_:
      return put_back();
    case OrderType::forget:
      return forget(now) || supervise(now);
    case OrderType::none:
      break;
  }
  return false;
}

bool Machine::supervise(Instant now) {
  if (etcd_up || data == Data::none) return false;
  const bool held = journal_.order.type == OrderType::stop && journal_.order.decision == Decision::none;
  if (!journal_.run_etcd && !(held && now - last_word > kAlone)) return false;
  journal_.run_etcd = true;
  return start_etcd();
}

bool Machine::start_etcd() {
  if (data == Data::none) return false;
  ++starts;
  etcd_up = true;
  return true;
}

bool Machine::stage(const Cluster& cluster) {
  if (faults.staging) return fail("the object is damaged");
  if (!staged && ++staged_parts_ < kStagedParts) return true;
  staged = true;
  const std::int64_t revision = cluster.staged_revision;
  return finish({.done = true,
                 .message = {},
                 .history = History{.cluster_id = "2e3", .revision = revision, .hash = 42},
                 .stopped = {}});
}

bool Machine::stop(const Cluster& cluster) {
  if (faults.stopping && journal_.order.decision == Decision::none) {
    journal_.run_etcd = true;
    return fail("it does not stop");
  }
  if (etcd_up) {
    etcd_up = false;
    return true;
  }
  std::optional<std::int64_t> head;
  if (data == Data::old_) head = cluster.head;
  return finish({.done = true, .message = {}, .history = {}, .stopped = Stopped{.starts = starts, .revision = head}});
}

bool Machine::swap() {
  if (data == Data::new_) {
    journal_.run_etcd = true;
    if (!etcd_up) return start_etcd();
    return finish({.done = true, .message = {}, .history = {}, .stopped = {}});
  }
  if (data == Data::old_) {
    if (etcd_up || starts > journal_.order.starts) {
      journal_.run_etcd = true;
      journal_.done = true;
      journal_.report = {.number = journal_.order.number,
                         .started_again = true,
                         .message = "started again",
                         .history = {},
                         .stopped = {}};
      return true;
    }
    if (faults.swapping > 0) {
      --faults.swapping;
      return fail("the rename fails");
    }
    if (!staged) return fail("nothing is staged");
    renamed_running = renamed_running || etcd_up;
    before = true;
    data = Data::none;
    return true;
  }
  staged = false;
  data = Data::new_;
  return true;
}

bool Machine::start(const Cluster& cluster) {
  journal_.run_etcd = true;
  if (!etcd_up) return start_etcd();
  const bool is_new = data == Data::new_;
  const std::size_t running = is_new ? cluster.running_new : cluster.running_old;
  const bool broken = is_new ? faults.new_never_up : cluster.old_is_broken;
  if (broken || running < quorum_of(cluster.members)) return false;
  return finish({.done = true, .message = {}, .history = history_of(*this, cluster), .stopped = {}});
}

bool Machine::put_back() {
  if (data == Data::new_) {
    if (etcd_up) {
      etcd_up = false;
      return true;
    }
    if (faults.returning > 0) {
      --faults.returning;
      return fail("the rename fails");
    }
    renamed_running = renamed_running || etcd_up;
    undone = true;
    data = Data::none;
    return true;
  }
  if (data == Data::none && before) {
    before = false;
    data = Data::old_;
    return true;
  }
  if (data == Data::none) return finish({.done = true, .message = {}, .history = {}, .stopped = {}});
  journal_.run_etcd = true;
  if (!etcd_up) return start_etcd();
  return finish({.done = true, .message = {}, .history = {}, .stopped = {}});
}

bool Machine::forget(Instant now) {
  if (journal_.order.not_before && now < *journal_.order.not_before) return false;
  forgot_before = forgot_before || before;
  before = false;
  staged = false;
  undone = false;
  return finish({.done = true, .message = {}, .history = {}, .stopped = {}});
}

bool Machine::finish(Report report) {
  journal_.done = true;
  journal_.report = std::move(report);
  journal_.report.number = journal_.order.number;
  return true;
}

bool Machine::fail(std::string message) {
  return finish({.message = std::move(message), .history = {}, .stopped = {}});
}

void Machine::kill_launcher() {
  launcher_up = false;
  inbox_.clear();
  staged_parts_ = 0;
}

void Machine::power_off() {
  kill_launcher();
  etcd_up = false;
}

void Machine::power_on(Instant now) {
  if (dead || launcher_up) return;
  launcher_up = true;
  last_word = now;
  const bool held = journal_.order.type == OrderType::stop && journal_.order.decision == Decision::none;
  if (held && !etcd_up) journal_.run_etcd = true;
}

std::optional<Report> Machine::report_about(std::int64_t number) const {
  if (number < journal_.order.number) return Report{.number = number, .message = "void", .history = {}, .stopped = {}};
  if (number > journal_.order.number || !journal_.done) return std::nullopt;
  return journal_.report;
}

}  // namespace holdfast::control::sim
