#include "control/manager/work_queue.h"

#include <algorithm>

namespace holdfast::control {
namespace {

constexpr unsigned kMostDoublings = 9;
constexpr Duration kLongestBackOff = std::chrono::minutes(5);

}  // namespace

void WorkQueue::add(const WorkKey& key, WallTime when) {
  const auto [found, is_new] = times_.try_emplace(key, when);
  if (!is_new) {
    if (found->second <= when) return;
    order_.erase({found->second, key});
    found->second = when;
  }
  order_.emplace(when, key);
}

std::optional<WorkKey> WorkQueue::take(WallTime now) {
  if (order_.empty() || order_.begin()->first > now) return std::nullopt;
  WorkKey key = order_.begin()->second;
  order_.erase(order_.begin());
  times_.erase(key);
  return key;
}

std::optional<WallTime> WorkQueue::next() const {
  if (order_.empty()) return std::nullopt;
  return order_.begin()->first;
}

void WorkQueue::clear() {
  times_.clear();
  order_.clear();
  failures_.clear();
}

void WorkQueue::put_back(const WorkKey& key, WallTime now) {
  unsigned& failures = failures_[key];
  const Duration back_off = std::chrono::seconds(std::int64_t{1} << std::min(failures, kMostDoublings));
  ++failures;
  add(key, now + std::min(back_off, kLongestBackOff));
}

}  // namespace holdfast::control
