// What is particular to directories; the promises common to all stores are in tests/contract.
#include "objectstore/local/local_store.h"

#include <chrono>
#include <filesystem>

#include <gmock/gmock.h>

#include "recording_file_system.h"

#include "support/faulty_file_system.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

namespace fs = std::filesystem;
using objectstore::LocalOptions;
using objectstore::LocalStore;
using objectstore::ObjectInfo;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class LocalStoreTest : public ::testing::Test {
 protected:
  LocalStore make(LocalOptions options = {}) {
    options.root = root_;
    return LocalStore(options, files_, os::real_clock(), os::real_random());
  }
  static std::vector<std::string> list(LocalStore& store, const std::string& prefix = "") {
    std::vector<std::string> keys;
    const auto collect = [&](const ObjectInfo& info) -> Status {
      keys.push_back(info.key);
      return {};
    };
    EXPECT_TRUE(store.list(prefix, collect, {}));
    return keys;
  }
  static Result<ObjectInfo> put(LocalStore& store, const std::string& key, std::string_view text = "content") {
    return objectstore::put_bytes(store, key, as_bytes(text), {}, {});
  }
  std::vector<std::string> names(const std::string& directory) {
    return os::real_file_system().list(directory).value();
  }
  unsigned mode(const std::string& path) { return os::real_file_system().stat(path).value()->mode; }
  void write(const std::string& path, std::string_view text) {
    ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), path, as_bytes(text)));
  }

  TempDir dir_;
  const std::string root_ = dir_.file("new/root");
  FaultyFileSystem files_{os::real_file_system()};
};

TEST_F(LocalStoreTest, KeyIsAnOrdinaryFileForItsOwnerOnly) {
  LocalStore store = make();

  ASSERT_TRUE(put(store, "cluster/backup.db", "snapshot"));

  const std::string path = root_ + "/cluster/backup.db";
  EXPECT_EQ(as_text(os::read_file(os::real_file_system(), path, 100).value()), "snapshot");
  EXPECT_EQ(mode(path), 0600U);
  EXPECT_EQ(mode(root_ + "/cluster"), 0700U);
  EXPECT_EQ(mode(root_), 0700U);
  EXPECT_THAT(names(root_ + "/cluster"), ElementsAre("backup.db"));
}

TEST_F(LocalStoreTest, SyncsTheFileThenEveryDirectoryUpToTheNewParents) {
  RecordingFileSystem files;
  LocalStore store({.root = root_}, files, os::real_clock(), os::real_random());

  ASSERT_TRUE(put(store, "a/b/c"));

  const auto rename = std::find(files.log.begin(), files.log.end(), "rename " + root_ + "/a/b/c");
  ASSERT_NE(rename, files.log.end());
  EXPECT_EQ(*(rename - 1), "sync");
  const std::vector<std::string> after(rename + 1, files.log.end());
  EXPECT_THAT(after, ElementsAre("sync_directory " + root_ + "/a/b", "sync_directory " + root_ + "/a",
                                 "sync_directory " + root_, "sync_directory " + dir_.file("new")));
  EXPECT_THAT(files.log, Contains("sync_directory " + dir_.path()));
}

// Killed at any change: the old object is there whole, or the new one, and the store goes on working.
TEST_F(LocalStoreTest, KilledAnywhereLeavesTheOldOrTheNewObject) {
  bool saw_old = false;
  bool saw_new = false;
  bool survived = false;
  for (int changes = 0; changes < 40 && !survived; ++changes) {
    LocalStore before = make();
    ASSERT_TRUE(put(before, "dir/object", "old"));
    FaultyFileSystem dying(os::real_file_system());
    dying.crash_after(changes);
    LocalStore store({.root = root_}, dying, os::real_clock(), os::real_random());
    const bool stored = put(store, "dir/object", "new").has_value();
    survived = !dying.crashed();
    EXPECT_EQ(stored, survived) << "a put that says it is stored must have done every step";

    const auto bytes = objectstore::get_bytes(before, "dir/object", 100, {});

    ASSERT_TRUE(bytes) << bytes.error().to_string();
    ASSERT_THAT(as_text(*bytes), ::testing::AnyOf("old", "new"));
    (as_text(*bytes) == "old" ? saw_old : saw_new) = true;
    EXPECT_THAT(list(before), ElementsAre("dir/object"));
  }
  EXPECT_TRUE(saw_old);
  EXPECT_TRUE(saw_new);
  EXPECT_TRUE(survived) << "the last round must outlive all deaths";
}

TEST_F(LocalStoreTest, TemporaryFilesAreNeitherListedNorReadable) {
  LocalStore store = make();
  ASSERT_TRUE(put(store, "dir/object"));
  write(root_ + "/dir/.holdfast-put-0123456789abcdef", "half");

  EXPECT_THAT(list(store), ElementsAre("dir/object"));
  EXPECT_EQ(store.get("dir/.holdfast-put-0123456789abcdef", {}, {}).error().code, Code::usage);
  EXPECT_EQ(put(store, ".holdfast-put-x/object").error().code, Code::usage);
}

