// How many operations of the runner may be at work at once: what the configuration says, and what follows from it.
#include <system_error>

#include <fmt/format.h>

#include "work/runner.h"

#include "base/log.h"
#include "control/manager/views.h"

namespace holdfast::work {

// Tells the runner that its bounds may have changed.
class Runner::ConfigurationListener : public registry::Watcher {
 public:
  explicit ConfigurationListener(Runner& runner) : runner_(runner) {}
  bool on_event(api::WatchEvent, const std::shared_ptr<const registry::ObjectEvent>&) override {
    runner_.post_bounds();
    return true;
  }
  bool on_progress(store::Revision) override { return true; }
  void on_end(const api::ApiError&) override { runner_.post_start_over(); }

 private:
  Runner& runner_;
};

Status Runner::follow_bounds(store::Revision now) {
  if (configuration_watch_ != 0) hub_.unwatch(configuration_watch_);
  configuration_watch_ = 0;
  HF_TRY(read_bounds());
  registry::WatchFilter filter;
  filter.kind = &control::kind_of(world_.registry, control::kConfigurationType);
  auto following = hub_.watch(filter, now, std::make_shared<ConfigurationListener>(*this));
  if (!following) return tl::unexpected(control::error_of(following.error()));
  configuration_watch_ = *following;
  return {};
}

void Runner::post_bounds() {
  const std::lock_guard lock(mutex_);
  new_bounds_ = true;
  dispatcher_.wake();
}

// How many operations may be at work at once, by the configuration as it is now.
Status Runner::read_bounds() {
  HF_ASSIGN(const std::vector<json::Value> configurations,
            control::list_all(world_.registry, control::kConfigurationType, ""));
  std::size_t backups = options_.backups;
  if (!configurations.empty()) {
    const auto most = control::number_at(configurations.front(), {"spec", "seedController", "maxConcurrentBackups"});
    if (most && *most > 0) backups = static_cast<std::size_t>(*most);
  }
  waiting_list_.bound_at_once(backups, options_.others);
  add_workers(backups + options_.others);
  return {};
}

// Until there are so many. Those that are not needed any more wait for other times.
void Runner::add_workers(std::size_t count) {
  try {
    while (workers_.size() < count)
      workers_.emplace_back([this](const std::stop_token& stop) { work(stop); });
  } catch (const std::system_error& error) {
    log::event(log::Level::warning, "runner.threads",
               {{"threads", fmt::to_string(workers_.size())}, {"error", error.what()}});
  }
}

}  // namespace holdfast::work
