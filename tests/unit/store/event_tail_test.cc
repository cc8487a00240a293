#include "store/event_tail.h"

#include <thread>

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace holdfast::store {
namespace {

using std::chrono::seconds;

Event made(Revision revision, const std::string& key, std::size_t size = 1) {
  return {
      .revision = revision, .key = key, .entry = Entry{.key = key, .value = std::string(size, 'x')}, .previous = {}};
}

class Tail : public testing::Test {
 protected:
  void publish(Revision revision, const std::string& key, std::size_t size = 1) {
    tail_.publish({made(revision, key, size)}, revision);
  }
  std::vector<Revision> read(Revision after, const std::string& prefix = "", std::size_t limit = 100) {
    const auto found = tail_.read({.prefix = prefix, .after = after, .limit = limit});
    if (!found) return {-1};
    std::vector<Revision> revisions;
    for (const Event& event : found->events)
      revisions.push_back(event.revision);
    return revisions;
  }

  test::FakeClock clock_{test::FakeClock::Sleep::waits};
  EventTail tail_{clock_, 10, {.events = 4, .bytes = 100'000}};
};

using Revisions = std::vector<Revision>;

TEST_F(Tail, GivesWhatCameAfterARevision) {
  publish(11, "a");
  publish(13, "b");
  EXPECT_EQ(read(10), (Revisions{11, 13}));
  EXPECT_EQ(read(11), (Revisions{13}));
  EXPECT_EQ(read(12), (Revisions{13}));
  EXPECT_EQ(read(13), Revisions{});
  EXPECT_EQ(read(10, "b"), (Revisions{13}));
}

TEST_F(Tail, DoesNotAnswerForWhatItDoesNotHold) {
  publish(11, "a");
  EXPECT_EQ(read(9), (Revisions{-1}));
  EXPECT_EQ(read(12), (Revisions{-1}));
}

TEST_F(Tail, DropsTheOldestRevisionsWhenItIsFull) {
  for (Revision revision = 11; revision <= 20; ++revision)
    publish(revision, "a");
  EXPECT_EQ(tail_.start(), 16);
  EXPECT_EQ(read(15), (Revisions{-1}));
  EXPECT_EQ(read(16), (Revisions{17, 18, 19, 20}));
}

TEST_F(Tail, DropsByBytesToo) {
  publish(11, "a", 60'000);
  publish(12, "a", 60'000);
  EXPECT_EQ(tail_.start(), 11);
  EXPECT_EQ(read(11), (Revisions{12}));
}

TEST_F(Tail, KeepsARevisionTogether) {
  tail_.publish({made(11, "a"), made(11, "b"), made(11, "c"), made(12, "a"), made(12, "b")}, 12);
  EXPECT_EQ(tail_.start(), 11);
  EXPECT_EQ(read(11, "", 1), (Revisions{12, 12}));
}

TEST_F(Tail, ForgetsAndBeginsAnew) {
  publish(11, "a");
  publish(12, "a");
  tail_.forget(11);
  EXPECT_EQ(read(10), (Revisions{-1}));
  EXPECT_EQ(read(11), (Revisions{12}));
  tail_.reset(50);
  EXPECT_EQ(read(12), (Revisions{-1}));
  EXPECT_EQ(read(50), Revisions{});
}

TEST_F(Tail, WakesOnlyThoseWhomAnEventConcerns) {
  std::atomic<int> woken = 0;
  const auto wait = [&](const std::string& prefix) {
    return std::jthread([&, prefix] {
      EXPECT_TRUE(tail_.wait_for_event(prefix, 10, seconds(60), {}));
      ++woken;
    });
  };
  auto a = wait("a/");
  auto b = wait("b/");
  clock_.wait_for_sleepers(2);
  publish(11, "a/1");
  a.join();
  EXPECT_EQ(woken, 1);
  publish(12, "b/1");
  b.join();
  EXPECT_EQ(woken, 2);
}

TEST_F(Tail, DoesNotWaitForWhatIsThere) {
  publish(11, "a");
  EXPECT_TRUE(tail_.wait_for_event("a", 10, seconds(60), {}));
}

TEST_F(Tail, WakesAThousandWaiters) {
  std::vector<std::jthread> waiters;
  for (int i = 0; i < 1000; ++i)
    waiters.emplace_back([&] { EXPECT_TRUE(tail_.wait_for_event("", 10, seconds(600), {})); });
  clock_.wait_for_sleepers(1000);
  publish(11, "a");
  waiters.clear();
}

TEST_F(Tail, WaitsNoLongerThanAsked) {
  std::jthread waiter([&] { EXPECT_TRUE(tail_.wait_for_event("a", 10, seconds(5), {})); });
  clock_.wait_for_sleepers(1);
  clock_.advance(seconds(5));
}

TEST_F(Tail, StopsWaitingWhenStopped) {
  std::stop_source stop;
  std::jthread waiter([&] { EXPECT_FALSE(tail_.wait_for_event("a", 10, seconds(5), stop.get_token())); });
  clock_.wait_for_sleepers(1);
  stop.request_stop();
}

}  // namespace
}  // namespace holdfast::store
