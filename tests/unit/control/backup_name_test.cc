#include "control/schedule/backup_name.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "unit/control/times.h"

#include "control/schedule/job_name.h"

namespace holdfast::control {
namespace {

struct Form {
  const char* name;
  const char* config;
  const char* slot;  // "": none
  const char* suffix;
};

class BackupNameForms : public testing::TestWithParam<Form> {};

TEST_P(BackupNameForms, AreRead) {
  const Form& form = GetParam();
  const auto parsed = parse_backup_name(form.name);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(parsed->config, form.config);
  EXPECT_EQ(parsed->slot ? format_instant(*parsed->slot) : "", form.slot);
  EXPECT_EQ(parsed->suffix, form.suffix);
}

INSTANTIATE_TEST_SUITE_P(
    All, BackupNameForms,
    testing::Values(Form{"foo-2021-03-16T03:48:00", "foo", "2021-03-16T03:48:00Z", ""},
                    Form{"foo-2021-03-16T03-48-00", "foo", "2021-03-16T03:48:00Z", ""},
                    Form{"foo-2021-03-16T034800.db", "foo", "2021-03-16T03:48:00Z", ".db"},
                    Form{"foo-2021-03-16t03-48-00.db", "foo", "2021-03-16T03:48:00Z", ".db"},
                    Form{"foo-2021-03-16t03-48-00.db.gz", "foo", "2021-03-16T03:48:00Z", ".db.gz"},
                    Form{"foo-2021-03-16t03-48-00.db.gzip", "foo", "2021-03-16T03:48:00Z", ".db.gzip"},
                    Form{"foo-2021-03-16t03-48-00.db.zst.age", "foo", "2021-03-16T03:48:00Z", ".db.zst.age"},
                    Form{"foo-bar.baz-2021-03-16t03-48-00.db.age", "foo-bar.baz", "2021-03-16T03:48:00Z", ".db.age"},
                    Form{"one-time.db.gz", "one-time", "", ".db.gz"}, Form{"one-time", "one-time", "", ""},
                    Form{"foo-2021-13-16t03-48-00.db", "foo-2021-13-16t03-48-00", "", ".db"},
                    Form{"foo-2021-02-29t03-48-00.db", "foo-2021-02-29t03-48-00", "", ".db"},
                    Form{"foo-2024-02-29t03-48-00.db", "foo", "2024-02-29T03:48:00Z", ".db"},
                    Form{"foo-2021-03-16t24-00-00.db", "foo-2021-03-16t24-00-00", "", ".db"},
                    Form{"foo-1969-03-16t03-48-00.db", "foo-1969-03-16t03-48-00", "", ".db"},
                    Form{"-2021-03-16t03-48-00.db", "-2021-03-16t03-48-00", "", ".db"},
                    Form{"foo-2021-03-16t03-48:00", "foo-2021-03-16t03-48:00", "", ""},
                    Form{".db.gz", ".db.gz", "", ""}, Form{"notes.gz", "notes.gz", "", ""},
                    Form{".age", ".age", "", ""}));

TEST(BackupName, HasTheSlotInUtc) {
  EXPECT_EQ(backup_base_name("testbackup", at("1970-01-16T00:00:00Z")) + ".db.gz",
            "testbackup-1970-01-16t00-00-00.db.gz");
  EXPECT_EQ(backup_base_name("testbackup", std::nullopt), "testbackup");
  EXPECT_EQ(backup_base_name("x", kLastInstant), "x-9999-12-31t23-59-59");
}

TEST(BackupName, SurvivesReading) {
  EXPECT_TRUE(rc::check("round trip", [] {
    const std::string config =
        *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::element('a', '-', '0', '.')));
    const Instant slot(Seconds(*rc::gen::inRange<std::int64_t>(0, kLastInstant.time_since_epoch().count() + 1)));
    const std::string suffix = *rc::gen::element<std::string>("", ".db", ".db.gz", ".db.zst", ".db.zst.age");
    const auto parsed = parse_backup_name(backup_base_name(config, slot) + suffix);
    RC_ASSERT(parsed.has_value());
    RC_ASSERT(*parsed == (BackupName{.config = config, .slot = slot, .suffix = suffix}));
  }));
}