TEST_F(LocalStoreTest, StaleTemporaryFilesAreClearedAwayByTheNextPut) {
  LocalStore first = make();
  ASSERT_TRUE(put(first, "dir/object"));
  const std::string stale = root_ + "/dir/.holdfast-put-0000000000000001";
  const std::string fresh = root_ + "/dir/.holdfast-put-0000000000000002";
  write(stale, "half");
  write(fresh, "half");
  fs::last_write_time(stale, fs::file_time_type::clock::now() - std::chrono::hours(25));
  LocalStore second = make();

  ASSERT_TRUE(put(second, "dir/other"));

  EXPECT_FALSE(fs::exists(stale));
  EXPECT_TRUE(fs::exists(fresh));
}

TEST_F(LocalStoreTest, AbortStaleUploadsRemovesOldTemporaryFilesBelowThePrefix) {
  LocalStore store = make();
  ASSERT_TRUE(put(store, "a/object"));
  ASSERT_TRUE(put(store, "b/object"));
  for (const char* path : {"/a/.holdfast-put-1", "/b/.holdfast-put-1"}) {
    write(root_ + path, "half");
    fs::last_write_time(root_ + path, fs::file_time_type::clock::now() - std::chrono::hours(2));
  }

  EXPECT_EQ(store.abort_stale_uploads({"a/", std::chrono::hours(3)}, {}).value(), 0U);
  EXPECT_EQ(store.abort_stale_uploads({"a/", std::chrono::hours(1)}, {}).value(), 1U);

  EXPECT_FALSE(fs::exists(root_ + "/a/.holdfast-put-1"));
  EXPECT_TRUE(fs::exists(root_ + "/b/.holdfast-put-1"));
  EXPECT_THAT(list(store), ElementsAre("a/object", "b/object"));
}

TEST_F(LocalStoreTest, FullDiskIsAClearErrorAndLeavesNothing) {
  LocalStore store = make({.root = {}, .keep_free = 0});
  files_.limit_space(kMiB);
  const Bytes bytes(3 * kMiB);

  const auto stored = objectstore::put_bytes(store, "dir/object", bytes, {}, {});

  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, Code::no_space);
  EXPECT_THAT(names(root_ + "/dir"), IsEmpty());
}

TEST_F(LocalStoreTest, KeepsSpaceFreeForOtherPrograms) {
  LocalStore store = make({.root = {}, .keep_free = 10 * kMiB});
  files_.limit_space(10 * kMiB - 1);

  const auto stored = put(store, "object", std::string(2 * kMiB, 'x'));

  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, Code::no_space);
  EXPECT_FALSE(stored.error().hint.empty());
}

TEST_F(LocalStoreTest, ASmallObjectStillFitsWhereALargeOneTookTheRest) {
  LocalStore store = make({.root = {}, .keep_free = 10 * kMiB});
  files_.limit_space(10 * kMiB - 1);

  EXPECT_TRUE(put(store, "object.manifest.json"));
}

// Many bytes, and a count of how many were taken.
class LongSource final : public ByteSource {
 public:
  Result<std::size_t> read(ByteSpan into) override {
    given += into.size();
    return given > 500 * kMiB ? 0 : into.size();
  }
  std::uint64_t given = 0;
};

TEST_F(LocalStoreTest, StopsWhileSpaceIsLeftWhenTheDiskFillsUpMeanwhile) {
  LocalStore store = make({.root = {}, .keep_free = 70 * kMiB});
  files_.limit_space(100 * kMiB);
  LongSource source;

  const auto stored = store.put("object", source, {}, {});

  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, Code::no_space);
  EXPECT_THAT(stored.error().to_string(), HasSubstr("kept free for other programs"));
  EXPECT_LT(source.given, 100 * kMiB);
  EXPECT_THAT(names(root_), IsEmpty());
}

TEST_F(LocalStoreTest, SyncThatFailsFailsThePut) {
  for (const FileCall call : {FileCall::sync, FileCall::rename}) {
    LocalStore store = make();
    files_.fail_call(call, 1, Code::internal);

    EXPECT_FALSE(put(store, "dir/object"));

    EXPECT_THAT(names(root_ + "/dir"), IsEmpty());
  }
  EXPECT_THAT(files_.unreached_faults(), IsEmpty());
}

