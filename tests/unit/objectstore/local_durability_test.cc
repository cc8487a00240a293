// What a directory must allow before something is stored in it, and what stays when the disk fails.
#include <filesystem>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "recording_file_system.h"

#include "objectstore/local/local_store.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

namespace fs = std::filesystem;
using objectstore::LocalStore;
using objectstore::ObjectInfo;
using ::testing::IsEmpty;

class LocalDurabilityTest : public ::testing::Test {
 protected:
  static Result<ObjectInfo> put(LocalStore& store, const std::string& key) {
    return objectstore::put_bytes(store, key, as_bytes("content"), {}, {});
  }
  std::vector<std::string> names(const std::string& directory) {
    return os::real_file_system().list(directory).value();
  }

  TempDir dir_;
  const std::string root_ = dir_.file("new/root");
};

// A source that must not be read.
class UntouchedSource final : public ByteSource {
 public:
  Result<std::size_t> read(ByteSpan) override {
    touched = true;
    return std::size_t{0};
  }
  bool touched = false;
};

TEST_F(LocalDurabilityTest, DirectoriesAboveThatMayBeEnteredButNotReadAreNoReasonToFail) {
  ASSERT_TRUE(os::real_file_system().make_directories(root_ + "/a/b"));
  RecordingFileSystem files;
  for (const std::string& unreadable : {dir_.file("new"), root_, root_ + "/a"})
    files.sync_failures[unreadable] = Code::refused;
  LocalStore store({.root = root_}, files, os::real_clock(), os::real_random());

  EXPECT_TRUE(put(store, "a/b/c"));
}

TEST_F(LocalDurabilityTest, ADirectoryThatIsMadeInOneThatCannotBeSyncedIsAFailureBeforeAnythingIsRead) {
  ASSERT_TRUE(os::real_file_system().make_directories(root_));
  RecordingFileSystem files;
  files.sync_failures[root_] = Code::refused;
  LocalStore store({.root = root_}, files, os::real_clock(), os::real_random());
  UntouchedSource source;

  EXPECT_EQ(store.put("a/b", source, {}, {}).error().code, Code::refused);
  EXPECT_FALSE(source.touched);
}

TEST_F(LocalDurabilityTest, AFilesOwnDirectoryThatCannotBeSyncedIsAFailureBeforeAnythingIsRead) {
  ASSERT_TRUE(os::real_file_system().make_directories(root_));
  RecordingFileSystem files;
  files.sync_failures[root_] = Code::refused;
  LocalStore store({.root = root_}, files, os::real_clock(), os::real_random());
  UntouchedSource source;

  const auto stored = store.put("object", source, {}, {});

  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, Code::refused);
  EXPECT_FALSE(stored.error().hint.empty());
  EXPECT_FALSE(source.touched);
  EXPECT_THAT(names(root_), IsEmpty());
}

TEST_F(LocalDurabilityTest, ADiskThatFailsToSyncADirectoryAboveFailsThePutAndNothingStays) {
  ASSERT_TRUE(os::real_file_system().make_directories(root_));
  RecordingFileSystem files;
  files.sync_failures[dir_.file("new")] = Code::unavailable;
  LocalStore store({.root = root_}, files, os::real_clock(), os::real_random());

  const auto stored = objectstore::put_bytes(store, "object", as_bytes("x"), {.only_if_absent = true}, {});

  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, Code::unavailable);
  EXPECT_THAT(names(root_), IsEmpty());
}

TEST_F(LocalDurabilityTest, DevicesFifosAndSocketsAreNotReplaced) {
  LocalStore store({.root = root_}, os::real_file_system(), os::real_clock(), os::real_random());
  ASSERT_TRUE(os::real_file_system().make_directories(root_));
  ASSERT_EQ(::mkfifo((root_ + "/pipe").c_str(), 0600), 0);
  UntouchedSource source;

  const auto stored = store.put("pipe", source, {}, {});

  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, Code::refused);
  EXPECT_FALSE(source.touched);
  EXPECT_TRUE(fs::is_fifo(root_ + "/pipe"));
}

TEST_F(LocalDurabilityTest, AFileStoredAgainHasAnotherEtag) {
  LocalStore store({.root = root_}, os::real_file_system(), os::real_clock(), os::real_random());
  const auto first = put(store, "object");
  ASSERT_TRUE(first);
  EXPECT_EQ(store.head("object", {})->etag, first->etag);

  const auto second = put(store, "object");

  ASSERT_TRUE(second);
  EXPECT_NE(second->etag, first->etag);
}

}  // namespace
}  // namespace holdfast::test
