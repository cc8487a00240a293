#include "work/health/agenda.h"

#include <algorithm>
#include <functional>

namespace holdfast::work {
namespace {

constexpr unsigned kMostDoublings = 10;

}  // namespace

Duration Agenda::interval() const {
  return std::max<Duration>(options_.every, options_.apart * static_cast<std::int64_t>(endpoints_));
}

void Agenda::plan(const std::string& cluster, Entry& entry, os::SteadyTime due) {
  entry.due = due;
  order_of(entry).emplace(due, cluster);
}

void Agenda::put(const std::string& cluster, std::size_t endpoints, os::SteadyTime now) {
  const auto [found, is_new] = entries_.try_emplace(cluster);
  Entry& entry = found->second;
  endpoints_ += endpoints - entry.endpoints;
  entry.endpoints = endpoints;
  if (entry.busy) {
    entry.again = true;
    return;
  }
  if (!is_new) order_of(entry).erase({entry.due, cluster});
  // What was changed may be what it failed by: it is not made to wait behind those that do not answer.
  entry.failures = 0;
  plan(cluster, entry, is_new ? now : std::min(entry.due, now));
}

void Agenda::hurry(const std::string& cluster, os::SteadyTime now) {
  const auto found = entries_.find(cluster);
  if (found != entries_.end()) put(cluster, found->second.endpoints, now);
}

void Agenda::remove(const std::string& cluster) {
  const auto found = entries_.find(cluster);
  if (found == entries_.end()) return;
  if (!found->second.busy) order_of(found->second).erase({found->second.due, cluster});
  endpoints_ -= found->second.endpoints;
  entries_.erase(found);
}

void Agenda::clear() {
  entries_.clear();
  prompt_.clear();
  slow_.clear();
  endpoints_ = 0;
}

std::optional<std::string> Agenda::take(Lane lane, os::SteadyTime now) {
  if (next_look_ && now < *next_look_ - options_.apart * (options_.at_once - 1)) return std::nullopt;
  Order& order = lane == Lane::prompt ? prompt_ : slow_;
  if (order.empty() || order.begin()->first > now) return std::nullopt;
  std::string cluster = order.begin()->second;
  order.erase(order.begin());
  Entry& entry = entries_.at(cluster);
  entry.busy = true;
  next_look_ = std::max(next_look_.value_or(now), now) + options_.apart * static_cast<std::int64_t>(entry.endpoints);
  return cluster;
}

void Agenda::done(const std::string& cluster, bool answered, os::SteadyTime now) {
  const auto found = entries_.find(cluster);
  if (found == entries_.end() || !found->second.busy) return;
  Entry& entry = found->second;
  entry.busy = false;
  const unsigned failures = answered ? 0 : entry.failures + 1;
  entry.failures = failures;
  Duration pause = interval();
  if (failures > 1) {
    const Duration back_off = options_.every * (std::int64_t{1} << std::min(failures - 1, kMostDoublings));
    pause = std::max(pause, std::min(back_off, options_.longest_back_off));
  }
  if (!std::exchange(entry.spread, true)) {
    const auto share = static_cast<double>(std::hash<std::string>()(cluster) % 1000) / 1000;
    pause = std::chrono::duration_cast<Duration>(pause * share);
  }
  if (std::exchange(entry.again, false)) {
    entry.failures = 0;
    pause = Duration::zero();
  }
  plan(cluster, entry, now + pause);
}

}  // namespace holdfast::work