TEST(BackupName, NothingAndTheEndlessAreNoNames) {
  EXPECT_FALSE(parse_backup_name(""));
  EXPECT_FALSE(parse_backup_name(std::string(1025, 'x')));
}

TEST(BackupKey, BeginsWithTheCluster) {
  const std::string key = backup_key("zvc78xnnz7", "jobtest1-2021-03-16t03-48-00.db.gz");
  EXPECT_EQ(key, "zvc78xnnz7-jobtest1-2021-03-16t03-48-00.db.gz");
  EXPECT_EQ(backup_name_of_key("zvc78xnnz7", key), "jobtest1-2021-03-16t03-48-00.db.gz");
}

TEST(BackupKey, OfAnotherClusterHasNoNameHere) {
  EXPECT_FALSE(backup_name_of_key("zvc78", "zvc78xnnz7-foo.db.gz"));
  EXPECT_FALSE(backup_name_of_key("zvc78xnnz7", "zvc78xnnz7-"));
  EXPECT_FALSE(backup_name_of_key("zvc78xnnz7", "zvc78xnnz7"));
  EXPECT_FALSE(backup_name_of_key("", "-foo"));
}

TEST(ConfigName, IsRefusedWhenKeysWouldBeTooLong) {
  EXPECT_TRUE(check_config_name("zvc78xnnz7", std::string(199, 'x')));
  const auto status = check_config_name("zvc78xnnz7", std::string(202, 'x'));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "the keys of its backups would be 3 bytes longer than the 241 they may have");
}

TEST(ConfigName, IsRefusedWhenItEndsLikeASlot) {
  EXPECT_TRUE(check_config_name("a", "daily-2021-03-16"));
  const auto status = check_config_name("a", "daily-2021-03-16t03-48-00");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().message, "the name \"daily-2021-03-16t03-48-00\" ends like the time of a backup");
}

TEST(ConfigName, IsRefusedWhenItEndsATimeThatTheClusterBegins) {
  EXPECT_FALSE(check_config_name("a-daily", "2026-11-22t01-42-00"));
  EXPECT_FALSE(check_config_name("a-daily-2026", "11-22t01-42-00"));
  EXPECT_TRUE(check_config_name("a-daily-2026", "11-22"));
}

TEST(BackupKey, OfATimeAloneIsNoBackupOfTheCluster) {
  EXPECT_FALSE(backup_name_of_key("a-daily", "a-daily-2026-11-22t01-42-00.db.gz"));
  EXPECT_EQ(backup_name_of_key("a", "a-daily-2026-11-22t01-42-00.db.gz"), "daily-2026-11-22t01-42-00.db.gz");
}

TEST(ConfigName, TheLongestAllowedOneFitsWithItsManifest) {
  const std::string config(199, 'x');
  ASSERT_TRUE(check_config_name("zvc78xnnz7", config));
  const std::string key = backup_key("zvc78xnnz7", backup_base_name(config, kLastInstant) + ".db.zst.age");
  EXPECT_EQ((key + ".manifest.json").size(), 255U);
}

TEST(JobName, HasClusterConfigAndAction) {
  EXPECT_EQ(job_name("testcluster", "testbackup", "create", "abcde01234"),
            "testcluster-backup-testbackup-create-abcde01234");
}

TEST(JobName, IsCutToSixtyThreeCharactersBeforeItsRandomEnd) {
  EXPECT_EQ(job_name("testcluster", "long-backup-config-name-abcdefghijk", "create", "xxxx"),
            "testcluster-backup-long-backup-config-name-abcdefghijk-creaxxxx");
  EXPECT_EQ(job_name("testcluster", std::string(200, 'c'), "delete", "abcde01234").size(), 63U);
}

}  // namespace
}  // namespace holdfast::control
