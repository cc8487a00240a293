#include "launcher/member/member_disk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "member_fixture.h"

#include "os/file_system.h"

namespace holdfast::launcher {
namespace {

using test::kId;
using test::MemberPlace;
using test::PlaceKind;

os::FileSystem& disk() {
  return os::real_file_system();
}

class MemberDiskTest : public testing::TestWithParam<PlaceKind> {
 protected:
  MemberDisk look(const HeldCheck& held = {}) {
    auto found = observe(disk(), place_.place(), held);
    EXPECT_TRUE(found) << found.error().to_string();
    return found ? std::move(*found) : MemberDisk{};
  }
  MemberPlace place_{GetParam()};
};

INSTANTIATE_TEST_SUITE_P(Places, MemberDiskTest, testing::Values(PlaceKind::beside, PlaceKind::inside),
                         [](const auto& one) { return one.param == PlaceKind::beside ? "Beside" : "Inside"; });

TEST_P(MemberDiskTest, NothingIsThere) {
  const MemberDisk found = look();
  EXPECT_EQ(found.live, Live::absent);
  EXPECT_TRUE(found.others.empty());
  EXPECT_EQ(found.journal_state, JournalState::none);
  EXPECT_GT(found.free_bytes, 0U);
}

TEST_P(MemberDiskTest, AnEmptyDirectoryIsNoData) {
  ASSERT_TRUE(disk().make_directories(place_.layout().live()));
  EXPECT_EQ(look().live, Live::empty);
}

TEST_P(MemberDiskTest, EveryDirectoryIsFoundWithWhatItSays) {
  place_.make_live("new", kId);
  place_.make(place_.name(Kind::before), "old", "r-0");
  place_.make(place_.name(Kind::undone, "r-0"), "old");
  place_.make(place_.name(Kind::building, "x"), "half");
  place_.make(place_.name(Kind::removing, "y"), "half");
  place_.make_staged("next", "r-2");
  place_.make(place_.layout().base + ".staged-Not-An-Id", "other");
  place_.make("unrelated", "other");

  const MemberDisk found = look();

  EXPECT_EQ(found.live, Live::there);
  ASSERT_TRUE(found.live_facts);
  EXPECT_EQ(found.live_facts->id, kId);
  ASSERT_EQ(found.others.size(), 5U);
  ASSERT_NE(found.find(Kind::staged, "r-2"), nullptr);
  EXPECT_TRUE(found.find(Kind::staged, "r-2")->facts);
  ASSERT_NE(found.find(Kind::before, kId), nullptr);
  EXPECT_EQ(found.find(Kind::before, kId)->facts->id, "r-0");
  ASSERT_NE(found.find(Kind::undone, "r-0"), nullptr);
  EXPECT_FALSE(found.find(Kind::undone, "r-0")->facts);
  EXPECT_NE(found.find(Kind::building, "x"), nullptr);
  EXPECT_NE(found.find(Kind::removing, "y"), nullptr);
  EXPECT_EQ(found.find(Kind::staged, kId), nullptr);
}

TEST_P(MemberDiskTest, StagedIsProvenOnlyByItsOwnFileAndTheSizeOfItsDatabase) {
  place_.make(place_.name(Kind::staged, "other"), "new", "r-7");
  place_.make_staged("new", "longer");
  ASSERT_TRUE(os::write_file_atomically(
      disk(), place_.layout().database(place_.path(place_.name(Kind::staged, "longer"))), as_bytes("newer")));
  place_.make(place_.name(Kind::staged, "none"), "new");
  const MemberDisk found = look();
  for (const char* id : {"other", "longer", "none"}) {
    ASSERT_NE(found.find(Kind::staged, id), nullptr) << id;
    EXPECT_FALSE(found.find(Kind::staged, id)->facts) << id;
  }
}

TEST_P(MemberDiskTest, TheJournalIsReadOrCalledDamaged) {
  place_.make_journal(encode_journal({.doing = Doing::back, .id = kId}));
  EXPECT_EQ(look().journal_state, JournalState::readable);
  EXPECT_EQ(look().journal, (Journal{.doing = Doing::back, .id = kId}));
  place_.make_journal("{");
  EXPECT_EQ(look().journal_state, JournalState::damaged);
  place_.make_journal(std::string(kMaxJournalSize + 1, ' '));
  EXPECT_EQ(look().journal_state, JournalState::damaged);
}

TEST_P(MemberDiskTest, TheJournalOfANewerProgramIsLeftToThat) {
  std::string text = encode_journal({.doing = Doing::back, .id = kId});
  text.replace(text.find(": 1,"), 4, ": 2,");
  place_.make_journal(text);
  const auto found = observe(disk(), place_.place(), {});
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, Code::unsupported);
}

TEST_P(MemberDiskTest, TemporaryFilesOfAJournalAreLeftovers) {
  const std::string name = "." + place_.layout().journal_name() + ".17-0.tmp";
  ASSERT_TRUE(os::write_file_atomically(disk(), place_.path(name), as_bytes("{")));
  EXPECT_THAT(look().leftovers, testing::ElementsAre(name));
}

TEST_P(MemberDiskTest, WhoHoldsTheDatabaseIsAskedOnlyWhenItIsThere) {
  int asked = 0;
  const HeldCheck held = [&](const std::string& database) {
    ++asked;
    EXPECT_EQ(database, place_.layout().database(place_.layout().live()));
    return true;
  };
  EXPECT_FALSE(look(held).held);
  EXPECT_EQ(asked, 0);
  place_.make_live("old");
  EXPECT_TRUE(look(held).held);
  EXPECT_EQ(asked, 1);
}

TEST_P(MemberDiskTest, ALockOnTheDatabaseMeansThatItIsHeld) {
  place_.make_live("old");
  EXPECT_FALSE(look(held_by_lock(disk())).held);
  const auto lock = disk().open_held(place_.layout().database(place_.layout().live()));
  ASSERT_TRUE(lock && *lock);
  EXPECT_TRUE(look(held_by_lock(disk())).held);
}

}  // namespace
}  // namespace holdfast::launcher
