// Saves into a directory that fail: object and manifest are both there, or neither is.
#include <gmock/gmock.h>

#include "unit/objectstore/recording_file_system.h"
#include "unit/repository/save_bench.h"

#include "objectstore/local/local_store.h"

namespace holdfast::repository {
namespace {

using testing::IsEmpty;

class SaveLocal : public testing::Test {
 protected:
  SaveLocal() { EXPECT_TRUE(os::real_file_system().make_directories(root_)); }

  Result<SaveReport> save(const SaveOptions& options) {
    objectstore::LocalStore store({.root = root_}, files_, os::real_clock(), os::real_random());
    return repository::save(bench_.world(store), options, {});
  }
  SaveOptions options(const std::string& name) {
    SaveOptions options = bench_.options(name);
    options.object_key = name + ".db.zst";
    return options;
  }
  std::vector<std::string> files_there() { return os::real_file_system().list(root_).value(); }

  SaveBench bench_;
  const std::string root_ = bench_.directory.file("above/root");
  test::RecordingFileSystem files_;
};

TEST_F(SaveLocal, ADirectoryAboveThatMayNotBeReadIsNoReasonToFail) {
  files_.sync_failures[bench_.directory.file("above")] = Code::refused;

  const auto report = save(options("x"));

  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_THAT(files_there(), testing::ElementsAre("x.db.zst", "x.db.zst.manifest.json"));
}

TEST_F(SaveLocal, ADirectoryThatMayNotBeReadLeavesNothing) {
  files_.sync_failures[root_] = Code::refused;

  const auto report = save(options("x"));

  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::refused);
  EXPECT_THAT(files_there(), IsEmpty());
}

TEST_F(SaveLocal, ADiskThatFailsToSyncLeavesNothing) {
  files_.sync_failures[bench_.directory.file("above")] = Code::unavailable;

  const auto report = save(options("x"));

  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::unavailable);
  EXPECT_THAT(files_there(), IsEmpty());
}

TEST_F(SaveLocal, ANameThatLeavesNoRoomForTheManifestsIsRefusedBeforeEtcdIsAsked) {
  for (const bool overwrite : {false, true}) {
    SaveOptions long_name = options(std::string(245, 'x'));
    long_name.overwrite = overwrite;

    const auto report = save(long_name);

    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, Code::unsupported);
    EXPECT_THAT(files_there(), IsEmpty());
    EXPECT_THAT(bench_.etcd.snapshot_calls(), IsEmpty());
  }
}

TEST_F(SaveLocal, ADirectoryThatIsNotThereYetIsMade) {
  ASSERT_TRUE(os::remove_tree(os::real_file_system(), bench_.directory.file("above")));

  const auto report = save(options("x"));

  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_THAT(files_there(), testing::ElementsAre("x.db.zst", "x.db.zst.manifest.json"));
}

}  // namespace
}  // namespace holdfast::repository
