#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "launcher/member/stage.h"
#include "stage_fixture.h"

#include "snapshot/hash_kv.h"
#include "snapshot/status.h"
#include "support/faulty_file_system.h"

namespace holdfast::launcher {
namespace {

using test::FaultyFileSystem;
using test::kId;
using test::kRevision;
using test::PlaceKind;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

class MemberStage : public test::StageFixture, public testing::WithParamInterface<PlaceKind> {
 protected:
  MemberStage() : StageFixture(GetParam()) {}

  void expect_untouched() { EXPECT_EQ(place_.contents(), (test::Contents{{"", "old"}})); }
  void expect_staged() {
    const auto report = stage();
    ASSERT_TRUE(report) << report.error().to_string();
    EXPECT_FALSE(report->kept);
  }
};

INSTANTIATE_TEST_SUITE_P(Places, MemberStage, testing::Values(PlaceKind::beside, PlaceKind::inside),
                         [](const auto& one) { return one.param == PlaceKind::beside ? "Beside" : "Inside"; });

TEST_P(MemberStage, BuildsAMemberBesideWhatRunsAndSaysWhatItIs) {
  const auto report = stage();
  ASSERT_TRUE(report) << report.error().to_string();

  const snapshot::MemberSpec& member = *request_.membership.find("b");
  EXPECT_EQ(report->facts.id, kId);
  EXPECT_EQ(report->facts.cluster_id, request_.membership.cluster_id);
  EXPECT_EQ(report->facts.member_id, member.id);
  EXPECT_EQ(report->facts.member_name, "b");
  EXPECT_EQ(report->facts.revision, kRevision + 1'000'000'000);
  EXPECT_EQ(report->facts.source_sha256, request_.source.database_sha256);
  const MemberDisk found = look();
  ASSERT_EQ(found.others.size(), 1U);
  ASSERT_TRUE(found.others[0].facts);
  EXPECT_EQ(*found.others[0].facts, report->facts);
  EXPECT_EQ(found.live, Live::there);
  const std::string member_directory = GetParam() == PlaceKind::inside ? staged_path() : staged_path() + "/member";
  EXPECT_THAT(os::real_file_system().list(member_directory).value(),
              GetParam() == PlaceKind::inside
                  ? testing::Matcher<std::vector<std::string>>(UnorderedElementsAre("snap", "wal", "staged.json"))
                  : UnorderedElementsAre("snap", "wal"));
}

TEST_P(MemberStage, TheHashesAreThoseOfTheDatabaseAsItLiesThere) {
  const auto report = stage();
  ASSERT_TRUE(report) << report.error().to_string();
  const std::string path = place_.layout().database(staged_path());
  const auto file = os::real_file_system().open(path, os::OpenMode::read);
  ASSERT_TRUE(file);
  const auto status = snapshot::read_status(**file, false);
  ASSERT_TRUE(status);
  EXPECT_EQ(report->facts.hash, status->facts.hash);
  EXPECT_EQ(report->facts.database_size, (*file)->size().value());
  EXPECT_EQ(report->facts.hash_kv,
            snapshot::hash_kv(**file, report->facts.database_size, report->facts.revision, report->facts.revision, {})
                .value());
}

TEST_P(MemberStage, OfTheSameSourceAgainKeepsWhatLiesThere) {
  expect_staged();
  const auto inode = os::real_file_system().stat(place_.layout().database(staged_path())).value()->inode;
  const auto again = stage();
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_TRUE(again->kept);
  EXPECT_EQ(again->facts.revision, kRevision + 1'000'000'000);
  EXPECT_EQ(opened_, 1) << "nothing is fetched again";
  EXPECT_EQ(os::real_file_system().stat(place_.layout().database(staged_path())).value()->inode, inode);
}

TEST_P(MemberStage, OfAnotherSourceReplacesIt) {
  expect_staged();
  test::DatabaseBuilder other;
  use(other.like_etcd(200).put("auth", "more", "x").build());
  const auto again = stage();
  ASSERT_TRUE(again) << again.error().to_string();
  EXPECT_FALSE(again->kept);
  EXPECT_EQ(again->facts.source_sha256, request_.source.database_sha256);
  EXPECT_EQ(look().others.size(), 1U);
}

TEST_P(MemberStage, ForAnotherMemberOrRevisionReplacesIt) {
  expect_staged();
  request_.member_name = "c";
  expect_staged();
  request_.revision_bump = 5;
  expect_staged();
  EXPECT_EQ(look().others[0].facts->revision, kRevision + 5);
}

TEST_P(MemberStage, OfASourceWithoutKnownDigestIsAlwaysBuiltAnew) {
  request_.source = {};
  expect_staged();
  expect_staged();
}

TEST_P(MemberStage, RemovesWhatAnInterruptedOneLeft) {
  place_.make(place_.name(Kind::building, "r-0"), "half");
  place_.make(place_.name(Kind::building), "half");
  place_.make(place_.name(Kind::removing), "half");
  place_.make(place_.name(Kind::staged), "unproven");
  expect_staged();
  EXPECT_EQ(look().others.size(), 1U);
}

TEST_P(MemberStage, IsSwappedInWithTheRest) {
  expect_staged();
  ASSERT_TRUE(bring_to(os::real_file_system(), place_.place(), {.goal = Goal::swapped, .id = kId, .key = {}}, {}));
  EXPECT_EQ(look().live_facts->id, kId);
  const auto again = stage();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::refused);
}

TEST_P(MemberStage, AFullDiskIsToldWithTheNumbersBeforeAnythingIsFetched) {
  FaultyFileSystem files(os::real_file_system());
  files.limit_space(1'000'000);
  const auto report = stage(files);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::no_space);
  EXPECT_THAT(report.error().message, HasSubstr("1000000 bytes"));
  EXPECT_EQ(opened_, 0);
  expect_untouched();
}

TEST_P(MemberStage, AnotherSourceThanTheManifestsIsNotStaged) {
  request_.source.database_sha256 = std::string(64, 'e');
  const auto report = stage();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::corrupt);
  EXPECT_THAT(report.error().message, HasSubstr("SHA-256"));
  expect_untouched();
}

TEST_P(MemberStage, AnOlderRevisionThanTheManifestsIsNotStaged) {
  request_.source.revision = kRevision + 1;
  const auto report = stage();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::corrupt);
  EXPECT_THAT(report.error().message, HasSubstr("the revision of the snapshot is 201, and should be 202"));
  expect_untouched();
}

