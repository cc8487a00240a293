#include "cli/save_target.h"

#include <gmock/gmock.h>

namespace holdfast::cli {
namespace {

using pipeline::Compression;
using ::testing::HasSubstr;

const WallTime kNow = *parse_time("2026-01-31T08:30:00.123Z");

Result<SaveTarget> choose(const std::string& place, std::optional<Compression> compression = std::nullopt,
                          bool encrypted = false) {
  return choose_save_target(repository::parse_place(place).value(), compression, encrypted, kNow);
}

void expect_target(const Result<SaveTarget>& target, const std::string& place, const std::string& name,
                   Compression compression) {
  ASSERT_TRUE(target) << target.error().to_string();
  EXPECT_EQ(target->place.to_string(), place);
  EXPECT_EQ(target->name, name);
  EXPECT_EQ(target->compression, compression);
}

void expect_usage(const Result<SaveTarget>& target, const std::string& hint) {
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().code, Code::usage);
  EXPECT_THAT(target.error().hint, HasSubstr(hint));
}

TEST(SaveTargetTest, a_plain_file_is_exactly_that_file) {
  expect_target(choose("/var/backup"), "/var/backup", "backup", Compression::none);
  expect_target(choose("backup.db"), "backup.db", "backup", Compression::none);
  expect_target(choose("snap.bak"), "snap.bak", "snap.bak", Compression::none);
}

TEST(SaveTargetTest, the_name_of_a_manifest_is_no_name_of_a_snapshot) {
  for (const char* place : {"a.db.manifest.json", "file:///dir/a.manifest.json", "s3://bucket/a.db.zst.manifest.json"})
    expect_usage(choose(place), "name the snapshot");
}

TEST(SaveTargetTest, the_suffix_of_a_file_says_its_form) {
  expect_target(choose("a/backup.db.zst"), "a/backup.db.zst", "backup", Compression::zstd);
  expect_target(choose("backup.db.gz"), "backup.db.gz", "backup", Compression::gzip);
  expect_target(choose("backup.db.zst.age", std::nullopt, true), "backup.db.zst.age", "backup", Compression::zstd);
}

TEST(SaveTargetTest, a_flag_against_the_suffix_is_refused_with_the_fitting_name) {
  expect_usage(choose("backup.db", Compression::zstd), "name it backup.db.zst");
  expect_usage(choose("backup", Compression::gzip), "name it backup.db.gz");
  expect_usage(choose("s3://bkt/p/x.db.zst", Compression::none), "name it s3://bkt/p/x.db");
  expect_usage(choose("backup.db", std::nullopt, true), "name it backup.db.age");
  expect_usage(choose("s3://bkt/x.db.zst", std::nullopt, true), "name it s3://bkt/x.db.zst.age");
}

TEST(SaveTargetTest, a_name_that_promises_encryption_needs_somebody_to_open_it) {
  expect_usage(choose("backup.db.age"), "--recipient");
  expect_usage(choose("s3://bkt/x.db.zst.age"), "--recipient");
}

TEST(SaveTargetTest, a_plain_file_must_not_look_compressed) {
  expect_usage(choose("backup.zst"), ".db.zst");
  expect_usage(choose("backup.tar.gz"), ".db.gz");
}

TEST(SaveTargetTest, a_store_adds_the_suffix) {
  expect_target(choose("s3://bkt/p/nightly"), "s3://bkt/p/nightly.db.zst", "nightly", Compression::zstd);
  expect_target(choose("file:///d/nightly", Compression::gzip, true), "file:///d/nightly.db.gz.age", "nightly",
                Compression::gzip);
  expect_target(choose("s3://bkt/nightly", Compression::none), "s3://bkt/nightly.db", "nightly", Compression::none);
}

TEST(SaveTargetTest, a_store_keeps_a_complete_name) {
  expect_target(choose("s3://bkt/p/x.db.gz"), "s3://bkt/p/x.db.gz", "x", Compression::gzip);
  expect_target(choose("file:///d/x.db.age", std::nullopt, true), "file:///d/x.db.age", "x", Compression::none);
}

TEST(SaveTargetTest, a_folder_gets_a_name_from_the_time) {
  expect_target(choose("s3://bkt/p/"), "s3://bkt/p/snapshot-2026-01-31t08-30-00.db.zst", "snapshot-2026-01-31t08-30-00",
                Compression::zstd);
  expect_target(choose("s3://bucket"), "s3://bucket/snapshot-2026-01-31t08-30-00.db.zst",
                "snapshot-2026-01-31t08-30-00", Compression::zstd);
  expect_target(choose("/var/backups/"), "/var/backups/snapshot-2026-01-31t08-30-00.db", "snapshot-2026-01-31t08-30-00",
                Compression::none);
  expect_target(choose("/var/backups/", Compression::zstd), "/var/backups/snapshot-2026-01-31t08-30-00.db.zst",
                "snapshot-2026-01-31t08-30-00", Compression::zstd);
}

TEST(SaveTargetTest, a_name_of_suffixes_alone_is_no_suffix) {
  expect_target(choose("s3://bkt/.db"), "s3://bkt/.db.db.zst", ".db", Compression::zstd);
}

TEST(SaveTargetTest, a_name_must_fit_with_its_manifest) {
  const auto fits = [](const std::string& place, bool with_manifest) {
    return check_lengths(repository::parse_place(place).value(), with_manifest).has_value();
  };
  const std::string long_name(238, 'x');  // 3 bytes more with .db, 14 with .manifest.json
  EXPECT_TRUE(fits("/d/" + long_name + ".db", true));
  EXPECT_FALSE(fits("/d/" + long_name + "x.db", true));
  EXPECT_TRUE(fits("/d/" + long_name + "x.db", false));
  EXPECT_TRUE(fits("s3://bucket/" + long_name + "x.db", true));
  EXPECT_FALSE(fits("s3://bucket/" + std::string(1011, 'x'), true));
}

}  // namespace
}  // namespace holdfast::cli
