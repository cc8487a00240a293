#include "control/events/correlator.h"

#include <algorithm>

namespace holdfast::control {
namespace {

constexpr Duration kForgetAfter = kEventRefill * static_cast<int>(kEventBurst);

}  // namespace

// A resource that was quiet for so long that it may say everything again needs no memory.
Correlator::Resource& Correlator::resource(const std::string& uid, os::SteadyTime now) {
  if (resources_.size() >= kMostCorrelated && !resources_.contains(uid)) {
    const Duration quiet = std::max<Duration>(kForgetAfter, kSimilarWithin);
    std::erase_if(resources_, [&](const auto& each) { return now - each.second.last >= quiet; });
    if (resources_.size() >= kMostCorrelated) resources_.clear();
  }
  Resource& found = resources_.try_emplace(uid, Resource{.last = now, .messages = {}}).first->second;
  const double refill = std::chrono::duration<double>(now - found.last) / std::chrono::duration<double>(kEventRefill);
  found.tokens = std::min(kEventBurst, found.tokens + refill);
  found.last = now;
  return found;
}

bool Correlator::is_one_of_many(std::deque<Message>& messages, const std::string& hash, os::SteadyTime now) {
  std::erase_if(messages, [&](const Message& each) { return now - each.last > kSimilarWithin; });
  for (Message& each : messages) {
    if (each.hash != hash) continue;
    each.last = now;
    return false;
  }
  if (messages.size() >= kSimilarEvents) {
    // As long as they keep coming, they stay combined.
    for (Message& each : messages)
      each.last = now;
    return true;
  }
  messages.push_back({.last = now, .hash = hash});
  return false;
}

std::optional<Correlator::Verdict> Correlator::judge(const Happening& happening, os::SteadyTime now) {
  Resource& found = resource(happening.uid, now);
  if (found.tokens < 1) return std::nullopt;
  found.tokens -= 1;
  const std::string key = fmt::format("{}/{}/{}", happening.uid, happening.warning ? "w" : "n", happening.reason);
  if (!happening.warning) return Verdict{.key = key, .message = happening.message};
  const std::string hash = short_hash(happening.message);
  if (is_one_of_many(found.messages[happening.reason], hash, now))
    return Verdict{.key = key + "/combined", .message = "(combined from similar events): " + happening.message};
  return Verdict{.key = fmt::format("{}/{}", key, hash), .message = happening.message};
}

}  // namespace holdfast::control
