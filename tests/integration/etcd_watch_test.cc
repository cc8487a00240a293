// Watches against real servers.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/etcd_cluster_fixture.h"

namespace holdfast::etcd {
namespace {

using test::EtcdVersion;
using testing::HasSubstr;

class EtcdWatch : public EtcdVersions {
 protected:
  // Watches from `revision` until `count` events have come.
  std::vector<WatchEvent> collect(std::int64_t revision, std::size_t count) {
    std::vector<WatchEvent> events;
    const auto take = [&](const WatchBatch& batch) {
      events.insert(events.end(), batch.events.begin(), batch.events.end());
      return events.size() < count;
    };
    must(client_->watch({.key = prefix_, .range_end = prefix_end(), .start_revision = revision}, take, {}));
    return events;
  }
};
INSTANTIATE_TEST_SUITE_P(Versions, EtcdWatch, testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5), version_name);

TEST_P(EtcdWatch, DeliversWhatHappenedSinceARevision) {
  const std::int64_t start = must(client_->put({.key = key("a"), .value = "one"}));
  must(client_->put({.key = key("a"), .value = "two"}));
  must(client_->remove({.key = key("a")}));

  const std::vector<WatchEvent> events = collect(start, 3);

  ASSERT_EQ(events.size(), 3U);
  EXPECT_EQ(events[0].kind, WatchEvent::Kind::put);
  EXPECT_EQ(events[0].kv.value, "one");
  EXPECT_EQ(events[1].kv.value, "two");
  EXPECT_EQ(events[1].kv.version, 2);
  EXPECT_EQ(events[2].kind, WatchEvent::Kind::remove);
  EXPECT_EQ(events[2].kv.key, key("a"));
  EXPECT_EQ(events[2].kv.mod_revision, start + 2);
}

TEST_P(EtcdWatch, SaysFirstThatItIsWatchingAndThenDeliversWhatComes) {
  std::vector<WatchBatch> batches;
  const auto take = [&](const WatchBatch& batch) {
    batches.push_back(batch);
    if (batches.size() == 1) must(client_->put({.key = key("a"), .value = "after"}));
    return batch.events.empty();
  };
  must(client_->watch({.key = prefix_, .range_end = prefix_end()}, take, {}));
  ASSERT_GE(batches.size(), 2U);
  EXPECT_TRUE(batches[0].events.empty());
  EXPECT_EQ(batches.back().events.at(0).kv.value, "after");
}

TEST_P(EtcdWatch, DeliversALargeBurstCompletely) {
  constexpr int kCount = 2'000;
  const std::int64_t start = must(client_->put({.key = key("first"), .value = ""}));
  std::jthread writer([&] { fill(*client_, prefix_, kCount, 8'000); });
  const std::vector<WatchEvent> events = collect(start, kCount + 1);
  ASSERT_EQ(events.size(), static_cast<std::size_t>(kCount) + 1);
  for (std::size_t i = 1; i < events.size(); ++i) {
    ASSERT_LT(events[i - 1].kv.mod_revision, events[i].kv.mod_revision);
  }
}

TEST_P(EtcdWatch, SaysWhenItsStartWasCompactedAway) {
  must(client_->put({.key = key("a"), .value = "one"}));
  const std::int64_t now = must(client_->put({.key = key("a"), .value = "two"}));
  must(client_->compact(now, true));
  std::int64_t compacted = 0;
  const auto take = [&](const WatchBatch& batch) {
    compacted = batch.compact_revision;
    return true;
  };
  must(client_->watch({.key = key("a"), .start_revision = 1}, take, {}));
  EXPECT_EQ(compacted, now);
}

TEST_P(EtcdWatch, TellsWhatWasThereBeforeWhenAsked) {
  const std::int64_t start = must(client_->put({.key = key("a"), .value = "one"}));
  must(client_->put({.key = key("a"), .value = "two"}));
  must(client_->remove({.key = key("a")}));
  std::vector<WatchEvent> events;
  const auto take = [&](const WatchBatch& batch) {
    events.insert(events.end(), batch.events.begin(), batch.events.end());
    return events.size() < 3;
  };
  must(client_->watch({.key = key("a"), .start_revision = start, .previous = true}, take, {}));
  ASSERT_EQ(events.size(), 3U);
  EXPECT_FALSE(events[0].previous);
  ASSERT_TRUE(events[1].previous && events[2].previous);
  EXPECT_EQ(events[1].previous->value, "one");
  EXPECT_EQ(events[2].previous->value, "two");
  EXPECT_EQ(events[2].previous->mod_revision, start + 1);
}

TEST_P(EtcdWatch, SaysNothingOfBeforeUnlessAsked) {
  const std::int64_t start = must(client_->put({.key = key("a"), .value = "one"}));
  must(client_->put({.key = key("a"), .value = "two"}));
  EXPECT_FALSE(collect(start, 2)[1].previous);
}

TEST_P(EtcdWatch, EndsWhenStopped) {
  std::stop_source stop;
  std::jthread stopper;
  const auto take = [&](const WatchBatch&) {
    stopper = std::jthread([&] { stop.request_stop(); });
    return true;
  };
  EXPECT_EQ(client_->watch({.key = key("quiet")}, take, stop.get_token()).error().code, Code::cancelled);
}

TEST_P(EtcdWatch, EndsAtOnceWhenStoppedBefore) {
  std::stop_source stop;
  stop.request_stop();
  const auto take = [](const WatchBatch&) { return true; };
  EXPECT_EQ(client_->watch({.key = key("quiet")}, take, stop.get_token()).error().code, Code::cancelled);
}

TEST(EtcdWatchProgress, IsReportedWhenAskedFor) {
  const auto cluster = own_cluster({.extra_flags = {"--experimental-watch-progress-notify-interval", "200ms"}});
  const auto client = client_for(options_for(*cluster));
  const std::int64_t revision = must(client->put({.key = "elsewhere", .value = "x"}));
  int batches = 0;
  std::int64_t reported = 0;
  const auto take = [&](const WatchBatch& batch) {
    reported = batch.revision;
    return ++batches < 2;  // the first one says that the watch was created
  };
  must(client->watch({.key = "quiet", .progress_notify = true}, take, {}));
  EXPECT_GE(reported, revision);
}

TEST(EtcdWatchFailure, IsAnErrorWhenTheMemberDies) {
  const auto cluster = own_cluster({});
  const auto client = client_for(options_for(*cluster));
  std::jthread killer;
  const auto take = [&](const WatchBatch&) {
    killer = std::jthread([&] { cluster->kill(0); });
    return true;
  };
  const Status status = client->watch({.key = "a"}, take, {});
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::unavailable);
  EXPECT_TRUE(status.error().retryable);
  EXPECT_THAT(status.error().to_string(), HasSubstr("watch at " + cluster->endpoints()[0]));
}

}  // namespace
}  // namespace holdfast::etcd
