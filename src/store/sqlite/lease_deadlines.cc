#include "store/sqlite/lease_deadlines.h"

#include <algorithm>

namespace holdfast::store::sqlite {
namespace {

constexpr Duration kRetry = std::chrono::seconds(1);
constexpr Duration kForever = std::chrono::hours(24);

}  // namespace

LeaseDeadlines::LeaseDeadlines(os::Clock& clock, Expire expire)
    : clock_(clock), expire_(std::move(expire)), expirer_([this](const std::stop_token& stop) { serve(stop); }) {}

LeaseDeadlines::~LeaseDeadlines() {
  expirer_.request_stop();
  const std::lock_guard lock(mutex_);
  stopping_ = true;
  wake();
}

void LeaseDeadlines::add(LeaseId lease, std::int64_t seconds) {
  const Duration ttl = std::chrono::seconds(seconds);
  const std::lock_guard lock(mutex_);
  deadlines_[lease] = {.ttl = ttl, .at = clock_.steady() + ttl};
  added_.notify_one();
  wake();
}

bool LeaseDeadlines::keep_alive(LeaseId lease) {
  const std::lock_guard lock(mutex_);
  const auto found = deadlines_.find(lease);
  if (found == deadlines_.end() || found->second.at <= clock_.steady()) return false;
  found->second.at = clock_.steady() + found->second.ttl;
  return true;
}

void LeaseDeadlines::remove(LeaseId lease) {
  const std::lock_guard lock(mutex_);
  deadlines_.erase(lease);
}

void LeaseDeadlines::wake() {
  woken_.request_stop();
}

void LeaseDeadlines::serve(const std::stop_token& stop) {
  std::vector<LeaseId> ended;
  while (!ended.empty() || wait_for_lease(stop)) {
    std::stop_token woken;
    const Duration next = until_next(woken);
    clock_.sleep_for(ended.empty() ? next : std::min(next, kRetry), woken);
    if (stop.stop_requested()) return;
    const std::vector<LeaseId> more = take_ended();
    ended.insert(ended.end(), more.begin(), more.end());
    if (ended.empty() || !expire_(ended)) continue;
    ended.clear();
  }
}

bool LeaseDeadlines::wait_for_lease(const std::stop_token& stop) {
  std::unique_lock lock(mutex_);
  return added_.wait(lock, stop, [this] { return !deadlines_.empty(); });
}

std::vector<LeaseId> LeaseDeadlines::take_ended() {
  const std::lock_guard lock(mutex_);
  const os::SteadyTime now = clock_.steady();
  std::vector<LeaseId> ended;
  for (auto it = deadlines_.begin(); it != deadlines_.end();) {
    if (it->second.at > now) {
      ++it;
      continue;
    }
    ended.push_back(it->first);
    it = deadlines_.erase(it);
  }
  return ended;
}

// A sleep that add() can end: the new lease may be the next to go.
Duration LeaseDeadlines::until_next(std::stop_token& woken) {
  const std::lock_guard lock(mutex_);
  if (!stopping_) woken_ = std::stop_source();
  woken = woken_.get_token();
  Duration next = kForever;
  for (const auto& [lease, deadline] : deadlines_)
    next = std::min<Duration>(next, deadline.at - clock_.steady());
  return std::max(next, Duration::zero());
}

}  // namespace holdfast::store::sqlite
