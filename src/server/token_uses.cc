#include "server/token_uses.h"

#include <utility>

#include "base/log.h"
#include "control/reconcile/objects.h"

namespace holdfast::server {
namespace {

constexpr Duration kRound = std::chrono::seconds(5);
constexpr Duration kPerToken = std::chrono::minutes(1);

}  // namespace

TokenUses::TokenUses(registry::Registry& registry, os::Clock& clock)
    : registry_(registry), clock_(clock), thread_([this](const std::stop_token& stop) { run(stop); }) {}

TokenUses::~TokenUses() {
  thread_.request_stop();
  thread_.join();
  write();
}

void TokenUses::note(const std::string& token) {
  const WallTime now = clock_.now();
  const std::lock_guard lock(mutex_);
  noted_.insert_or_assign(token, now);
}

void TokenUses::run(const std::stop_token& stop) {
  while (clock_.sleep_for(kRound, stop))
    write();
}

void TokenUses::write() {
  const std::lock_guard writing(writing_);
  std::map<std::string, WallTime> due;
  {
    const os::SteadyTime now = clock_.steady();
    const std::lock_guard lock(mutex_);
    std::erase_if(written_at_, [&](const auto& each) { return now - each.second >= kPerToken; });
    for (auto each = noted_.begin(); each != noted_.end();) {
      if (!written_at_.try_emplace(each->first, now).second) {
        ++each;
        continue;
      }
      due.insert(*each);
      each = noted_.erase(each);
    }
  }
  for (const auto& [token, used] : due)
    write_one(token, used);
}

void TokenUses::write_one(const std::string& token, WallTime used) {
  registry::WriteOptions options;
  options.by_server = true;
  options.subresource = "status";
  const auto change = [&](const json::Value& before) -> api::ApiResult<json::Value> {
    json::Value after = before;
    control::member_of(after, "status")["lastUsedTime"] = format_time(used);
    return after;
  };
  const auto written = registry_.update(*registry_.kinds().find("holdfast.dev", "v1", "tokens"),
                                        {.name_space = "", .name = token}, change, options);
  if (written || written.error().code == 404) return;
  log::event(log::Level::warning, "use of a token not noted", {{"token", token}, {"error", written.error().message}});
}

}  // namespace holdfast::server
