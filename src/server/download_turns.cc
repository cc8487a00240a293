#include "server/download_turns.h"

#include <algorithm>

namespace holdfast::server {
namespace {

std::size_t places_of(const std::string& user, const std::vector<Downloader>& holders) {
  return static_cast<std::size_t>(
      std::count_if(holders.begin(), holders.end(), [&](const Downloader& each) { return each.user == user; }));
}

}  // namespace

std::size_t DownloadTurns::free_for(bool admin, const std::vector<Downloader>& holders) const {
  const std::size_t all = limits_.most - std::min(limits_.most, holders.size());
  if (admin || limits_.most < 2) return all;
  const auto others = static_cast<std::size_t>(
      std::count_if(holders.begin(), holders.end(), [](const Downloader& each) { return !each.admin; }));
  const std::size_t most = limits_.most - 1;
  return std::min(all, most - std::min(most, others));
}

DownloadTurns::Rank DownloadTurns::rank(const std::string& user, os::SteadyTime since,
                                        const std::vector<Downloader>& holders, os::SteadyTime now) const {
  const auto given = given_.find(user);
  const bool lately = given != given_.end() && now - given->second < kRememberGiven;
  return {.places = places_of(user, holders), .given = lately ? given->second : os::SteadyTime::min(), .since = since};
}

std::size_t DownloadTurns::count_before(const Downloader& who, const std::vector<Downloader>& holders,
                                        os::SteadyTime now) const {
  const auto own = waiting_.find(who.user);
  const Rank rank_of_own = rank(who.user, own == waiting_.end() ? now : own->second.since, holders, now);
  std::size_t admins = 0;
  std::size_t others = 0;
  for (const auto& [user, waiting] : waiting_) {
    if (user == who.user || now - waiting.last >= kWaitForThem) continue;
    if (places_of(user, holders) >= limits_.most_of_one) continue;
    if (rank(user, waiting.since, holders, now) < rank_of_own) ++(waiting.admin ? admins : others);
  }
  // Others cannot take what is for administrators, and those take that first.
  const std::size_t for_all = free_for(false, holders);
  const std::size_t for_admins_alone = who.admin ? 0 : free_for(true, holders) - for_all;
  return std::min(others, for_all) + admins - std::min(admins, for_admins_alone);
}

DownloadTurns::Verdict DownloadTurns::judge(const Downloader& who, const std::vector<Downloader>& holders,
                                            os::SteadyTime now) const {
  const std::size_t own = places_of(who.user, holders);
  if (own >= limits_.most_of_one) return Verdict::too_many_of_own;
  const std::size_t free = free_for(who.admin, holders);
  const std::size_t spare = own > 0 ? 1 : 0;
  return free > spare + count_before(who, holders, now) ? Verdict::place : Verdict::wait;
}

void DownloadTurns::gave_place(const Downloader& who, os::SteadyTime now) {
  forget(now);
  waiting_.erase(who.user);
  given_[who.user] = now;
}

void DownloadTurns::told_to_wait(const Downloader& who, os::SteadyTime now) {
  forget(now);
  const auto [at, is_new] = waiting_.try_emplace(who.user, Waiting{.admin = who.admin, .since = now, .last = now});
  at->second.last = now;
}

void DownloadTurns::forget(os::SteadyTime now) {
  std::erase_if(waiting_, [&](const auto& each) { return now - each.second.last >= kWaitForThem; });
  std::erase_if(given_, [&](const auto& each) { return now - each.second >= kRememberGiven; });
}

}  // namespace holdfast::server
