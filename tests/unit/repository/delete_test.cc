// What may be deleted, and what goes with it.
#include <gtest/gtest.h>

#include "unit/repository/newer_manifest.h"
#include "unit/repository/save_bench.h"

namespace holdfast::repository {
namespace {

constexpr const char* kKey = "prod/nightly.db.zst";
constexpr const char* kManifest = "prod/nightly.db.zst.manifest.json";

class Delete : public testing::Test {
 protected:
  void put(const std::string& key, std::string_view text) {
    ASSERT_TRUE(objectstore::put_bytes(bench_.store, key, as_bytes(text), {}, {}));
  }
  void save_one() { ASSERT_TRUE(bench_.save(bench_.options())); }
  Entry find(const std::string& key) { return Repository(bench_.store).find(key, {}).value(); }
  Status deletable(const std::string& key, bool force = false) {
    return Repository(bench_.store).check_deletable(find(key), force, {});
  }
  void expect_refused(const std::string& key, bool force = false) {
    const Status allowed = deletable(key, force);
    ASSERT_FALSE(allowed);
    EXPECT_EQ(allowed.error().code, Code::refused);
    EXPECT_FALSE(allowed.error().hint.empty());
  }
  std::string text_of(const std::string& key) {
    return std::string(as_text(objectstore::get_bytes(bench_.store, key, kMiB, {}).value()));
  }

  SaveBench bench_;
};

TEST_F(Delete, ABackupMayGo) {
  save_one();

  EXPECT_TRUE(deletable("prod/nightly"));
}

TEST_F(Delete, AFileThatIsOnlyCalledLikeASnapshotStaysUnlessForced) {
  for (const char* key : {"a.db", "b.db.gz", "c.db.zst", "d.db.zst.age"}) {
    put(key, "SQLite format 3, or a letter to somebody, but no snapshot");

    expect_refused(key);
    EXPECT_TRUE(deletable(key, true));
  }
}

TEST_F(Delete, AnEmptyFileStaysUnlessForced) {
  put("a.db", "");

  expect_refused("a.db");
  EXPECT_TRUE(deletable("a.db", true));
}

TEST_F(Delete, TheFirstBytesOfEachFormAreKnown) {
  pipeline::age::EncryptTo somebody;
  somebody.passphrase = Secret("correct horse");
  somebody.scrypt_log_n = 10;
  for (const auto& form : std::vector<StoredForm>{{pipeline::Compression::none, false},
                                                  {pipeline::Compression::gzip, false},
                                                  {pipeline::Compression::zstd, false},
                                                  {pipeline::Compression::zstd, true}}) {
    SaveOptions options = bench_.options();
    options.object_key = "prod/x" + suffix_of(form);
    options.compression = form.compression;
    if (form.encrypted) options.encrypt_to = somebody;
    options.write_manifest = false;
    ASSERT_TRUE(bench_.save(options));

    EXPECT_TRUE(deletable(options.object_key)) << options.object_key;
  }
}

TEST_F(Delete, ADatabaseThatIsNotCalledLikeASnapshotStaysEvenWhenForced) {
  put("member/snap/db", std::string(as_text(small_database().bytes)));

  expect_refused("member/snap/db");
  expect_refused("member/snap/db", true);
}

TEST_F(Delete, AFileThatIsNoManifestStaysBesideWhatIsDeleted) {
  save_one();
  put(kManifest, "my notes about this snapshot");
  ASSERT_TRUE(deletable(kKey));

  ASSERT_TRUE(Repository(bench_.store).remove(find(kKey), {}));

  EXPECT_EQ(bench_.keys(), std::vector<std::string>{kManifest});
}

TEST_F(Delete, AFileThatIsNoManifestAloneStaysEvenWhenForced) {
  put("notes.manifest.json", "my notes");

  expect_refused("notes.manifest.json");
  expect_refused("notes.manifest.json", true);
}

TEST_F(Delete, ADamagedManifestGoesWithItsSnapshot) {
  save_one();
  put(kManifest, text_of(kManifest).substr(0, 300));
  ASSERT_TRUE(deletable(kKey));

  ASSERT_TRUE(Repository(bench_.store).remove(find(kKey), {}));

  EXPECT_TRUE(bench_.keys().empty());
}

TEST_F(Delete, SomethingElseUnderTheNameOfABackupStaysUnlessForced) {
  save_one();
  put(kKey, "somebody has put something else here");

  expect_refused(kKey);
  EXPECT_TRUE(deletable(kKey, true));
}

TEST_F(Delete, WhatANewerVersionWroteStaysUnlessForced) {
  save_one();
  put(kManifest, of_a_newer_version(text_of(kManifest)));

  expect_refused(kKey);
  ASSERT_TRUE(deletable(kKey, true));

  ASSERT_TRUE(Repository(bench_.store).remove(find(kKey), {}));
  EXPECT_TRUE(bench_.keys().empty());
}

}  // namespace
}  // namespace holdfast::repository
