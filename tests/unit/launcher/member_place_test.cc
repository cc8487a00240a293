#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "launcher/member/place.h"

#include "support/faulty_file_system.h"
#include "support/temp_dir.h"

namespace holdfast::launcher {
namespace {

using testing::HasSubstr;

// A disk of its own is mounted at one directory.
class MountedDisk final : public test::FaultyFileSystem {
 public:
  explicit MountedDisk(std::string at) : FaultyFileSystem(os::real_file_system()), at_(std::move(at)) {}
  Result<bool> is_mount_point(const std::string& path) override { return path == at_; }

 private:
  const std::string at_;
};

class PlaceTest : public testing::Test {
 protected:
  Result<Layout> find(const std::string& data_dir, const std::string& wal_dir = "") {
    return find_layout(files_, {.data_dir = data_dir, .wal_dir = wal_dir});
  }

  test::TempDir directory_;
  const std::string data_ = directory_.file("etcd");
  os::FileSystem& files_ = os::real_file_system();
};

TEST_F(PlaceTest, NamesStandBesideAnOrdinaryDataDirectory) {
  ASSERT_TRUE(files_.make_directories(data_));
  const auto layout = find(data_ + "//");
  ASSERT_TRUE(layout) << layout.error().to_string();
  EXPECT_FALSE(layout->inside);
  EXPECT_EQ(layout->live(), data_);
  EXPECT_EQ(layout->path(layout->name(Kind::staged, "r-1")), data_ + ".staged-r-1");
  EXPECT_EQ(layout->path(layout->journal_name()), data_ + ".journal");
  EXPECT_EQ(layout->database(layout->live()), data_ + "/member/snap/db");
}

TEST_F(PlaceTest, NamesStandBesideADataDirectoryThatIsMissing) {
  const auto layout = find(data_);
  ASSERT_TRUE(layout);
  EXPECT_FALSE(layout->inside);
  EXPECT_EQ(layout->root, directory_.path());
}

TEST_F(PlaceTest, NamesStandInsideAMountPointBesideItsMember) {
  ASSERT_TRUE(files_.make_directories(data_));
  MountedDisk mounted(data_);
  const auto layout = find_layout(mounted, {.data_dir = data_, .wal_dir = ""});
  ASSERT_TRUE(layout);
  EXPECT_TRUE(layout->inside);
  EXPECT_EQ(layout->live(), data_ + "/member");
  EXPECT_EQ(layout->path(layout->name(Kind::before, "r-1")), data_ + "/member.before-r-1");
  EXPECT_EQ(layout->database(layout->live()), data_ + "/member/snap/db");
}

TEST_F(PlaceTest, NamesStandInsideALinkedDirectory) {
  ASSERT_TRUE(files_.make_directories(directory_.file("disk")));
  ASSERT_EQ(::symlink("disk", data_.c_str()), 0);
  const auto layout = find(data_);
  ASSERT_TRUE(layout);
  EXPECT_TRUE(layout->inside);
}

TEST_F(PlaceTest, APlaceThatCannotBeRestoredInIsRefusedWithTheReason) {
  ASSERT_EQ(::symlink("nowhere", directory_.file("link").c_str()), 0);
  ASSERT_TRUE(os::write_file_atomically(files_, directory_.file("file"), as_bytes("x")));
  EXPECT_EQ(find("etcd").error().code, Code::usage);
  EXPECT_EQ(find("").error().code, Code::usage);
  EXPECT_EQ(find("/").error().code, Code::usage);
  EXPECT_EQ(find("/var/..").error().code, Code::usage);
  EXPECT_EQ(find(directory_.file("link")).error().code, Code::not_found);
  EXPECT_EQ(find(directory_.file("file")).error().code, Code::exists);
}

TEST_F(PlaceTest, ALogOutsideTheDataDirectoryIsRefusedWithWhatToDo) {
  EXPECT_TRUE(find(data_, data_ + "/member/wal/"));
  const auto layout = find(data_, "/fast/wal");
  ASSERT_FALSE(layout);
  EXPECT_EQ(layout.error().code, Code::unsupported);
  EXPECT_THAT(layout.error().message, HasSubstr("/fast/wal"));
  EXPECT_THAT(layout.error().hint, HasSubstr(data_ + "/member/wal"));
}

TEST(RestoreId, IsShortAndFitForFileNames) {
  for (const char* good : {"a", "0", "-", "restore-2026-11-22"})
    EXPECT_TRUE(is_restore_id(good)) << good;
  EXPECT_TRUE(is_restore_id(std::string(63, 'x')));
  EXPECT_FALSE(is_restore_id(std::string(64, 'x')));
  for (const char* bad : {"", "A", "a.b", "a/b", "a_b", "../x", "a b", "\xc3\xa4"})
    EXPECT_FALSE(is_restore_id(bad)) << bad;
}

}  // namespace
}  // namespace holdfast::launcher
