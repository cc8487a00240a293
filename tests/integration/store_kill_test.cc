// A process that writes to the store is killed hundreds of times: what it was told is committed is there, nothing is
// half there, no revision is given twice, and whoever watched goes on where he was.
#include <map>
#include <random>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "integration/store_writer_process.h"

#include "os/clock.h"
#include "store/sqlite/sqlite_store.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

using store::Event;
using store::Events;
using store::Revision;

constexpr int kKills = 300;

class KilledWriter : public testing::Test {
 protected:
  // One life of the writer; its acknowledged commits are added to acknowledged_.
  void write_and_kill(Duration after_first) {
    StoreWriterProcess writer({directory_.path()});
    writer.wait_for_output();
    os::real_clock().sleep_for(after_first, {});
    writer.kill();
    for (const std::string& line : writer.lines()) {
      std::istringstream words(line);
      std::string thread;
      std::string number;
      Revision revision = 0;
      ASSERT_TRUE(words >> thread >> number >> revision) << line;
      EXPECT_TRUE(acknowledged_.emplace(revision, thread + "/" + number).second) << "revision twice: " << revision;
      EXPECT_GT(revision, known_);
    }
  }

  // Follows the log on from where the last look ended.
  void look() {
    store::RevisionFloor floor(os::real_file_system(), directory_.file("revision-floor"));
    auto opened = store::SqliteStore::open({.path = directory_.file("store.db")}, floor, os::real_file_system(),
                                           os::real_clock(), os::real_random());
    ASSERT_TRUE(opened) << opened.error().to_string();
    store::Store& store = **opened;
    const Revision newest = store.revision().value();
    std::map<Revision, std::vector<Event>> changes;
    for (Revision after = known_; after < newest;) {
      Events some = store.events({.after = after}, {}, {}).value();
      ASSERT_FALSE(some.expired) << "after " << after;
      after = some.through;
      for (Event& event : some.events)
        changes[event.revision].push_back(std::move(event));
    }
    for (const auto& [revision, events] : changes)
      check_transaction(revision, events);
    for (auto it = acknowledged_.upper_bound(known_); it != acknowledged_.end(); ++it)
      EXPECT_EQ(changes.count(it->first), 1U) << "lost: " << it->second << " at " << it->first;
    known_ = newest;
  }

  void check_transaction(Revision revision, const std::vector<Event>& events) {
    ASSERT_EQ(events.size(), 3U) << "half a transaction at " << revision;
    EXPECT_EQ(events[0].key.substr(1), events[1].key.substr(1));
    EXPECT_EQ(events[0].entry->value, events[1].entry->value);
    EXPECT_TRUE(pairs_.insert(events[0].key).second) << events[0].key;
    const int before = events[2].previous ? std::stoi(events[2].previous->value) : 0;
    EXPECT_EQ(std::stoi(events[2].entry->value), before + 1);
  }

  TempDir directory_;
  std::map<Revision, std::string> acknowledged_;
  std::set<std::string> pairs_;
  Revision known_ = 0;
};

TEST_F(KilledWriter, LosesNothingThatWasAcknowledgedAndRepeatsNoRevision) {
  std::mt19937 random(20261121);
  std::uniform_int_distribution<int> microseconds(0, 40'000);
  for (int kill = 0; kill < kKills && !HasFailure(); ++kill) {
    write_and_kill(std::chrono::microseconds(microseconds(random)));
    look();
  }
  RecordProperty("acknowledged", static_cast<int>(acknowledged_.size()));
  EXPECT_GT(acknowledged_.size(), std::size_t{kKills});
  EXPECT_GE(pairs_.size(), acknowledged_.size());
}

}  // namespace
}  // namespace holdfast::test
