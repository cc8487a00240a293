#include "os/file_system.h"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/temp_dir.h"

namespace holdfast::os {
namespace {

using testing::ElementsAre;

class FileSystemTest : public testing::Test {
 protected:
  std::string at(const std::string& name) const { return directory_.file(name); }
  void write(const std::string& name, std::string_view text) {
    ASSERT_TRUE(write_file_atomically(files_, at(name), as_bytes(text)));
  }
  std::string contents(const std::string& name) {
    return std::string(as_text(read_file(files_, at(name), kMiB).value()));
  }

  test::TempDir directory_;
  FileSystem& files_ = real_file_system();
};

TEST_F(FileSystemTest, ListsNamesInOrder) {
  write("b", "");
  write("a", "");
  write(".hidden", "");
  EXPECT_THAT(files_.list(directory_.path()).value(), ElementsAre(".hidden", "a", "b"));
  EXPECT_EQ(files_.list(at("none")).error().code, Code::not_found);
}

TEST_F(FileSystemTest, StatTellsKindsSizesAndAbsence) {
  write("a", "abc");
  EXPECT_EQ(files_.stat(at("a")).value()->kind, FileKind::file);
  EXPECT_EQ(files_.stat(at("a")).value()->size, 3U);
  EXPECT_EQ(files_.stat(directory_.path()).value()->kind, FileKind::directory);
  EXPECT_EQ(files_.stat("/dev/null").value()->kind, FileKind::other);
  EXPECT_FALSE(files_.stat(at("none")).value());
  EXPECT_FALSE(files_.stat(at("a") + "/below-a-file").value());
}

TEST_F(FileSystemTest, TellsMountPointsFromOtherDirectories) {
  EXPECT_TRUE(files_.is_mount_point("/proc").value());
  EXPECT_FALSE(files_.is_mount_point("/proc/self").value());
  EXPECT_FALSE(files_.is_mount_point(directory_.path()).value());
  EXPECT_FALSE(files_.is_mount_point(at("none")).value());
  ASSERT_EQ(::symlink("/proc", at("link").c_str()), 0);
  EXPECT_FALSE(files_.is_mount_point(at("link")).value()) << "a link can be renamed";
}

TEST_F(FileSystemTest, ARenameChangesADirectoryButNotItsTimeOfModification) {
  ASSERT_TRUE(files_.make_directories(at("from")));
  const auto before = *files_.stat(at("from")).value();
  ASSERT_TRUE(files_.rename(at("from"), at("to"), false));
  const auto after = *files_.stat(at("to")).value();
  EXPECT_EQ(after.modified, before.modified);
  EXPECT_GE(after.changed, before.changed);
  EXPECT_EQ(after.owner, ::geteuid());
  EXPECT_EQ(after.group, ::getegid());
}

TEST_F(FileSystemTest, GivesAwayWhatIsOnesOwnToOneself) {
  write("a", "abc");
  EXPECT_TRUE(files_.change_owner(at("a"), ::geteuid(), ::getegid()));
  EXPECT_EQ(files_.change_owner(at("none"), ::geteuid(), ::getegid()).error().code, Code::not_found);
}

TEST_F(FileSystemTest, WhatIsHeldIsHeldOnceUntilItIsClosed) {
  auto held = files_.open_held(at("lock"));
  ASSERT_TRUE(held && *held);
  EXPECT_EQ(files_.stat(at("lock")).value()->mode, 0600U);

  EXPECT_EQ(files_.open_held(at("lock")).value(), nullptr);

  held->reset();
  EXPECT_NE(files_.open_held(at("lock")).value(), nullptr);
}

TEST_F(FileSystemTest, APlaceThatIsNotThereCannotBeHeld) {
  EXPECT_EQ(files_.open_held(at("none/lock")).error().code, Code::not_found);
}

TEST_F(FileSystemTest, ADanglingLinkIsSomethingThatIsThere) {
  ASSERT_EQ(::symlink("nowhere", at("link").c_str()), 0);
  EXPECT_TRUE(files_.stat(at("link")).value());
}

TEST_F(FileSystemTest, MakesDirectoriesWithTheirParentsOnce) {
  const std::string deep = at("x/y/z");
  EXPECT_TRUE(files_.make_directories(deep));
  EXPECT_TRUE(files_.make_directories(deep + "/"));
  EXPECT_EQ(files_.stat(deep).value()->mode, 0700U);
}

TEST_F(FileSystemTest, RefusesADirectoryWhereAFileIs) {
  write("a", "");
  EXPECT_EQ(files_.make_directories(at("a")).error().code, Code::exists);
}

TEST_F(FileSystemTest, RenameReplacesOnlyWhenAsked) {
  write("from", "new");
  write("to", "old");
  EXPECT_EQ(files_.rename(at("from"), at("to"), false).error().code, Code::exists);
  EXPECT_EQ(contents("from"), "new");
  EXPECT_EQ(contents("to"), "old");
  EXPECT_TRUE(files_.rename(at("from"), at("to"), true));
  EXPECT_EQ(contents("to"), "new");
  EXPECT_FALSE(files_.stat(at("from")).value());
}

TEST_F(FileSystemTest, RenameWithoutReplaceTakesAFreeNameAndSparesEmptyDirectories) {
  ASSERT_TRUE(files_.make_directories(at("from")));
  ASSERT_TRUE(files_.make_directories(at("empty")));
  EXPECT_EQ(files_.rename(at("from"), at("empty"), false).error().code, Code::exists);
  EXPECT_TRUE(files_.rename(at("from"), at("free"), false));
}

TEST_F(FileSystemTest, OnlyOneOfManyRenamesToOneNameWins) {
  constexpr int kThreads = 8;
  for (int i = 0; i < kThreads; ++i)
    write("from" + std::to_string(i), std::to_string(i));
  std::atomic<int> winners{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        if (files_.rename(at("from" + std::to_string(i)), at("to"), false)) ++winners;
      });
    }
  }
  EXPECT_EQ(winners, 1);
  EXPECT_EQ(files_.list(directory_.path()).value().size(), static_cast<std::size_t>(kThreads)) << "nobody lost a file";
}

