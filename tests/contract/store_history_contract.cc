// Random histories against the model, and many committers at once.
#include <array>
#include <atomic>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <rapidcheck.h>

#include "contract/store_contract.h"
#include "contract/store_model.h"

namespace holdfast::test {

using std::chrono::seconds;
using store::Entry;
using store::Event;
using store::Events;
using store::LeaseId;
using store::Outcome;
using store::Revision;
using store::Transaction;
using store::Write;

namespace {

using Step = std::array<std::uint8_t, 4>;

// Runs steps on the store and the model, below a prefix of its own, and compares every answer.
class History {
 public:
  History(ResourceStoreHarness& harness, const std::string& prefix)
      : harness_(harness), prefix_(prefix), model_(ok(harness.store().revision())) {}

  void take(const Step& step) {
    switch (step[0] % 12) {
      case 0:
        return compare_pages(step);
      case 1:
        return compare_old_state(step);
      case 2:
        return compare_events(step);
      case 3:
        return compact(step);
      case 4:
        return lease(step);
      case 5:
        return reopen(step);
      default:
        return commit(step, 0);
    }
  }

  void finish() {
    compare_pages({0, 0, 0, 0});
    compare_events({2, static_cast<std::uint8_t>(model_.compacted() == 0 ? 0 : 255), 0, 0});
  }

 private:
  template <class T>
  static T ok(Result<T> result) {
    if (!result) RC_FAIL(result.error().to_string());
    return std::move(*result);
  }
  static void ok(const Status& status) {
    if (!status) RC_FAIL(status.error().to_string());
  }
  store::Store& store() { return harness_.store(); }
  std::string key(int n) const { return prefix_ + std::string(1, static_cast<char>('a' + n % 5)); }

  // Bits of the step choose keys, values, removals and whether the conditions are right.
  Transaction transaction(const Step& step, LeaseId lease) const {
    Transaction made;
    for (int i = 0; i < 5; ++i) {
      if ((step[1] >> i & 1) == 0) continue;
      Write write{.key = key(4 - i), .value = {}, .lease = 0};
      if ((step[2] >> i & 1) != 0) write.value = fmt::format("{}.{}", step[3], i);
      if (write.value) write.lease = lease;
      made.writes.push_back(std::move(write));
    }
    for (int i = 0; i < step[3] % 4; ++i) {
      const std::string checked = key(step[2] + i);
      const auto found = model_.present().find(checked);
      Revision modified = found == model_.present().end() ? 0 : found->second.modified;
      if (step[3] >= 224) modified = model_.nth(step[2]);
      made.conditions.push_back({.key = checked, .modified = modified});
    }
    return made;
  }

  void commit(const Step& step, LeaseId lease) {
    const Transaction made = transaction(step, lease);
    const Revision before = model_.last();
    const Outcome outcome = ok(store().commit(made));
    RC_ASSERT(outcome.committed == model_.holds(made.conditions));
    if (outcome.committed && model_.changes(made.writes)) {
      RC_ASSERT(outcome.revision > before);
      return model_.apply(made.writes, outcome.revision);
    }
    RC_ASSERT(outcome.revision >= before);
    if (outcome.committed) return;
    StoreModel::State current;
    for (const auto& condition : made.conditions) {
      const auto found = model_.present().find(condition.key);
      if (found != model_.present().end()) current.insert(*found);
    }
    std::vector<Entry> expected;
    for (const auto& [name, entry] : current)
      expected.push_back(entry);
    RC_ASSERT(all_of(outcome.current) == all_of(expected));
  }

  void lease(const Step& step) {
    const LeaseId id = ok(store().grant(seconds(600)));
    commit(step, id);
    if (step[3] % 2 == 0) return;
    const std::vector<Write> removals = model_.keys_of(id);
    ok(store().revoke(id));
    const Revision revision = ok(store().revision());
    // Nothing else writes, so the revision is that of the removal.
    if (!removals.empty()) model_.apply(removals, revision);
  }

  std::vector<Entry> read_pages(Revision revision, std::size_t limit) {
    std::vector<Entry> all;
    std::string start;
    do {
      const auto page = ok(
          store().list({.prefix = prefix_, .start = start, .limit = limit, .revision = revision, .count_rest = true}));
      RC_ASSERT(limit == 0 || page.entries.size() <= limit);
      RC_ASSERT(page.next.empty() == (page.remaining == 0));
      all.insert(all.end(), page.entries.begin(), page.entries.end());
      start = page.next;
    } while (!start.empty());
    return all;
  }

  void compare_pages(const Step& step) {
    RC_ASSERT(all_of(read_pages(0, step[1] % 4)) == all_of(model_.list(prefix_, model_.last())));
  }

  void compare_old_state(const Step& step) {
    const Revision revision = model_.nth(step[1]);
    if (revision < model_.compacted() || revision == 0) {
      if (revision == 0) return;
      RC_ASSERT(store().list({.revision = revision}).error().code == Code::not_found);
      return;
    }
    RC_ASSERT(all_of(read_pages(revision, step[2] % 4)) == all_of(model_.list(prefix_, revision)));
  }

