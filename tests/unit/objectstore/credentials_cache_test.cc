#include <atomic>
#include <latch>
#include <mutex>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/objectstore/credentials_test_support.h"

namespace holdfast::objectstore::s3::test {
namespace {

using holdfast::test::FakeClock;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

// Gives numbered credentials that live for `lifetime`, or fails when told to.
class NumberedSource final : public CredentialProvider {
 public:
  NumberedSource(FakeClock& clock, std::optional<Duration> lifetime) : clock_(clock), lifetime_(lifetime) {}

  Result<Credentials> get(const std::stop_token& stop) override {
    const int number = ++calls;
    if (on_get) on_get(stop);
    if (stop.stop_requested()) return fail(Code::cancelled, "stopped");
    if (failing) return fail(Code::unavailable, "service is down");
    Credentials credentials{.access_key_id = std::to_string(number), .source = "test"};
    if (lifetime_) credentials.expiry = clock_.now() + *lifetime_;
    return credentials;
  }

  std::atomic<int> calls = 0;
  std::atomic<bool> failing = false;
  std::function<void(const std::stop_token&)> on_get;

 private:
  FakeClock& clock_;
  const std::optional<Duration> lifetime_;
};

class CachedCredentials : public testing::Test {
 protected:
  void make(std::optional<Duration> lifetime) {
    auto source = std::make_unique<NumberedSource>(clock_, lifetime);
    source_ = source.get();
    cache_ = make_cached_credentials(std::move(source), clock_);
  }
  std::string id() {
    const auto credentials = cache_->get({});
    return credentials ? credentials->access_key_id : std::string(code_name(credentials.error().code));
  }

  FakeClock clock_;
  NumberedSource* source_ = nullptr;
  std::unique_ptr<CredentialProvider> cache_;
};

TEST_F(CachedCredentials, AreAskedForOnceWhileGood) {
  make(hours(1));
  EXPECT_EQ(id(), "1");
  clock_.advance(minutes(54));
  EXPECT_EQ(id(), "1");
}

TEST_F(CachedCredentials, AreRenewedFiveMinutesBeforeTheyExpire) {
  make(hours(1));
  EXPECT_EQ(id(), "1");
  clock_.advance(minutes(55));
  EXPECT_EQ(id(), "2");
}

TEST_F(CachedCredentials, StayInUseWhileARenewalFails) {
  make(hours(1));
  EXPECT_EQ(id(), "1");
  source_->failing = true;
  clock_.advance(minutes(57));
  EXPECT_EQ(id(), "1");
  EXPECT_EQ(id(), "1");
  EXPECT_EQ(source_->calls, 2) << "a failing service must not be asked for each request";
  clock_.advance(seconds(31));
  EXPECT_EQ(id(), "1");
  EXPECT_EQ(source_->calls, 3);
  source_->failing = false;
  clock_.advance(seconds(31));
  EXPECT_EQ(id(), "4");
}

TEST_F(CachedCredentials, AreNotUsedPastTheirExpiry) {
  make(hours(1));
  EXPECT_EQ(id(), "1");
  source_->failing = true;
  clock_.advance(minutes(59) + seconds(50));
  EXPECT_EQ(id(), "1");
  clock_.advance(seconds(10));
  EXPECT_EQ(id(), "UNAVAILABLE");
}

TEST_F(CachedCredentials, WithoutExpiryAreLookedUpAgainNowAndThen) {
  make(std::nullopt);
  EXPECT_EQ(id(), "1");
  clock_.advance(minutes(4));
  EXPECT_EQ(id(), "1");
  clock_.advance(minutes(1));
  EXPECT_EQ(id(), "2");
  source_->failing = true;
  clock_.advance(hours(24));
  EXPECT_EQ(id(), "2");
}

TEST_F(CachedCredentials, ThatLiveShorterThanTheMarginAreNotAskedForEachTime) {
  make(minutes(2));
  EXPECT_EQ(id(), "1");
  EXPECT_EQ(id(), "1");
  clock_.advance(seconds(31));
  EXPECT_EQ(id(), "2");
}

TEST_F(CachedCredentials, ThatAServiceCallsExpiredAreRenewed) {
  make(hours(1));
  EXPECT_EQ(id(), "1");
  clock_.advance(minutes(1));
  cache_->forget();
  EXPECT_EQ(id(), "2");
}

TEST_F(CachedCredentials, AreRenewedOnceWhenManyRequestsCallThemExpired) {
  make(hours(1));
  EXPECT_EQ(id(), "1");
  clock_.advance(minutes(1));
  cache_->forget();
  EXPECT_EQ(id(), "2");
  cache_->forget();
  cache_->forget();
  EXPECT_EQ(id(), "2");
}

TEST_F(CachedCredentials, AFirstFailureIsNotRemembered) {
  make(hours(1));
  source_->failing = true;
  EXPECT_EQ(id(), "UNAVAILABLE");
  source_->failing = false;
  EXPECT_EQ(id(), "2");
}

TEST_F(CachedCredentials, AreAskedForByOneThreadOnBehalfOfAll) {
  constexpr int kThreads = 8;
  make(hours(1));
  std::latch all_here(kThreads);
  source_->on_get = [](const std::stop_token&) { std::this_thread::sleep_for(std::chrono::milliseconds(50)); };
  std::vector<std::string> ids(kThreads);
  {
    std::vector<std::jthread> threads;
    for (auto& slot : ids) {
      threads.emplace_back([&] {
        all_here.arrive_and_wait();
        slot = id();
      });
    }
  }
  EXPECT_THAT(ids, testing::Each("1"));
  EXPECT_EQ(source_->calls, 1);
}

TEST_F(CachedCredentials, OldOnesServeOthersWhileOneThreadRenewsThem) {
  make(hours(1));
  EXPECT_EQ(id(), "1");
  clock_.advance(minutes(56));
  std::latch inside(1);
  std::latch release(1);
  source_->on_get = [&](const std::stop_token&) {
    inside.count_down();
    release.wait();
  };
  std::jthread renewing([&] { EXPECT_EQ(id(), "2"); });
  inside.wait();

  EXPECT_EQ(id(), "1");

  release.count_down();
}

TEST_F(CachedCredentials, AWaitForThemEndsWhenAskedTo) {
  make(hours(1));
  std::latch inside(1);
  std::latch release(1);
  source_->on_get = [&](const std::stop_token&) {
    inside.count_down();
    release.wait();
  };
  std::jthread asking([&] { EXPECT_EQ(id(), "1"); });
  inside.wait();
  std::stop_source stop;
  stop.request_stop();

  const auto credentials = cache_->get(stop.get_token());

  ASSERT_FALSE(credentials);
  EXPECT_EQ(credentials.error().code, Code::cancelled);
  release.count_down();
}

TEST_F(CachedCredentials, OneThreadsCancellationIsNotAnothersError) {
  make(hours(1));
  std::latch inside(1);
  std::latch release(1);
  std::stop_source stop;
  std::atomic<bool> first = true;
  source_->on_get = [&](const std::stop_token&) {
    if (!first.exchange(false)) return;
    inside.count_down();
    release.wait();
  };
  std::jthread cancelled([&] { EXPECT_FALSE(cache_->get(stop.get_token())); });
  inside.wait();
  std::jthread other([&] { EXPECT_EQ(id(), "2"); });
  stop.request_stop();
  release.count_down();
}

}  // namespace
}  // namespace holdfast::objectstore::s3::test
