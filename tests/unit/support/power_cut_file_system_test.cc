#include "support/power_cut_file_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

using os::OpenMode;
using testing::ElementsAre;
using testing::IsEmpty;

class PowerCutFileSystemTest : public testing::Test {
 protected:
  std::string at(const std::string& name) const { return directory_.file(name); }

  // Makes a file that is on the disk for good.
  void make(const std::string& name, std::string_view text) {
    ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), at(name), as_bytes(text)));
  }
  std::unique_ptr<os::File> open(const std::string& name, OpenMode mode) {
    return std::move(*disk_.open(at(name), mode, 0600));
  }
  std::string contents(const std::string& name) {
    return std::string(as_text(os::read_file(os::real_file_system(), at(name), kMiB).value()));
  }
  std::vector<std::string> names() { return os::real_file_system().list(directory_.path()).value(); }

  TempDir directory_;
  TempDir attic_;
  PowerCutFileSystem disk_{attic_.path()};
};

TEST_F(PowerCutFileSystemTest, KeepsWhatWasSynced) {
  const auto file = open("a", OpenMode::create);
  ASSERT_TRUE(file->write_at(0, as_bytes("abc")));
  ASSERT_TRUE(file->sync());
  ASSERT_TRUE(disk_.sync_directory(directory_.path()));
  disk_.cut_power();
  EXPECT_EQ(contents("a"), "abc");
}

TEST_F(PowerCutFileSystemTest, LosesAFileWhoseDirectoryWasNotSynced) {
  ASSERT_TRUE(open("a", OpenMode::create)->sync());
  disk_.cut_power();
  EXPECT_THAT(names(), IsEmpty());
}

TEST_F(PowerCutFileSystemTest, LosesBytesThatWereNotSynced) {
  make("a", "abcdef");
  const auto file = open("a", OpenMode::append);
  ASSERT_TRUE(file->write_at(1, as_bytes("XY")));
  ASSERT_TRUE(file->write_at(6, as_bytes("more")));
  disk_.cut_power();
  EXPECT_EQ(contents("a"), std::string("a\0\0def", 6));
}

TEST_F(PowerCutFileSystemTest, UndoesARenameAndBringsTheReplacedFileBack) {
  make("old", "old");
  make("new", "new");
  ASSERT_TRUE(disk_.rename(at("new"), at("old"), true));
  disk_.cut_power();
  EXPECT_EQ(contents("old"), "old");
  EXPECT_EQ(contents("new"), "new");
}

TEST_F(PowerCutFileSystemTest, BringsBackWhatWasRemoved) {
  make("a", "abc");
  ASSERT_TRUE(os::real_file_system().make_directories(at("d")));
  ASSERT_TRUE(disk_.remove(at("a")));
  ASSERT_TRUE(disk_.remove(at("d")));
  disk_.cut_power();
  EXPECT_THAT(names(), ElementsAre("a", "d"));
}

TEST_F(PowerCutFileSystemTest, LosesNamesInsideADirectoryThatWasRenamedMeanwhile) {
  ASSERT_TRUE(disk_.make_directories(at("work/inner"), 0700));
  open("work/inner/file", OpenMode::create);
  ASSERT_TRUE(disk_.rename(at("work"), at("done"), false));
  ASSERT_TRUE(disk_.sync_directory(directory_.path()));
  ASSERT_TRUE(disk_.sync_directory(at("done")));
  disk_.cut_power();
  EXPECT_THAT(names(), ElementsAre("done"));
  EXPECT_THAT(os::real_file_system().list(at("done")).value(), ElementsAre("inner"));
  EXPECT_THAT(os::real_file_system().list(at("done/inner")).value(), IsEmpty());
}

}  // namespace
}  // namespace holdfast::test
