// Who gets one of the few places for downloads, so that nobody who comes again all the time keeps the others out.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/units.h"
#include "os/clock.h"

namespace holdfast::server {

struct DownloadLimits {
  std::size_t most = 5;         // at once; with more than one, the last is for administrators
  std::size_t most_of_one = 2;  // of one user
};

// Somebody who asks for a place, or has one.
struct Downloader {
  std::string user;
  bool admin = false;
};

// Who was told to come again is waited for this long after they last asked.
constexpr Duration kWaitForThem = std::chrono::seconds(30);
// Who was given a place longer ago counts as one who never had any.
constexpr Duration kRememberGiven = std::chrono::minutes(10);

// Decides, with the time as it is told; for one thread at a time.
//
//   * The last place that others than administrators may have goes to somebody who has none: with four of those and two
//     for each, two users never have all.
//   * When there are fewer places than people who wait, those go first who have none, among them those who were given
//     one longest ago (or never), among them those who have waited longest. Nobody waits for ever, then: each of the
//     others is served at most once before.
class DownloadTurns {
 public:
  enum class Verdict { place, too_many_of_own, wait };

  explicit DownloadTurns(DownloadLimits limits) : limits_(limits) {}

  // What `who` would be told while these have places.
  Verdict judge(const Downloader& who, const std::vector<Downloader>& holders, os::SteadyTime now) const;
  // Who was given a place no longer waits.
  void gave_place(const Downloader& who, os::SteadyTime now);
  // Who was told to come again.
  void told_to_wait(const Downloader& who, os::SteadyTime now);

 private:
  struct Waiting {
    bool admin = false;
    os::SteadyTime since;
    os::SteadyTime last;  // asked
  };
  // Sorts by who comes first.
  struct Rank {
    std::size_t places;
    os::SteadyTime given;
    os::SteadyTime since;
    auto operator<=>(const Rank&) const = default;
  };
  Rank rank(const std::string& user, os::SteadyTime since, const std::vector<Downloader>& holders,
            os::SteadyTime now) const;
  // How many places that `who` could have are for others who wait.
  std::size_t count_before(const Downloader& who, const std::vector<Downloader>& holders, os::SteadyTime now) const;
  std::size_t free_for(bool admin, const std::vector<Downloader>& holders) const;
  void forget(os::SteadyTime now);

  const DownloadLimits limits_;
  std::map<std::string, Waiting, std::less<>> waiting_;       // by user, as the next
  std::map<std::string, os::SteadyTime, std::less<>> given_;  // when last
};

}  // namespace holdfast::server
