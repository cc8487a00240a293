#include "store/revision_floor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/faulty_file_system.h"
#include "support/temp_dir.h"

namespace holdfast::store {
namespace {

class Floor : public testing::Test {
 protected:
  RevisionFloor::Floor reload() {
    RevisionFloor floor(files_, path_);
    auto found = floor.load();
    EXPECT_TRUE(found) << found.error().to_string();
    return found.value_or(RevisionFloor::Floor{});
  }
  Code code_of(const std::string& text) {
    EXPECT_TRUE(os::write_file_atomically(os::real_file_system(), path_, as_bytes(text)));
    RevisionFloor floor(files_, path_);
    const auto found = floor.load();
    return found ? Code::cancelled : found.error().code;
  }
  std::string text() { return std::string(as_text(os::read_file(files_, path_, 1000).value())); }

  test::TempDir directory_;
  const std::string path_ = directory_.file("floor");
  test::FaultyFileSystem files_{os::real_file_system()};
};

TEST_F(Floor, OfANewStoreIsZero) {
  const RevisionFloor::Floor floor = reload();
  EXPECT_FALSE(floor.found);
  EXPECT_EQ(floor.reserved, 0);
  EXPECT_EQ(floor.reached, 0);
}

TEST_F(Floor, RemembersWhatWasReservedAndReached) {
  {
    RevisionFloor floor(files_, path_);
    ASSERT_TRUE(floor.load());
    ASSERT_TRUE(floor.reserve(7));
    floor.note(5);
    floor.note(7);
    floor.note(6);
  }
  const RevisionFloor::Floor found = reload();
  EXPECT_TRUE(found.found);
  EXPECT_EQ(found.reserved, 7 + RevisionFloor::kStep);
  EXPECT_EQ(found.reached, 7);
}

TEST_F(Floor, CostsOneSyncPerStep) {
  RevisionFloor floor(files_, path_);
  ASSERT_TRUE(floor.load());
  for (std::int64_t revision = 1; revision <= 3 * RevisionFloor::kStep; revision += 10) {
    ASSERT_TRUE(floor.reserve(revision));
    floor.note(revision);
  }
  EXPECT_LE(files_.calls(test::FileCall::sync), 4);
  EXPECT_GE(reload().reserved, 3 * RevisionFloor::kStep);
}

TEST_F(Floor, IsNotRaisedWhenTheDiskIsFull) {
  RevisionFloor floor(files_, path_);
  ASSERT_TRUE(floor.load());
  files_.fail_call(test::FileCall::sync, 1, Code::no_space);
  const Status reserved = floor.reserve(1);
  ASSERT_FALSE(reserved);
  EXPECT_EQ(reserved.error().code, Code::no_space);
  EXPECT_EQ(floor.reserved(), 0);
  EXPECT_TRUE(floor.reserve(1));
}

TEST_F(Floor, MakesUpForALostNote) {
  RevisionFloor floor(files_, path_);
  ASSERT_TRUE(floor.load());
  ASSERT_TRUE(floor.reserve(10));
  files_.fail_call(test::FileCall::write, 1, Code::unavailable);
  floor.note(4);
  EXPECT_EQ(reload().reached, 0);
  floor.note(5);
  EXPECT_EQ(reload().reached, 5);
  EXPECT_TRUE(files_.unreached_faults().empty());
}

TEST_F(Floor, IsThereInOldOrNewFormWhateverStepTheProcessDiesIn) {
  {
    RevisionFloor floor(files_, path_);
    ASSERT_TRUE(floor.load());
    ASSERT_TRUE(floor.reserve(1));
  }
  for (int steps = 1;; ++steps) {
    test::FaultyFileSystem files(os::real_file_system());
    RevisionFloor floor(files, path_);
    const std::int64_t before = floor.load().value().reserved;
    files.crash_after(steps);
    const Status reserved = floor.reserve(before + 1);
    const std::int64_t after = reload().reserved;
    EXPECT_TRUE(after == before || after == before + 1 + RevisionFloor::kStep);
    if (reserved) {
      EXPECT_GT(after, before);
    }
    if (!files.crashed()) break;
  }
}

TEST_F(Floor, RefusesWhatIsNotOurs) {
  RevisionFloor floor(files_, path_);
  ASSERT_TRUE(floor.load());
  ASSERT_TRUE(floor.reserve(1));
  const std::string good = text();
  EXPECT_EQ(code_of(good), Code::cancelled);
  std::string digit = good;
  digit[digit.size() - 3] = 'x';
  for (const std::string& bad : {std::string(), good.substr(1), good + "\n", good.substr(0, 40), digit,
                                 std::string(good.size(), '9'), std::string(100'000, '1')}) {
    EXPECT_EQ(code_of(bad), Code::corrupt) << bad.substr(0, 100);
  }
}

}  // namespace
}  // namespace holdfast::store
