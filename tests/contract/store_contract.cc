// Entries, lists and transactions.
#include "contract/store_contract.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "base/bytes.h"

namespace holdfast::test {

using store::Entry;
using store::Event;
using store::Events;
using store::Outcome;
using store::Page;
using store::Revision;
using store::Transaction;
using testing::HasSubstr;

std::string resource_store_name(const ::testing::TestParamInfo<ResourceStoreKind>& info) {
  return info.param.name;
}

Outcome StoreContract::commit(const Transaction& transaction) {
  return must(store().commit(transaction));
}

Revision StoreContract::put(const std::string& key, const std::string& value, store::LeaseId lease) {
  const Outcome outcome = commit({.conditions = {}, .writes = {{.key = key, .value = value, .lease = lease}}});
  EXPECT_TRUE(outcome.committed);
  return outcome.revision;
}

Revision StoreContract::remove(const std::string& key) {
  return commit({.conditions = {}, .writes = {{.key = key, .value = {}}}}).revision;
}

Page StoreContract::list(const store::ListRequest& request) {
  return must(store().list(request));
}

Revision StoreContract::revision() {
  return must(store().revision());
}

Events StoreContract::events(const store::EventRequest& request, Duration wait) {
  return must(store().events(request, wait, no_stop_));
}

Events StoreContract::follow(const store::EventRequest& request, std::size_t count) {
  Events all{.events = {}, .through = request.after};
  while (all.events.size() < count) {
    store::EventRequest rest = request;
    rest.after = all.through;
    Events more = events(rest, std::chrono::seconds(20));
    EXPECT_FALSE(more.events.empty()) << "after " << rest.after << ": " << shown(more);
    if (more.events.empty()) break;
    all.events.insert(all.events.end(), more.events.begin(), more.events.end());
    all.through = more.through;
  }
  return all;
}

std::string StoreContract::value(const std::string& key) {
  auto entry = store().get(key);
  if (!entry) {
    EXPECT_EQ(entry.error().code, Code::not_found) << entry.error().to_string();
    return "(none)";
  }
  return entry->value;
}

std::string shown(const std::vector<Entry>& entries) {
  std::string text;
  for (const Entry& entry : entries)
    text += (text.empty() ? "" : " ") + entry.key + "=" + entry.value;
  return text;
}

std::string shown(const Events& events) {
  std::string text = events.expired ? "expired" : "";
  for (const Event& event : events.events) {
    const std::string before = event.previous ? "(" + event.previous->value + ")" : "";
    text += text.empty() ? "" : " ";
    if (!event.entry) {
      text += "-" + event.key + before;
    } else {
      text += (event.previous ? "*" : "+") + event.key + "=" + event.entry->value + before;
    }
  }
  return text;
}

TEST_P(StoreContract, AnEntryTellsWhenItWasMadeAndChanged) {
  const Revision made = put("a", "1");
  const Revision changed = put("a", "2");
  const Entry entry = must(store().get("a"));
  EXPECT_EQ(entry.key, "a");
  EXPECT_EQ(entry.value, "2");
  EXPECT_EQ(entry.created, made);
  EXPECT_EQ(entry.modified, changed);
  EXPECT_GT(changed, made);
  EXPECT_GT(made, 0);
}

TEST_P(StoreContract, AKeyMadeAgainBeginsAnew) {
  put("a", "1");
  remove("a");
  EXPECT_EQ(value("a"), "(none)");
  const Revision again = put("a", "3");
  EXPECT_EQ(must(store().get("a")).created, again);
}

TEST_P(StoreContract, KeysAndValuesAreAnyBytes) {
  const std::string key("a\0\xff\x80/\n", 6);
  std::string value;
  for (int i = 0; i < 1024; ++i)
    value.push_back(static_cast<char>(i));
  put(key, value);
  put("empty", "");
  EXPECT_EQ(must(store().get(key)).value, value);
  EXPECT_EQ(must(store().get("empty")).value, "");
  EXPECT_EQ(list({.prefix = std::string("a\0", 2)}).entries.at(0).key, key);
}

TEST_P(StoreContract, TheLargestKeysAndValuesFit) {
  const std::string key(1024, '\xff');
  const std::string value(3 * kMiB, 'x');
  put(key, value);
  EXPECT_EQ(must(store().get(key)).value, value);
  EXPECT_EQ(list({.prefix = key}).entries.size(), 1U);
}

TEST_P(StoreContract, WhatPassesALimitIsRefusedAsUsage) {
  const auto refused = [&](const Transaction& transaction) {
    const auto outcome = store().commit(transaction);
    return !outcome && outcome.error().code == Code::usage;
  };
  EXPECT_TRUE(refused({.conditions = {}, .writes = {{.key = "", .value = "x"}}}));
  EXPECT_TRUE(refused({.conditions = {}, .writes = {{.key = std::string(1025, 'k'), .value = "x"}}}));
  EXPECT_TRUE(refused({.conditions = {}, .writes = {{.key = "a", .value = std::string(3 * kMiB + 1, 'x')}}}));
  EXPECT_TRUE(refused({.conditions = {}, .writes = {{.key = "a", .value = "1"}, {.key = "a", .value = "2"}}}));
  const std::string half(2 * kMiB, 'x');
  EXPECT_TRUE(refused({.conditions = {}, .writes = {{.key = "a", .value = half}, {.key = "b", .value = half}}}));
  Transaction many;
  for (int i = 0; i < 129; ++i)
    many.conditions.push_back({.key = "k" + std::to_string(i)});
  EXPECT_TRUE(refused(many));
  EXPECT_EQ(store().get("").error().code, Code::usage);
}

TEST_P(StoreContract, ATransactionOfTheLargestSizeFits) {
  Transaction conditions;
  Transaction writes;
  Transaction both;
  for (int i = 0; i < 128; ++i) {
    const std::string key = "k" + std::to_string(i);
    conditions.conditions.push_back({.key = key});
    writes.writes.push_back({.key = key, .value = "x"});
    if (i % 2 == 0) both.conditions.push_back({.key = "other" + key});
    if (i % 2 == 1) both.writes.push_back({.key = "other" + key, .value = "x"});
  }
  EXPECT_TRUE(commit(conditions).committed);
  EXPECT_TRUE(commit(writes).committed);
  EXPECT_TRUE(commit(both).committed);
  EXPECT_EQ(commit(conditions).current.size(), 128U);
}

TEST_P(StoreContract, ATransactionIsOneRevision) {
  const Outcome outcome =
      commit({.conditions = {}, .writes = {{.key = "b", .value = "2"}, {.key = "a", .value = "1"}}});
  EXPECT_EQ(must(store().get("a")).modified, outcome.revision);
  EXPECT_EQ(must(store().get("b")).modified, outcome.revision);
  EXPECT_EQ(shown(follow({.after = outcome.revision - 1}, 2)), "+a=1 +b=2");
}

TEST_P(StoreContract, AConditionThatDoesNotHoldKeepsEverythingAsItIs) {
  const Revision a = put("a", "1");
  put("b", "2");
  const Revision before = revision();
  const Outcome outcome =
      commit({.conditions = {{.key = "b", .modified = a}, {.key = "a", .modified = a}, {.key = "no"}},
              .writes = {{.key = "a", .value = "9"}}});
  EXPECT_FALSE(outcome.committed);
  EXPECT_EQ(outcome.revision, before);
  EXPECT_EQ(shown(outcome.current), "a=1 b=2");
  EXPECT_EQ(outcome.current.at(0).modified, a);
  EXPECT_EQ(value("a"), "1");
  EXPECT_EQ(revision(), before);
}

TEST_P(StoreContract, AConditionHoldsForTheNewestRevisionOfAKey) {
  const Revision first = put("a", "1");
  EXPECT_TRUE(
      commit({.conditions = {{.key = "a", .modified = first}}, .writes = {{.key = "a", .value = "2"}}}).committed);
  EXPECT_FALSE(
      commit({.conditions = {{.key = "a", .modified = first}}, .writes = {{.key = "a", .value = "3"}}}).committed);
  EXPECT_EQ(value("a"), "2");
}

TEST_P(StoreContract, AKeyIsMadeOnlyOnceUnderTheConditionThatItDoesNotExist) {
  const Transaction make{.conditions = {{.key = "a", .modified = 0}}, .writes = {{.key = "a", .value = "1"}}};
  EXPECT_TRUE(commit(make).committed);
  EXPECT_FALSE(commit(make).committed);
  remove("a");
  EXPECT_TRUE(commit(make).committed);
}

TEST_P(StoreContract, ConditionsOnOtherKeysCountToo) {
  const Revision guard = put("guard", "1");
  put("guard", "2");
  const Outcome outcome =
      commit({.conditions = {{.key = "guard", .modified = guard}}, .writes = {{.key = "a", .value = "1"}}});
  EXPECT_FALSE(outcome.committed);
  EXPECT_EQ(value("a"), "(none)");
}

TEST_P(StoreContract, WhatChangesNothingIsNoRevision) {
  put("a", "1");
  const Revision before = revision();
  const Outcome nothing = commit({.conditions = {}, .writes = {{.key = "missing", .value = {}}}});
  EXPECT_TRUE(nothing.committed);
  EXPECT_EQ(nothing.revision, before);
  EXPECT_EQ(commit({}).revision, before);
  EXPECT_EQ(revision(), before);
  EXPECT_EQ(shown(events({.after = before})), "");
}

TEST_P(StoreContract, TheSameValueAgainIsAChange) {
  const Revision first = put("a", "1");
  EXPECT_GT(put("a", "1"), first);
  EXPECT_EQ(shown(follow({.after = first}, 1)), "*a=1(1)");
}

TEST_P(StoreContract, AListHoldsThePrefixInOrderOfBytes) {
  for (const char* key : {"p/b", "p/a", "p/\xff", "p", "q", "p0", "o"})
    put(key, "x");
  const Page page = list({.prefix = "p/"});
  EXPECT_EQ(shown(page.entries), "p/a=x p/b=x p/\xff=x");
  EXPECT_EQ(page.revision, revision());
  EXPECT_EQ(page.next, "");
  EXPECT_EQ(list({}).entries.size(), 7U);
  EXPECT_TRUE(list({.prefix = "nothing"}).entries.empty());
}

TEST_P(StoreContract, AListBeginsWhereAsked) {
  for (const char* key : {"p/a", "p/b", "p/c", "q"})
    put(key, "x");
  EXPECT_EQ(shown(list({.prefix = "p/", .start = "p/b"}).entries), "p/b=x p/c=x");
  EXPECT_EQ(shown(list({.prefix = "p/", .start = "a"}).entries), "p/a=x p/b=x p/c=x");
  EXPECT_TRUE(list({.prefix = "p/", .start = "p0"}).entries.empty());
}

TEST_P(StoreContract, PagesMakeUpTheListAndTellWhatRemains) {
  for (int i = 0; i < 10; ++i)
    put("k" + std::to_string(i), std::to_string(i));
  std::vector<Entry> all;
  std::vector<std::uint64_t> remaining;
  std::string start;
  do {
    const Page page = list({.prefix = "k", .start = start, .limit = 4, .count_rest = true});
    all.insert(all.end(), page.entries.begin(), page.entries.end());
    remaining.push_back(page.remaining);
    start = page.next;
  } while (!start.empty());
  EXPECT_EQ(shown(all), shown(list({.prefix = "k"}).entries));
  EXPECT_EQ(remaining, (std::vector<std::uint64_t>{6, 2, 0}));
}

TEST_P(StoreContract, APageThatEndsWithTheListIsTheLast) {
  put("k1", "x");
  put("k2", "x");
  const Page page = list({.prefix = "k", .limit = 2, .count_rest = true});
  EXPECT_EQ(page.next, "");
  EXPECT_EQ(page.remaining, 0U);
}

TEST_P(StoreContract, PagesOfOneRevisionDoNotSeeLaterWrites) {
  for (int i = 0; i < 6; ++i)
    put("k" + std::to_string(i), "old");
  const Page first = list({.prefix = "k", .limit = 2});
  put("k3", "new");
  remove("k4");
  put("k45", "new");
  const Page second =
      list({.prefix = "k", .start = first.next, .limit = 3, .revision = first.revision, .count_rest = true});
  EXPECT_EQ(second.revision, first.revision);
  EXPECT_EQ(shown(second.entries), "k2=old k3=old k4=old");
  EXPECT_EQ(second.remaining, 1U);
  EXPECT_EQ(shown(list({.prefix = "k", .start = second.next, .revision = first.revision}).entries), "k5=old");
}

TEST_P(StoreContract, AnOldRevisionShowsEntriesAsTheyWere) {
  const Revision one = put("a", "1");
  const Revision two = put("a", "2");
  const Revision gone = remove("a");
  const Revision again = put("a", "3");
  EXPECT_EQ(shown(list({.revision = one}).entries), "a=1");
  EXPECT_EQ(shown(list({.revision = two}).entries), "a=2");
  EXPECT_EQ(list({.revision = two}).entries.at(0).created, one);
  EXPECT_EQ(list({.revision = two}).entries.at(0).modified, two);
  EXPECT_TRUE(list({.revision = gone}).entries.empty());
  EXPECT_EQ(list({.revision = again}).entries.at(0).created, again);
}

TEST_P(StoreContract, ARevisionThatWasNotReachedIsNotFound) {
  put("a", "1");
  const auto page = store().list({.revision = revision() + 1000});
  ASSERT_FALSE(page);
  EXPECT_EQ(page.error().code, Code::not_found);
}

TEST_P(StoreContract, EverythingIsThereAfterAReopen) {
  const Revision a = put("a", "1");
  put("a", "2");
  put("b", "3");
  const Revision before = revision();
  harness_->reopen();
  EXPECT_EQ(shown(list({}).entries), "a=2 b=3");
  EXPECT_EQ(shown(list({.revision = a}).entries), "a=1");
  EXPECT_GE(revision(), before);
  EXPECT_GT(put("c", "4"), before);
}

TEST_P(StoreContract, AWatchGoesOnAfterAReopen) {
  const Revision a = put("a", "1");
  put("a", "2");
  harness_->reopen();
  put("b", "3");
  EXPECT_EQ(shown(follow({.after = a}, 2)), "*a=2(1) +b=3");
}

TEST_P(StoreContract, IsHealthyAndTellsItsSize) {
  put("a", std::string(100'000, 'x'));
  const store::StoreHealth health = must(store().health());
  EXPECT_GE(health.revision, 1);
  EXPECT_GT(health.size_bytes, 100'000U);
  EXPECT_LE(health.oldest_event, health.revision);
  EXPECT_FALSE(events({.after = health.oldest_event}).expired);
}

}  // namespace holdfast::test
