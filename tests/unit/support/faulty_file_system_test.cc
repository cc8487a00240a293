#include "support/faulty_file_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

using os::OpenMode;

class FaultyFileSystemTest : public testing::Test {
 protected:
  TempDir directory_;
  FaultyFileSystem files_{os::real_file_system()};
};

TEST_F(FaultyFileSystemTest, FailsTheChosenCallOnly) {
  files_.fail_call(FileCall::create, 2, Code::refused);
  EXPECT_TRUE(files_.open(directory_.file("a"), OpenMode::create, 0600));
  const auto second = files_.open(directory_.file("b"), OpenMode::create, 0600);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::refused);
  EXPECT_TRUE(files_.open(directory_.file("c"), OpenMode::create, 0600));
  EXPECT_THAT(files_.unreached_faults(), testing::IsEmpty());
  EXPECT_EQ(files_.calls(FileCall::create), 3);
}

TEST_F(FaultyFileSystemTest, TellsWhichPlannedFaultNeverHappened) {
  files_.fail_call(FileCall::rename, 3, Code::internal);
  EXPECT_THAT(files_.unreached_faults(), testing::ElementsAre("rename number 3"));
}

TEST_F(FaultyFileSystemTest, RefusesWritesBeyondTheRoomOnTheDisk) {
  files_.limit_space(100);
  const auto file = files_.open(directory_.file("a"), OpenMode::create, 0600);
  ASSERT_TRUE(file);
  EXPECT_TRUE((*file)->write_at(0, Bytes(60)));
  EXPECT_TRUE((*file)->write_at(0, Bytes(60))) << "overwriting needs no room";
  const Status beyond = (*file)->write_at(60, Bytes(41));
  ASSERT_FALSE(beyond);
  EXPECT_EQ(beyond.error().code, Code::no_space);
  EXPECT_EQ(files_.free_bytes(directory_.path()).value(), 40U);
}

TEST_F(FaultyFileSystemTest, DoesNothingAtAllAfterTheCrash) {
  files_.crash_after(2);
  const std::string path = directory_.file("a");
  {
    const auto file = files_.open(path, OpenMode::create, 0600);
    ASSERT_TRUE(file);
    EXPECT_TRUE((*file)->write_at(0, Bytes(10)));
    EXPECT_FALSE((*file)->write_at(10, Bytes(10)));
  }
  EXPECT_FALSE(files_.remove(path));
  EXPECT_FALSE(files_.stat(path));
  EXPECT_TRUE(files_.crashed());
  EXPECT_EQ(os::real_file_system().stat(path).value()->size, 10U);
}

}  // namespace
}  // namespace holdfast::test
