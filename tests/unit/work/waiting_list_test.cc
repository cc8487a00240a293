#include "work/waiting_list.h"

#include <gtest/gtest.h>

namespace holdfast::work {
namespace {

using std::chrono::seconds;

const WallTime kNow{seconds(1'770'000'000)};

WaitingList::Item item(std::string name, WallTime due, Needs needs = {}) {
  return {.id = {.name_space = "n", .name = std::move(name)}, .due = due, .needs = std::move(needs)};
}

std::string taken(WaitingList& list, WallTime now = kNow) {
  const auto item = list.take(now);
  return item ? item->id.name : "";
}

TEST(WaitingList, GivesWhatIsDueLongest) {
  WaitingList list;
  list.put(item("later", kNow - seconds(1)));
  list.put(item("sooner", kNow - seconds(2)));
  list.put(item("not yet", kNow + seconds(2)));
  EXPECT_EQ(taken(list), "sooner");
  EXPECT_EQ(taken(list), "later");
  EXPECT_EQ(taken(list), "");
  EXPECT_EQ(list.next(kNow), kNow + seconds(2));
}

TEST(WaitingList, PassesOverWhatWaitsForItsCluster) {
  WaitingList list;
  const Needs prod{.cluster = "prod", .destination = ""};
  list.begin(prod);
  list.put(item("busy", kNow - seconds(2), prod));
  list.put(item("free", kNow - seconds(1), {.cluster = "other", .destination = ""}));
  EXPECT_EQ(taken(list), "free");
  EXPECT_EQ(taken(list), "");
  EXPECT_EQ(list.next(kNow), std::nullopt) << "there is nothing to wait for but the end of the other";
  list.end(prod);
  EXPECT_EQ(taken(list), "busy");
}

TEST(WaitingList, KeepsToTheBoundOfADestination) {
  WaitingList list;
  list.bound("europe/disk", 1);
  const Needs disk{.cluster = "", .destination = "europe/disk"};
  list.put(item("a", kNow, disk));
  list.put(item("b", kNow, disk));
  EXPECT_EQ(taken(list), "a");
  list.begin(disk);
  EXPECT_EQ(taken(list), "");
  list.end(disk);
  EXPECT_EQ(taken(list), "b");
}

TEST(WaitingList, ReplacesAndRemoves) {
  WaitingList list;
  list.put(item("a", kNow));
  list.put(item("a", kNow + seconds(5)));
  EXPECT_EQ(list.size(), 1U);
  EXPECT_EQ(taken(list), "");
  list.remove({.name_space = "n", .name = "a"});
  EXPECT_EQ(list.size(), 0U);
}

TEST(WaitingList, BackupsAndOthersDoNotTakeEachOthersPlaces) {
  WaitingList list;
  list.bound_at_once(2, 1);
  const Needs backup{.backup = true};
  for (int i = 0; i < 4; ++i) {
    list.put(item("backup-" + std::to_string(i), kNow - seconds(9 - i), backup));
    list.put(item("other-" + std::to_string(i), kNow - seconds(4 - i)));
  }
  for (const char* name : {"backup-0", "backup-1"}) {
    EXPECT_EQ(taken(list), name);
    list.begin(backup);
  }
  EXPECT_EQ(taken(list), "other-0");
  list.begin({});
  EXPECT_EQ(taken(list), "");
  list.end({});
  EXPECT_EQ(taken(list), "other-1");
  list.bound_at_once(3, 1);
  EXPECT_EQ(taken(list), "backup-2");
}

}  // namespace
}  // namespace holdfast::work