TEST_F(FileSystemTest, RemoveTakesFilesLinksAndEmptyDirectories) {
  write("a", "");
  ASSERT_TRUE(files_.make_directories(at("d")));
  ASSERT_EQ(::symlink(at("d").c_str(), at("link").c_str()), 0);
  for (const char* name : {"link", "a", "d", "none", "none/below"})
    EXPECT_TRUE(files_.remove(at(name))) << name;
  EXPECT_THAT(files_.list(directory_.path()).value(), ElementsAre());
}

TEST_F(FileSystemTest, RemoveSparesADirectoryThatHoldsSomething) {
  ASSERT_TRUE(files_.make_directories(at("d/e")));
  EXPECT_EQ(files_.remove(at("d")).error().code, Code::exists);
}

TEST_F(FileSystemTest, SyncsADirectory) {
  EXPECT_TRUE(files_.sync_directory(directory_.path()));
  EXPECT_EQ(files_.sync_directory(at("none")).error().code, Code::not_found);
}

TEST_F(FileSystemTest, TellsTheFreeSpaceOfAPlaceThatIsNotThereYet) {
  const auto here = files_.free_bytes(directory_.path());
  const auto below = files_.free_bytes(at("not/yet/there"));
  ASSERT_TRUE(here);
  ASSERT_TRUE(below) << below.error().to_string();
  EXPECT_GT(*here, 0U);
}

TEST_F(FileSystemTest, ANameTooLongIsTheCallersMistake) {
  EXPECT_EQ(files_.stat(at(std::string(300, 'n'))).error().code, Code::usage);
}

TEST(Paths, AreTakenApartAndPutTogether) {
  EXPECT_EQ(parent_path("a/b"), "a");
  EXPECT_EQ(parent_path("a/b/"), "a");
  EXPECT_EQ(parent_path("/a"), "/");
  EXPECT_EQ(parent_path("/"), "/");
  EXPECT_EQ(parent_path("a"), ".");
  EXPECT_EQ(file_name("/a/b"), "b");
  EXPECT_EQ(file_name("a/b/"), "b");
  EXPECT_EQ(file_name("b"), "b");
  EXPECT_EQ(join_path("a", "b"), "a/b");
  EXPECT_EQ(join_path("a/", "b"), "a/b");
  EXPECT_EQ(join_path("", "b"), "b");
}

}  // namespace
}  // namespace holdfast::os