TEST_P(MemberStage, ADamagedSnapshotIsNotStaged) {
  snapshot_[snapshot_.size() / 2] ^= 1;
  const auto report = stage();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::corrupt);
  expect_untouched();
}

TEST_P(MemberStage, ASourceThatFailsIsTold) {
  request_.open_source = []() -> Result<std::unique_ptr<ByteSource>> { return fail(Code::unavailable, "bucket away"); };
  const auto report = stage();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::unavailable);
  expect_untouched();
}

TEST_P(MemberStage, AnUnknownMemberIsTheCallersMistake) {
  request_.member_name = "x";
  EXPECT_EQ(stage().error().code, Code::usage);
  expect_untouched();
}

TEST_P(MemberStage, StopsWhenAskedTo) {
  std::stop_source stop;
  request_.stop = stop.get_token();
  request_.on_progress = [&](std::uint64_t, std::uint64_t) { stop.request_stop(); };
  const auto report = stage();
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::cancelled);
  expect_untouched();
}

TEST_P(MemberStage, TellsHowFarItIs) {
  std::uint64_t most = 0;
  request_.on_progress = [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_EQ(total, snapshot_.size());
    EXPECT_GE(done, most);
    most = done;
  };
  expect_staged();
  EXPECT_GT(most, 0U);
}

TEST_P(MemberStage, BelongsToWhomTheDataBelongs) {
  // Only root may give away; others find that what they make is theirs, as is what runs.
  const unsigned owner = ::geteuid() == 0 ? 12345 : ::geteuid();
  const unsigned group = ::geteuid() == 0 ? 23456 : ::getegid();
  ASSERT_TRUE(os::real_file_system().change_owner(place_.layout().live(), owner, group));
  expect_staged();
  for (const std::string& path : {staged_path(), place_.layout().database(staged_path())}) {
    const auto info = *os::real_file_system().stat(path).value();
    EXPECT_EQ(info.owner, owner) << path;
    EXPECT_EQ(info.group, group) << path;
  }
}

class NewMember : public test::StageFixture {};

TEST_F(NewMember, WithoutADirectoryAboveItIsStaged) {
  const std::string data = place_.path("not/yet/etcd");
  const auto report = launcher::stage(os::real_file_system(), random_, {.data_dir = data, .wal_dir = ""}, request_);
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_TRUE(os::real_file_system().stat(data + ".staged-r-1").value());
}

}  // namespace
}  // namespace holdfast::launcher
