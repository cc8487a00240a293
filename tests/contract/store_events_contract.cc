// Watching, compaction and leases.
#include <thread>

#include <gmock/gmock.h>

#include "contract/store_contract.h"

#include "os/clock.h"

namespace holdfast::test {

using std::chrono::milliseconds;
using std::chrono::seconds;
using store::Events;
using store::LeaseId;
using store::Revision;

TEST_P(StoreContract, EventsTellWhatWasAndWhatIs) {
  const Revision start = put("start", "x");
  put("a", "1");
  put("a", "2");
  const Revision last = remove("a");
  const Events found = follow({.after = start}, 3);
  EXPECT_EQ(found.events.back().revision, last);
  EXPECT_EQ(found.through, last);
  EXPECT_EQ(shown(found), "+a=1 *a=2(1) -a(2)");
  EXPECT_EQ(found.events.at(2).previous->modified, found.events.at(1).revision);
  EXPECT_EQ(found.events.at(1).entry->created, found.events.at(0).revision);
}

TEST_P(StoreContract, EventsOfOtherPrefixesAreLeftOut) {
  const Revision start = put("a/1", "x");
  put("b/1", "x");
  put("a/2", "x");
  put("b/2", "x");
  const Events found = follow({.prefix = "a/", .after = start}, 1);
  EXPECT_EQ(shown(found), "+a/2=x");
  EXPECT_EQ(shown(events({.prefix = "a/", .after = found.through})), "");
}

TEST_P(StoreContract, AWatchCanBeResumedAtEveryRevision) {
  std::vector<Revision> revisions{put("k", "0")};
  for (int i = 1; i <= 8; ++i)
    revisions.push_back(put("k", std::to_string(i)));
  for (std::size_t i = 0; i < revisions.size(); ++i) {
    const Events found = follow({.after = revisions[i]}, revisions.size() - 1 - i);
    ASSERT_EQ(found.events.size(), revisions.size() - 1 - i);
    EXPECT_EQ(shown(events({.after = found.through})), "");
    if (!found.events.empty()) {
      EXPECT_EQ(found.events[0].revision, revisions[i + 1]);
    }
  }
}

TEST_P(StoreContract, ALimitSplitsEventsBetweenRevisionsOnly) {
  const Revision start = put("start", "x");
  commit({.conditions = {},
          .writes = {{.key = "a", .value = "1"}, {.key = "b", .value = "1"}, {.key = "c", .value = "1"}}});
  put("d", "2");
  put("e", "3");
  const Events first = follow({.after = start, .limit = 2}, 1);
  EXPECT_EQ(shown(first), "+a=1 +b=1 +c=1");
  const Events second = follow({.after = first.through, .limit = 1}, 1);
  EXPECT_EQ(shown(second), "+d=2");
  EXPECT_EQ(shown(follow({.after = second.through, .limit = 0}, 1)), "+e=3");
}

// What a reader gets that lags far behind comes another way.
TEST_P(StoreContract, ALimitSplitsOlderEventsBetweenRevisionsOnlyToo) {
  const Revision start = put("start", "x");
  commit({.conditions = {},
          .writes = {{.key = "a", .value = "1"}, {.key = "b", .value = "1"}, {.key = "c", .value = "1"}}});
  put("d", "2");
  harness_->reopen();
  const Events first = events({.after = start, .limit = 2}, seconds(5));
  EXPECT_EQ(shown(first), "+a=1 +b=1 +c=1");
  EXPECT_EQ(shown(events({.after = first.through, .limit = 2}, seconds(5))), "+d=2");
}

TEST_P(StoreContract, AReaderWaitsForTheNextEvent) {
  const Revision start = put("a", "1");
  std::jthread writer([&] {
    os::real_clock().sleep_for(milliseconds(100), {});
    put("other", "x");
    os::real_clock().sleep_for(milliseconds(100), {});
    put("a", "2");
  });
  EXPECT_EQ(shown(events({.prefix = "a", .after = start}, seconds(20))), "*a=2(1)");
}

TEST_P(StoreContract, AReaderThatWaitsInVainGetsNothing) {
  const Revision start = put("a", "1");
  const Events found = events({.after = start}, milliseconds(50));
  EXPECT_TRUE(found.events.empty());
  EXPECT_FALSE(found.expired);
  EXPECT_GE(found.through, start);
}

TEST_P(StoreContract, AReaderThatIsStoppedSaysSo) {
  const Revision start = put("a", "1");
  std::stop_source stop;
  std::jthread stopper([&] {
    os::real_clock().sleep_for(milliseconds(50), {});
    stop.request_stop();
  });
  const auto found = store().events({.after = start}, seconds(60), stop.get_token());
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Code::cancelled);
}

TEST_P(StoreContract, AWatchFromAListMissesNothing) {
  put("a", "1");
  const store::Page page = list({});
  put("b", "2");
  EXPECT_EQ(shown(follow({.after = page.revision}, 1)), "+b=2");
}

TEST_P(StoreContract, ANumberThatWasNeverGivenIsExpired) {
  put("a", "1");
  const Events found = events({.after = revision() + 1'000'000}, seconds(5));
  EXPECT_TRUE(found.expired);
  EXPECT_TRUE(found.events.empty());
}