TEST_F(LocalStoreTest, SymbolicLinksBelowTheRootAreNotFollowed) {
  LocalStore store = make();
  ASSERT_TRUE(put(store, "real/object"));
  const std::string outside = dir_.file("outside");
  ASSERT_TRUE(os::real_file_system().make_directories(outside));
  write(outside + "/secret", "not a backup");
  fs::create_directory_symlink(outside, root_ + "/link");
  fs::create_symlink(outside + "/secret", root_ + "/real/linked");
  fs::create_symlink("nowhere", root_ + "/real/dangling");

  EXPECT_THAT(list(store), ElementsAre("real/object"));
  EXPECT_THAT(list(store, "link/"), IsEmpty());
  for (const char* key : {"link/secret", "real/linked", "real/dangling", "link/new"}) {
    EXPECT_EQ(store.get(key, {}, {}).error().code, Code::refused) << key;
    EXPECT_EQ(store.head(key, {}).error().code, Code::refused) << key;
    EXPECT_EQ(store.remove(key, {}).error().code, Code::refused) << key;
  }
  EXPECT_EQ(put(store, "link/new").error().code, Code::refused);
  EXPECT_EQ(put(store, "real/linked").error().code, Code::refused);
  EXPECT_THAT(names(outside), ElementsAre("secret"));
}

TEST_F(LocalStoreTest, RootMayBeASymbolicLink) {
  const std::string target = dir_.file("disk");
  ASSERT_TRUE(os::real_file_system().make_directories(target));
  ASSERT_TRUE(os::real_file_system().make_directories(dir_.file("new")));
  fs::create_directory_symlink(target, root_);
  LocalStore store = make();

  ASSERT_TRUE(put(store, "object"));

  EXPECT_THAT(names(target), ElementsAre("object"));
  EXPECT_THAT(list(store), ElementsAre("object"));
}

TEST_F(LocalStoreTest, FileWhereAFolderMustBeIsRefused) {
  LocalStore store = make();
  ASSERT_TRUE(put(store, "a"));

  const auto stored = put(store, "a/b");

  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, Code::refused);
  EXPECT_THAT(stored.error().to_string(), HasSubstr("a is a file there"));
  EXPECT_FALSE(stored.error().hint.empty());
}

TEST_F(LocalStoreTest, SegmentLongerThanAFileNameIsUnsupported) {
  LocalStore store = make();

  EXPECT_TRUE(put(store, std::string(255, 'x')));
  EXPECT_EQ(put(store, std::string(256, 'x')).error().code, Code::unsupported);
}

TEST_F(LocalStoreTest, FilesThatAreNoKeysAreNotListed) {
  LocalStore store = make();
  ASSERT_TRUE(put(store, "object"));
  write(root_ + "/bad\nname", "x");
  write(root_ + "/bad\xff", "x");

  EXPECT_THAT(list(store), ElementsAre("object"));
}

TEST_F(LocalStoreTest, AnUnreadableDirectoryIsReportedAndTheRestIsListed) {
  LocalStore store = make();
  for (const char* key : {"a.db", "b/c.db", "d.db"})
    ASSERT_TRUE(put(store, key));
  files_.fail_call(FileCall::list, 2, Code::refused);
  testing::internal::CaptureStderr();
  EXPECT_THAT(list(store), ElementsAre("a.db", "d.db"));
  EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr(root_ + "/b"));

  files_.fail_call(FileCall::list, 1, Code::refused);
  EXPECT_FALSE(store.list("", [](const ObjectInfo&) { return Status(); }, {})) << "what was asked for itself";
}

TEST_F(LocalStoreTest, MissingRootIsNotFoundNotEmpty) {
  LocalStore store = make();

  const auto listed = store.list("", [](const ObjectInfo&) -> Status { return {}; }, {});

  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().code, Code::not_found);
  EXPECT_THAT(listed.error().to_string(), HasSubstr(root_));
}

TEST_F(LocalStoreTest, MissingRootThatMustBeThereIsNotMade) {
  LocalStore store = make({.make_root = false});

  const auto stored = put(store, "a");

  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, Code::unavailable);
  EXPECT_FALSE(fs::exists(root_));
}

TEST_F(LocalStoreTest, WhatLiesOnADiskThatIsNotThereIsNotRemoved) {
  LocalStore store = make();
  ASSERT_TRUE(put(store, "key"));
  ASSERT_TRUE(os::real_file_system().rename(root_, root_ + "-away", false));
  EXPECT_EQ(store.remove("key", {}).error().code, Code::unavailable);
  write(root_, "a file where the directory was");
  EXPECT_EQ(store.remove("key", {}).error().code, Code::unavailable);
}

TEST_F(LocalStoreTest, FileCutShortWhileReadIsCorrupt) {
  LocalStore store = make();
  ASSERT_TRUE(put(store, "object", std::string(100000, 'x')));
  auto opened = store.get("object", {}, {});
  ASSERT_TRUE(opened);
  Bytes buffer(1000);
  ASSERT_TRUE(opened->source->read(buffer));

  fs::resize_file(root_ + "/object", 50000);

  const auto rest = read_all(*opened->source, kMiB);
  ASSERT_FALSE(rest);
  EXPECT_EQ(rest.error().code, Code::corrupt);
}

TEST_F(LocalStoreTest, DescribesItselfAsAnUrl) {
  EXPECT_EQ(make().describe(), "file://" + root_);
}

}  // namespace
}  // namespace holdfast::test
