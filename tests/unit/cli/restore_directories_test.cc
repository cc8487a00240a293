#include "cli/restore_directories.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "os/file_system.h"
#include "support/temp_dir.h"

namespace holdfast::cli {
namespace {

using snapshot::RestoreTarget;

class RestoreDirectoriesTest : public ::testing::Test {
 protected:
  RestoreDirectoriesTest() {
    EXPECT_TRUE(os::real_file_system().make_directories(path("real")));
    EXPECT_EQ(::symlink(path("real").c_str(), path("link").c_str()), 0);
  }
  std::string path(const std::string& name) const { return directory_.file(name); }
  bool settles(const std::string& data_dir, const std::string& wal_dir) {
    targets_ = {{.name = "a", .data_dir = data_dir, .wal_dir = wal_dir}};
    const Status settled = settle_directories(targets_);
    EXPECT_TRUE(settled || settled.error().code == Code::usage);
    return settled.has_value();
  }

  test::TempDir directory_;
  std::vector<RestoreTarget> targets_;
};

TEST_F(RestoreDirectoriesTest, a_write_ahead_log_apart_stays_as_it_is_written) {
  EXPECT_TRUE(settles(path("d"), path("w/")));
  EXPECT_EQ(targets_[0].wal_dir, path("w/"));
  EXPECT_TRUE(settles("d", "w"));
  EXPECT_EQ(targets_[0].data_dir, "d");
  EXPECT_EQ(targets_[0].wal_dir, "w");
}

TEST_F(RestoreDirectoriesTest, the_same_directory_in_other_words_is_refused) {
  EXPECT_FALSE(settles(path("d"), path("d/")));
  EXPECT_FALSE(settles(path("d"), path("x/../d")));
  EXPECT_FALSE(settles(path("link"), path("real")));
  EXPECT_FALSE(settles("d", "./d"));
}

TEST_F(RestoreDirectoriesTest, a_log_inside_the_data_directory_is_named_from_there) {
  EXPECT_TRUE(settles(path("real"), path("link/wal")));
  EXPECT_EQ(targets_[0].wal_dir, path("real/wal"));
  EXPECT_TRUE(settles(path("d"), path("d/x/../member/wal")));
  EXPECT_EQ(targets_[0].wal_dir, path("d/member/wal"));
}

TEST_F(RestoreDirectoriesTest, a_log_among_the_files_of_the_data_directory_is_refused) {
  for (const char* place : {"d/member", "d/member/snap", "d/member/snap/db", "d/member/snap/"})
    EXPECT_FALSE(settles(path("d"), path(place))) << place;
}

TEST_F(RestoreDirectoriesTest, a_data_directory_inside_the_log_is_refused) {
  EXPECT_FALSE(settles(path("w/d"), path("w")));
  EXPECT_FALSE(settles(path("link/d"), path("real")));
}

TEST_F(RestoreDirectoriesTest, members_need_directories_of_their_own) {
  std::vector<RestoreTarget> targets{{.name = "a", .data_dir = path("real/x"), .wal_dir = {}},
                                     {.name = "b", .data_dir = path("link/x"), .wal_dir = {}}};
  EXPECT_FALSE(settle_directories(targets));
  targets[1].data_dir = path("link/y");
  EXPECT_TRUE(settle_directories(targets));
}

}  // namespace
}  // namespace holdfast::cli