TEST_P(StoreContract, WhatIsCompactedIsExpired) {
  const Revision one = put("a", "1");
  const Revision two = put("a", "2");
  const Revision three = put("a", "3");
  must(store().compact(two));
  EXPECT_TRUE(events({.after = one}).expired);
  EXPECT_EQ(shown(follow({.after = two}, 1)), "*a=3(2)");
  const auto old = store().list({.revision = one});
  ASSERT_FALSE(old);
  EXPECT_EQ(old.error().code, Code::not_found);
  EXPECT_EQ(shown(list({.revision = two}).entries), "a=2");
  EXPECT_EQ(shown(list({.revision = three}).entries), "a=3");
  EXPECT_EQ(must(store().health()).oldest_event, two);
}

TEST_P(StoreContract, CompactionKeepsThePresent) {
  put("a", "1");
  put("b", "1");
  remove("b");
  const Revision last = put("c", "1");
  must(store().compact(last));
  must(store().compact(last));
  must(store().compact(last - 1));
  EXPECT_EQ(shown(list({}).entries), "a=1 c=1");
  put("a", "2");
  EXPECT_EQ(shown(follow({.after = last}, 1)), "*a=2(1)");
  EXPECT_EQ(store().compact(revision() + 1000).error().code, Code::usage);
}

TEST_P(StoreContract, CompactionHoldsAfterAReopen) {
  const Revision one = put("a", "1");
  const Revision two = put("a", "2");
  put("a", "3");
  must(store().compact(two));
  harness_->reopen();
  EXPECT_TRUE(events({.after = one}).expired);
  EXPECT_EQ(shown(follow({.after = two}, 1)), "*a=3(2)");
}

TEST_P(StoreContract, KeysGoAwayWithTheirLease) {
  const LeaseId lease = must(store().grant(seconds(1)));
  put("a", "1", lease);
  put("b", "2", lease);
  const Revision start = put("c", "3");
  EXPECT_EQ(must(store().get("a")).lease, lease);
  harness_->let_pass(harness_->surely_after(seconds(1)));
  const Events found = follow({.after = start}, 2);
  EXPECT_EQ(shown(found), "-a(1) -b(2)");
  EXPECT_EQ(found.events.at(0).revision, found.events.at(1).revision);
  EXPECT_EQ(found.events.at(0).previous->lease, lease);
  EXPECT_EQ(shown(list({}).entries), "c=3");
  EXPECT_EQ(store().keep_alive(lease).error().code, Code::not_found);
}

TEST_P(StoreContract, ALeaseThatIsKeptLives) {
  const LeaseId lease = must(store().grant(seconds(3)));
  put("a", "1", lease);
  for (int i = 0; i < 3; ++i) {
    harness_->let_pass(milliseconds(1500));
    must(store().keep_alive(lease));
  }
  EXPECT_EQ(value("a"), "1");
}

TEST_P(StoreContract, AWriteWithoutTheLeaseFreesTheKey) {
  const LeaseId lease = must(store().grant(seconds(60)));
  put("a", "1", lease);
  put("a", "2");
  const Revision before = revision();
  must(store().revoke(lease));
  EXPECT_EQ(value("a"), "2");
  EXPECT_EQ(revision(), before);
}

TEST_P(StoreContract, ARevokedLeaseTakesItsKeysAtOnce) {
  const LeaseId lease = must(store().grant(seconds(60)));
  const Revision start = put("a", "1", lease);
  must(store().revoke(lease));
  EXPECT_EQ(value("a"), "(none)");
  EXPECT_EQ(shown(follow({.after = start}, 1)), "-a(1)");
  must(store().revoke(lease));
  EXPECT_EQ(store().keep_alive(lease).error().code, Code::not_found);
}

TEST_P(StoreContract, ALeaseThatIsNotThereIsNotFound) {
  const auto outcome = store().commit({.conditions = {}, .writes = {{.key = "a", .value = "1", .lease = 4711}}});
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Code::not_found);
  EXPECT_EQ(value("a"), "(none)");
  EXPECT_FALSE(
      commit({.conditions = {{.key = "a", .modified = 1}}, .writes = {{.key = "a", .value = "1", .lease = 4711}}})
          .committed);
}

TEST_P(StoreContract, ALeaseLivesForWholeSecondsWithinBounds) {
  for (const Duration ttl :
       {Duration(0), Duration(milliseconds(1500)), Duration(seconds(3601)), Duration(seconds(-1))}) {
    const auto lease = store().grant(ttl);
    ASSERT_FALSE(lease);
    EXPECT_EQ(lease.error().code, Code::usage);
  }
}

TEST_P(StoreContract, LeasesSurviveAReopenAndEndAfterIt) {
  const LeaseId lease = must(store().grant(seconds(2)));
  put("a", "1", lease);
  harness_->reopen();
  EXPECT_EQ(value("a"), "1");
  must(store().keep_alive(lease));
  const Revision start = revision();
  harness_->let_pass(harness_->surely_after(seconds(2)));
  EXPECT_EQ(shown(follow({.after = start}, 1)), "-a(1)");
}

}  // namespace holdfast::test
