// Keeps events few, as Kubernetes does: like ones are counted, similar ones combined, and one resource may not say more
// than so much in a time.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "control/events/happening.h"
#include "os/clock.h"

namespace holdfast::control {

// Of one resource: so many at once, and then one more for each of these.
constexpr double kEventBurst = 25;
constexpr Duration kEventRefill = std::chrono::seconds(10);
// Warnings of one resource for one reason that differ in their message: after so many within this time, they become
// one.
constexpr std::size_t kSimilarEvents = 10;
constexpr Duration kSimilarWithin = std::chrono::minutes(10);
// Resources that are remembered.
constexpr std::size_t kMostCorrelated = 4096;

// One thread at a time.
class Correlator {
 public:
  struct Verdict {
    std::string key;      // the same for those that are counted together
    std::string message;  // the happening's, or that of combined ones
  };
  // Good news of one reason are one event with the newest message, warnings one for each message. Nothing: too many
  // have happened to this resource. `happening` has its uid.
  std::optional<Verdict> judge(const Happening& happening, os::SteadyTime now);
  std::size_t remembered() const { return resources_.size(); }

 private:
  struct Message {
    os::SteadyTime last;
    std::string hash;
  };
  struct Resource {
    double tokens = kEventBurst;
    os::SteadyTime last;
    std::map<std::string, std::deque<Message>> messages;  // by reason
  };
  Resource& resource(const std::string& uid, os::SteadyTime now);
  static bool is_one_of_many(std::deque<Message>& messages, const std::string& hash, os::SteadyTime now);

  std::map<std::string, Resource> resources_;  // by uid
};

}  // namespace holdfast::control