  void compare_events(const Step& step) {
    Revision after = std::max(model_.nth(step[1]), step[1] == 255 ? model_.compacted() : 0);
    if (after < model_.compacted()) {
      RC_ASSERT(ok(store().events({.prefix = prefix_, .after = after}, {}, {})).expired);
      return;
    }
    const std::string prefix = step[3] % 2 == 0 ? prefix_ : key(step[3]);
    const std::vector<Event> expected = model_.events(prefix, after);
    std::vector<Event> found;
    while (found.size() < expected.size()) {
      const Events some =
          ok(store().events({.prefix = prefix, .after = after, .limit = step[2] % 3U + 1U}, seconds(10), {}));
      RC_ASSERT(!some.expired && !some.events.empty());
      RC_ASSERT(some.through >= some.events.back().revision);
      found.insert(found.end(), some.events.begin(), some.events.end());
      after = some.through;
    }
    RC_ASSERT(all_of(found) == all_of(expected));
    RC_ASSERT(ok(store().events({.prefix = prefix, .after = after}, {}, {})).events.empty());
  }

  void compact(const Step& step) {
    if (step[2] % 4 != 0) return;
    const Revision through = model_.nth(step[1]);
    ok(store().compact(through));
    model_.compact(through);
  }

  void reopen(const Step& step) {
    if (step[1] % 4 == 0) harness_.reopen();
  }

  ResourceStoreHarness& harness_;
  const std::string prefix_;
  StoreModel model_;
};

}  // namespace

TEST_P(StoreContract, RandomHistoriesAgreeWithTheModel) {
  int number = 0;
  rc::detail::TestParams params = rc::detail::configuration().testParams;
  params.maxSuccess = harness_->histories();
  const auto result = rc::detail::checkTestable(
      [&](const std::vector<Step>& steps) {
        History history(*harness_, fmt::format("h{:06}/", ++number));
        for (const Step& step : steps)
          history.take(step);
        history.finish();
      },
      rc::detail::TestMetadata(), params);
  std::ostringstream text;
  rc::detail::printResultMessage(result, text);
  EXPECT_TRUE(result.is<rc::detail::SuccessResult>()) << text.str();
}

TEST_P(StoreContract, ConcurrentCommittersEachWinOnce) {
  constexpr int kThreads = 8;
  constexpr int kRounds = 25;
  put("counter", "0");
  const Revision start = revision();
  std::atomic<int> lost = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        for (int round = 0; round < kRounds;) {
          const Entry counter = must(store().get("counter"));
          const Outcome outcome =
              commit({.conditions = {{.key = "counter", .modified = counter.modified}},
                      .writes = {{.key = "counter", .value = std::to_string(std::stoi(counter.value) + 1)},
                                 {.key = fmt::format("done/{}/{}", i, round), .value = "x"}}});
          outcome.committed ? ++round : ++lost;
        }
      });
    }
  }
  EXPECT_EQ(value("counter"), std::to_string(kThreads * kRounds));
  EXPECT_EQ(list({.prefix = "done/"}).entries.size(), std::size_t{kThreads * kRounds});
  std::vector<Event> seen;
  for (Revision after = start; seen.size() < kThreads * kRounds;) {
    const Events some = events({.prefix = "counter", .after = after, .limit = 7}, seconds(10));
    ASSERT_FALSE(some.expired || some.events.empty());
    seen.insert(seen.end(), some.events.begin(), some.events.end());
    after = some.through;
  }
  for (std::size_t i = 0; i < seen.size(); ++i) {
    EXPECT_EQ(seen[i].entry->value, std::to_string(i + 1));
    EXPECT_EQ(seen[i].previous->value, std::to_string(i));
  }
}

TEST_P(StoreContract, ReadersThatFollowSeeEveryEventOnceWhileOthersWrite) {
  constexpr int kWriters = 4;
  constexpr int kWrites = 50;
  const Revision start = put("start", "x");
  std::atomic<int> wrong = 0;
  {
    std::vector<std::jthread> threads;
    for (int reader = 0; reader < 8; ++reader) {
      threads.emplace_back([&, reader] {
        const std::string prefix = reader % 2 == 0 ? "w" : fmt::format("w{}/", reader % kWriters);
        const int expected = reader % 2 == 0 ? kWriters * kWrites : kWrites;
        int seen = 0;
        Revision after = start;
        while (seen < expected) {
          const Events some = must(store().events({.prefix = prefix, .after = after, .limit = 5}, seconds(20), {}));
          if (some.expired || some.events.empty() || some.events.front().revision <= after) {
            ++wrong;
            return;
          }
          seen += static_cast<int>(some.events.size());
          after = some.through;
        }
        if (seen != expected) ++wrong;
      });
    }
    for (int writer = 0; writer < kWriters; ++writer) {
      threads.emplace_back([&, writer] {
        for (int i = 0; i < kWrites; ++i)
          put(fmt::format("w{}/{}", writer, i), "x");
      });
    }
  }
  EXPECT_EQ(wrong, 0);
}

}  // namespace holdfast::test
