#include "snapshot/restore_edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "database_contents.h"

#include "support/database_builder.h"
#include "support/etcd_model.h"

namespace holdfast::snapshot {
namespace {

using test::big_endian;
using test::Contents;
using test::contents_of;
using test::DatabaseBuilder;
using test::MemoryFile;
using test::revision_key;

Membership two_members() {
  return parse_membership("a=http://10.0.0.1:2380,b=http://10.0.0.2:2380", "t").value();
}

EditResult edited(MemoryFile& file, const EditOptions& options = {}) {
  auto result = edit_database(file, file.bytes().size(), two_members(), options);
  EXPECT_TRUE(result) << result.error().to_string();
  return result ? *result : EditResult{};
}

DatabaseBuilder database() {
  DatabaseBuilder builder;
  builder.like_etcd(50);
  return builder;
}

TEST(RestoreEdit, GivesTheDatabaseTheNewMembersOnly) {
  MemoryFile file(database().build());

  edited(file);

  Contents contents = contents_of(file);
  const Membership membership = two_members();
  ASSERT_EQ(contents["members"].size(), 2U);
  for (const MemberSpec& member : membership.members) {
    EXPECT_THAT(contents["members"][fmt::format("{:x}", member.id)], testing::HasSubstr(member.peer_urls[0]));
  }
  EXPECT_TRUE(contents["members_removed"].empty());
}

TEST(RestoreEdit, LetsTheRaftLogBeginAndLeavesEverythingElse) {
  MemoryFile file(database().build());
  Contents expected = contents_of(file);

  edited(file);

  Contents contents = contents_of(file);
  expected["meta"]["consistent_index"] = big_endian(2);
  expected["meta"]["term"] = big_endian(1);
  for (const char* changed : {"members", "members_removed"}) {
    contents.erase(changed);
    expected.erase(changed);
  }
  EXPECT_EQ(contents, expected);
}

TEST(RestoreEdit, MakesBucketsThatAnOldDatabaseDoesNotHave) {
  MemoryFile file(DatabaseBuilder().put("key", revision_key(5, 0), "").build());

  edited(file);

  const Contents contents = contents_of(file);
  EXPECT_EQ(contents.at("cluster").size(), 0U);
  EXPECT_EQ(contents.at("members").size(), 2U);
  EXPECT_EQ(contents.at("members_removed").size(), 0U);
  EXPECT_EQ(contents.at("meta").at("consistent_index"), big_endian(2));
}

TEST(RestoreEdit, ReportsTheRevisionOfTheLastRecord) {
  MemoryFile file(database().build());

  EXPECT_EQ(edited(file).revision, 51);
}

TEST(RestoreEdit, ReportsALaterCompactedRevision) {
  MemoryFile file(database().put("meta", "scheduledCompactRev", revision_key(70, 0)).build());

  EXPECT_EQ(edited(file).revision, 70);
}

TEST(RestoreEdit, ReportsRevisionOneForAnEmptyStore) {
  DatabaseBuilder builder;
  MemoryFile file(builder.like_etcd(0).build());

  EXPECT_EQ(edited(file).revision, 1);
}

TEST(RestoreEdit, RaisesTheRevisionAndMarksItCompacted) {
  MemoryFile file(database().build());

  const EditResult result = edited(file, {.bump_revision = 1'000'000'000});

  const Contents contents = contents_of(file);
  EXPECT_EQ(result.revision, 1'000'000'051);
  EXPECT_EQ(contents.at("key").size(), 51U);
  EXPECT_EQ(contents.at("key").at(revision_key(1'000'000'051, 0)), "");
  EXPECT_EQ(contents.at("meta").at("scheduledCompactRev"), revision_key(1'000'000'051, 0));
}

TEST(RestoreEdit, RaisesFromTheCompactedRevisionWhenItIsTheLaterOne) {
  MemoryFile file(database().put("meta", "finishedCompactRev", revision_key(70, 0)).build());

  EXPECT_EQ(edited(file, {.bump_revision = 5}).revision, 75);
}

TEST(RestoreEdit, RefusesARevisionThatDoesNotFit) {
  MemoryFile file(database().build());

  const auto result = edit_database(file, file.bytes().size(), two_members(), {.bump_revision = 0x7FFFFFFFFFFFFFFF});

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::usage);
}

TEST(RestoreEdit, RefusesAKeyBucketWithoutRevisions) {
  MemoryFile file(DatabaseBuilder().put("key", "not a revision", "").build());

  const auto result = edit_database(file, file.bytes().size(), two_members(), {});

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::corrupt);
}

TEST(RestoreEdit, ClearsAlarmsOnlyWhenAsked) {
  const std::string alarm("\x08\xcd\xc2\x85\xab\xdc\xe0\xe7\xcf\x8e\x01\x10\x01");
  DatabaseBuilder builder = database();
  builder.put("alarm", alarm, "");
  MemoryFile kept(builder.build());
  MemoryFile cleared(builder.build());

  edited(kept);
  edited(cleared, {.clear_alarms = true});

  EXPECT_EQ(contents_of(kept)["alarm"].size(), 1U);
  EXPECT_EQ(contents_of(cleared)["alarm"].size(), 0U);
}

TEST(RestoreEdit, TellsWhatTheDatabaseSaysAboutItself) {
  DatabaseBuilder builder = database();
  builder.put("alarm", std::string("\x08\x05\x10\x01", 4), "")
      .put("auth", "authEnabled", std::string(1, '\x01'))
      .put("members", "77", R"({"id":119,"peerURLs":["http://x:1"],"isLearner":true,"name":"late"})")
      .put("members", "78", "not json")
      .put("meta", "storageVersion", "3.6.0");
  MemoryFile file(builder.build());

  const DatabaseTraits found = edited(file).found;

  EXPECT_THAT(found.alarms, testing::ElementsAre("NOSPACE of member 5"));
  EXPECT_THAT(found.learners, testing::ElementsAre("late"));
  EXPECT_TRUE(found.auth_enabled);
  EXPECT_EQ(found.cluster_version, "3.5.0");
  EXPECT_EQ(found.storage_version, "3.6.0");
}

TEST(RestoreEdit, NeverRepeatsControlCharactersOfTheDatabase) {
  DatabaseBuilder builder = database();
  builder.put("members", "77", R"({"isLearner":true,"name":"\u001b[2Jevil"})").put("meta", "storageVersion", "\x1b[2J");
  MemoryFile file(builder.build());

  const DatabaseTraits found = edited(file).found;

  EXPECT_THAT(found.learners, testing::ElementsAre("77"));
  EXPECT_EQ(found.storage_version, "");
}

}  // namespace
}  // namespace holdfast::snapshot
