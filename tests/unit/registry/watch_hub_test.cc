#include "registry/watch_hub.h"

#include <condition_variable>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "registry_support.h"

#include "api/fields.h"
#include "os/clock.h"

namespace holdfast::registry {
namespace {

using ::testing::ElementsAre;

// Notes what it is told: "ADDED default/a".
class NotingWatcher : public Watcher {
 public:
  explicit NotingWatcher(std::size_t most = 1'000'000) : most_(most) {}

  bool on_event(api::WatchEvent type, const std::shared_ptr<const ObjectEvent>& event) override {
    const std::lock_guard lock(mutex_);
    told_.push_back(fmt::format("{} {}", api::watch_event_name(type), event->id.name));
    revisions_.push_back(event->revision);
    changed_.notify_all();
    return told_.size() < most_;
  }
  bool on_progress(store::Revision through) override {
    const std::lock_guard lock(mutex_);
    told_.push_back("progress");
    revisions_.push_back(through);
    return true;
  }
  void on_end(const api::ApiError& error) override {
    const std::lock_guard lock(mutex_);
    told_.push_back(error.reason);
    changed_.notify_all();
  }

  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20), [&] { return told_.size() >= count; });
    return told_;
  }
  std::vector<store::Revision> revisions() {
    const std::lock_guard lock(mutex_);
    return revisions_;
  }

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> told_;
  std::vector<store::Revision> revisions_;
};

class WatchHubTest : public ::testing::Test, public test::RegistryFixture {
 protected:
  WatchHubTest() {
    make_namespace("default");
    make_namespace("other");
    hub_ = WatchHub::start(*store, kinds, os::real_clock()).value();
  }

  void make(const std::string& name, const std::string& name_space = "default", const std::string& label = "none") {
    create("configmap", name_space,
           fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"{}","labels":{{"l":"{}"}}}}}})",
                       name, label));
  }
  void relabel(const std::string& name, const std::string& label) {
    const auto change = [&](const json::Value& before) -> api::ApiResult<json::Value> {
      json::Value after = before;
      after.at("metadata").at("labels").as_object()["l"] = label;
      return after;
    };
    ASSERT_TRUE(registry->update(kind("configmap"), {.name_space = "default", .name = name}, change, {}));
  }
  void remove(const std::string& name) {
    ASSERT_TRUE(registry->remove(kind("configmap"), {.name_space = "default", .name = name}, {}));
  }

  WatchFilter filter(const std::string& labels = "") {
    WatchFilter made;
    made.kind = &kind("configmap");
    made.name_space = "default";
    made.selectors.labels = api::LabelSelector::parse(labels).value();
    return made;
  }
  std::shared_ptr<NotingWatcher> watch(const WatchFilter& filter, store::Revision after) {
    auto watcher = std::make_shared<NotingWatcher>();
    EXPECT_TRUE(hub_->watch(filter, after, watcher));
    return watcher;
  }

  std::unique_ptr<WatchHub> hub_;
};

TEST_F(WatchHubTest, tells_what_happens_to_those_it_concerns) {
  const auto watcher = watch(filter(), store->revision().value());
  make("a");
  make("elsewhere", "other");
  relabel("a", "x");
  remove("a");
  EXPECT_THAT(watcher->wait_for(3), ElementsAre("ADDED a", "MODIFIED a", "DELETED a"));
}

TEST_F(WatchHubTest, tells_first_what_is_past_and_nothing_twice) {
  const store::Revision begin = store->revision().value();
  for (int i = 0; i < 50; ++i)
    make(fmt::format("m{:02}", i));
  const auto watcher = watch(filter(), begin);
  for (int i = 50; i < 100; ++i)
    make(fmt::format("m{:02}", i));
  const auto told = watcher->wait_for(100);
  ASSERT_EQ(told.size(), 100U);
  for (std::size_t i = 0; i < 100; ++i)
    EXPECT_EQ(told[i], fmt::format("ADDED m{:02}", i));
  const auto revisions = watcher->revisions();
  EXPECT_TRUE(std::is_sorted(revisions.begin(), revisions.end()));
}

TEST_F(WatchHubTest, goes_on_where_another_watch_ended) {
  make("a");
  const store::Revision middle = store->revision().value();
  make("b");
  EXPECT_THAT(watch(filter(), middle)->wait_for(1), ElementsAre("ADDED b"));
}

TEST_F(WatchHubTest, selectors_look_at_before_and_after) {
  const auto watcher = watch(filter("l=x"), store->revision().value());
  make("a");
  relabel("a", "x");
  relabel("a", "y");
  make("b", "default", "x");
  EXPECT_THAT(watcher->wait_for(3), ElementsAre("ADDED a", "DELETED a", "ADDED b"));
}

TEST_F(WatchHubTest, a_watcher_that_has_enough_is_let_go) {
  auto watcher = std::make_shared<NotingWatcher>(1);
  ASSERT_TRUE(hub_->watch(filter(), store->revision().value(), watcher));
  const auto other = watch(filter(), store->revision().value());
  make("a");
  make("b");
  other->wait_for(2);
  EXPECT_THAT(watcher->wait_for(1), ElementsAre("ADDED a"));
  EXPECT_EQ(hub_->watchers(), 1U);
}

TEST_F(WatchHubTest, nobody_is_told_after_unwatch) {
  auto watcher = std::make_shared<NotingWatcher>();
  const auto id = hub_->watch(filter(), store->revision().value(), watcher);
  ASSERT_TRUE(id);
  hub_->unwatch(*id);
  const auto other = watch(filter(), store->revision().value());
  make("a");
  other->wait_for(1);
  EXPECT_TRUE(watcher->wait_for(0).empty());
}

TEST_F(WatchHubTest, history_that_is_gone_is_410) {
  const store::Revision begin = store->revision().value();
  make("a");
  make("b");
  ASSERT_TRUE(store->compact(store->revision().value()));
  const auto watched = hub_->watch(filter(), begin - 1, std::make_shared<NotingWatcher>());
  ASSERT_FALSE(watched);
  EXPECT_EQ(watched.error().code, 410);
}

TEST_F(WatchHubTest, a_number_that_was_never_reached_is_410) {
  const auto watched = hub_->watch(filter(), store->revision().value() + 1000, std::make_shared<NotingWatcher>());
  ASSERT_FALSE(watched);
  EXPECT_EQ(watched.error().reason, "Expired");
}

TEST_F(WatchHubTest, progress_goes_to_everybody) {
  const auto watcher = watch(filter(), store->revision().value());
  hub_->announce_progress();
  EXPECT_THAT(watcher->wait_for(1), ElementsAre("progress"));
}

}  // namespace
}  // namespace holdfast::registry
