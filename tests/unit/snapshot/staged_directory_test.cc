#include "snapshot/staged_directory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/faulty_file_system.h"
#include "support/fixed_random.h"
#include "support/temp_dir.h"

namespace holdfast::snapshot {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class StagedDirectoryTest : public testing::Test {
 protected:
  std::unique_ptr<StagedDirectory> staged(const std::string& target) {
    auto result = StagedDirectory::create(files_, random_, target);
    EXPECT_TRUE(result) << result.error().to_string();
    return std::move(*result);
  }
  void write(const std::string& path) { ASSERT_TRUE(files_.open(path, os::OpenMode::create, 0600)); }
  std::vector<std::string> names(const std::string& path) { return files_.list(path).value(); }

  test::TempDir dir_;
  test::FaultyFileSystem files_{os::real_file_system()};
  test::FixedRandom random_;
  const std::string target_ = dir_.file("etcd");
};

TEST_F(StagedDirectoryTest, AppearsWithEverythingInIt) {
  auto stage = staged(target_);
  write(stage->path() + "/data");
  EXPECT_THAT(names(dir_.path()), ElementsAre(testing::StartsWith(".etcd.holdfast-")));

  ASSERT_TRUE(stage->publish());
  stage->keep();
  stage.reset();

  EXPECT_THAT(names(dir_.path()), ElementsAre("etcd"));
  EXPECT_THAT(names(target_), ElementsAre("data"));
  EXPECT_EQ(files_.stat(target_)->value().mode, 0700U);
}

TEST_F(StagedDirectoryTest, LeavesNothingWhenItIsGivenUp) {
  auto stage = staged(dir_.file("new/parents/etcd"));
  write(stage->path() + "/data");

  stage.reset();

  EXPECT_THAT(names(dir_.path()), IsEmpty());
}

TEST_F(StagedDirectoryTest, KeepsParentsThatSomebodyElseUses) {
  auto stage = staged(dir_.file("new/etcd"));
  write(dir_.file("new/other"));

  stage.reset();

  EXPECT_THAT(names(dir_.file("new")), ElementsAre("other"));
}

TEST_F(StagedDirectoryTest, FillsAnEmptyDirectoryAndKeepsItsMode) {
  ASSERT_TRUE(files_.make_directories(target_, 0750));
  auto stage = staged(target_);
  ASSERT_TRUE(files_.make_directories(stage->path() + "/member", 0700));
  write(stage->path() + "/wal");

  ASSERT_TRUE(stage->publish());
  stage->keep();

  EXPECT_THAT(names(dir_.path()), ElementsAre("etcd"));
  EXPECT_THAT(names(target_), ElementsAre("member", "wal"));
  EXPECT_EQ(files_.stat(target_)->value().mode, 0750U);
}

TEST_F(StagedDirectoryTest, FillsAFreshFileSystem) {
  ASSERT_TRUE(files_.make_directories(target_ + "/lost+found", 0700));

  auto stage = staged(target_);

  EXPECT_THAT(stage->path(), testing::StartsWith(target_ + "/.holdfast-"));
}

TEST_F(StagedDirectoryTest, RefusesADirectoryThatHoldsSomething) {
  ASSERT_TRUE(files_.make_directories(target_ + "/member", 0700));

  const auto result = StagedDirectory::create(files_, random_, target_);

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::exists);
  EXPECT_THAT(result.error().message, HasSubstr("member"));
  EXPECT_THAT(names(target_), ElementsAre("member"));
}

TEST_F(StagedDirectoryTest, RefusesAFileInItsPlace) {
  write(target_);

  const auto result = StagedDirectory::create(files_, random_, target_);

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::exists);
}

TEST_F(StagedDirectoryTest, DoesNotReplaceWhatAppearsMeanwhile) {
  auto stage = staged(target_);
  ASSERT_TRUE(files_.make_directories(target_, 0700));
  write(target_ + "/precious");

  const auto status = stage->publish();
  stage.reset();

  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::exists);
  EXPECT_THAT(names(dir_.path()), ElementsAre("etcd"));
  EXPECT_THAT(names(target_), ElementsAre("precious"));
}

TEST_F(StagedDirectoryTest, DoesNotReplaceWhatAppearsInsideMeanwhile) {
  ASSERT_TRUE(files_.make_directories(target_, 0700));
  auto stage = staged(target_);
  ASSERT_TRUE(files_.make_directories(stage->path() + "/member", 0700));
  write(stage->path() + "/another");
  ASSERT_TRUE(files_.make_directories(target_ + "/member", 0700));

  const auto status = stage->publish();
  stage.reset();

  ASSERT_FALSE(status);
  EXPECT_THAT(names(target_), ElementsAre("member"));
}

TEST_F(StagedDirectoryTest, TakesBackWhatItPublished) {
  for (const bool inside : {false, true}) {
    if (inside) {
      ASSERT_TRUE(files_.make_directories(target_, 0700));
    }
    auto stage = staged(target_);
    ASSERT_TRUE(files_.make_directories(stage->path() + "/member", 0700));
    ASSERT_TRUE(stage->publish());

    ASSERT_TRUE(stage->withdraw());

    if (inside) {
      EXPECT_THAT(names(target_), IsEmpty());
    } else {
      EXPECT_THAT(names(dir_.path()), IsEmpty());
    }
  }
}

TEST_F(StagedDirectoryTest, IsNotThereWhenTheDirectoryAboveCannotBeSynced) {
  auto stage = staged(target_);
  files_.fail_call(test::FileCall::sync_directory, 1, Code::internal);

  const auto status = stage->publish();
  stage.reset();

  EXPECT_FALSE(status);
  EXPECT_THAT(names(dir_.path()), IsEmpty());
  EXPECT_THAT(files_.unreached_faults(), IsEmpty());
}

TEST_F(StagedDirectoryTest, SaysWhenItCouldNotBeTakenBack) {
  auto stage = staged(target_);
  files_.fail_call(test::FileCall::sync_directory, 1, Code::internal);
  files_.fail_call(test::FileCall::rename, 2, Code::refused);

  const auto status = stage->publish();

  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().to_string(), HasSubstr(target_ + " could not be taken back"));
}

TEST_F(StagedDirectoryTest, NamesWhatEarlierAttemptsLeftBehind) {
  ASSERT_TRUE(files_.make_directories(dir_.file(".etcd.holdfast-0011"), 0700));
  ASSERT_TRUE(files_.make_directories(dir_.file("full/.holdfast-0022"), 0700));

  EXPECT_THAT(staged(target_)->leftovers(), ElementsAre(dir_.file(".etcd.holdfast-0011")));
  EXPECT_THAT(staged(dir_.file("full"))->leftovers(), ElementsAre(dir_.file("full/.holdfast-0022")));
}

}  // namespace
}  // namespace holdfast::snapshot
