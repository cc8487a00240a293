#include "snapshot/restore.h"

#include <gmock/gmock.h>

#include "database_contents.h"
#include "restore_fixture.h"

#include "base/sha256.h"
#include "snapshot/raft_snapshot.h"
#include "snapshot/wal_writer.h"

namespace holdfast::snapshot {
namespace {

using test::contents_of;
using test::MemoryFile;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class RestoreTest : public test::RestoreFixture {
 protected:
  RestoreReport restored() {
    auto report = restore_file(os::real_file_system());
    EXPECT_TRUE(report) << report.error().to_string();
    return report ? *report : RestoreReport{};
  }
  Error refusal() {
    auto report = restore_file(os::real_file_system());
    EXPECT_FALSE(report);
    return report ? Error{} : report.error();
  }
};

TEST_F(RestoreTest, MakesADataDirectoryWithEtcdsLayoutAndModes) {
  restored();

  EXPECT_THAT(left(), ElementsAre("etcd"));
  EXPECT_TRUE(complete(target_, target_ + "/member/wal"));
  for (const char* directory : {"", "/member", "/member/snap", "/member/wal"})
    EXPECT_EQ(mode(target_ + directory), 0700U);
  EXPECT_EQ(mode(target_ + "/member/snap/db"), 0600U);
  EXPECT_EQ(mode(target_ + "/member/wal/0000000000000000-0000000000000000.wal"), 0600U);
  EXPECT_EQ(os::real_file_system().list(target_ + "/member/snap")->size(), 2U);
  EXPECT_EQ(os::real_file_system().list(target_ + "/member/wal")->size(), 1U);
}

TEST_F(RestoreTest, KeepsEveryKey) {
  MemoryFile source(builder_.build());

  restored();

  MemoryFile database(content(target_ + "/member/snap/db"));
  EXPECT_EQ(contents_of(database)["key"], contents_of(source)["key"]);
}

TEST_F(RestoreTest, WritesTheWriteAheadLogOfTheMember) {
  restored();

  const Bytes expected = encode_wal(options_.membership, *options_.membership.find("a"));
  const Bytes wal = content(target_ + "/member/wal/0000000000000000-0000000000000000.wal");
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), wal.begin()));
  EXPECT_TRUE(std::all_of(wal.begin() + static_cast<std::ptrdiff_t>(expected.size()), wal.end(),
                          [](std::uint8_t byte) { return byte == 0; }));
}

TEST_F(RestoreTest, ReportsWhatItDid) {
  const RestoreReport report = restored();

  EXPECT_EQ(report.cluster_id, options_.membership.cluster_id);
  ASSERT_EQ(report.members.size(), 1U);
  EXPECT_EQ(report.members[0].member_id, options_.membership.find("a")->id);
  EXPECT_EQ(report.members[0].data_dir, target_);
  EXPECT_EQ(report.revision, 201);
  EXPECT_EQ(report.snapshot_size, snapshot_.size());
  EXPECT_EQ(report.sha256, to_hex(ByteView(snapshot_).last(32)));
  EXPECT_EQ(report.database_size, content(target_ + "/member/snap/db").size());
  EXPECT_THAT(report.warnings, IsEmpty());
}

TEST_F(RestoreTest, MakesTheSameFromAStreamAsFromAFile) {
  restored();
  const Bytes from_file = content(target_ + "/member/snap/db");

  options_.targets = {{"a", place_.file("streamed"), ""}};
  ASSERT_TRUE(restore_stream(os::real_file_system()));

  EXPECT_EQ(content(place_.file("streamed/member/snap/db")), from_file);
}

TEST_F(RestoreTest, MakesTheSameDatabaseForEveryMember) {
  options_.targets = {{"a", place_.file("a"), ""}, {"b", place_.file("b"), ""}, {"c", place_.file("c"), ""}};

  const RestoreReport report = restored();

  EXPECT_EQ(report.members.size(), 3U);
  EXPECT_THAT(left(), ElementsAre("a", "b", "c"));
  for (const char* name : {"a", "b", "c"}) {
    const std::string directory = place_.file(name);
    EXPECT_TRUE(complete(directory, directory + "/member/wal"));
    EXPECT_EQ(content(directory + "/member/snap/db"), content(place_.file("a/member/snap/db")));
    const Bytes expected = encode_wal(options_.membership, *options_.membership.find(name));
    const Bytes wal = content(directory + "/member/wal/0000000000000000-0000000000000000.wal");
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), wal.begin()));
  }
}

TEST_F(RestoreTest, PutsTheWriteAheadLogWhereItIsAskedTo) {
  options_.targets[0].wal_dir = place_.file("logs/wal");

  restored();

  EXPECT_THAT(left(), ElementsAre("etcd", "logs"));
  EXPECT_TRUE(complete(target_, place_.file("logs/wal")));
  EXPECT_THAT(os::real_file_system().list(target_ + "/member").value(), ElementsAre("snap"));
}

TEST_F(RestoreTest, PutsTheWriteAheadLogInsideTheDataDirectory) {
  options_.targets[0].wal_dir = target_ + "/wal";

  restored();

  EXPECT_TRUE(complete(target_, target_ + "/wal"));
  EXPECT_THAT(left(), ElementsAre("etcd"));
}

TEST_F(RestoreTest, FillsEmptyDirectories) {
  ASSERT_TRUE(os::real_file_system().make_directories(target_, 0700));
  ASSERT_TRUE(os::real_file_system().make_directories(place_.file("wal"), 0700));
  options_.targets[0].wal_dir = place_.file("wal");

  restored();

  EXPECT_TRUE(complete(target_, place_.file("wal")));
  EXPECT_THAT(os::real_file_system().list(target_).value(), ElementsAre("member"));
  EXPECT_EQ(os::real_file_system().list(place_.file("wal"))->size(), 1U);
}

TEST_F(RestoreTest, RefusesADirectoryThatIsNotEmptyAndLeavesItAlone) {
  ASSERT_TRUE(os::real_file_system().make_directories(target_ + "/member", 0700));

  EXPECT_EQ(refusal().code, Code::exists);

  EXPECT_THAT(left(), ElementsAre("etcd"));
  EXPECT_THAT(os::real_file_system().list(target_).value(), ElementsAre("member"));
}

TEST_F(RestoreTest, LeavesNothingOfADamagedSnapshot) {
  Bytes bytes = snapshot_;
  bytes[bytes.size() / 2] ^= 1;
  save(bytes);

  EXPECT_EQ(refusal().code, Code::corrupt);
  EXPECT_THAT(left(), IsEmpty());

  EXPECT_FALSE(restore_stream(os::real_file_system()));
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(RestoreTest, LeavesNothingWhenPagesAreDamagedBehindARightDigest) {
  Bytes bytes = builder_.build();
  const PageId root = choose_meta(bytes)->meta.root;
  store_le(bytes.data() + root * builder_.page_size, PageId{1});
  const Sha256Digest digest = Sha256::of(bytes);
  bytes.insert(bytes.end(), digest.begin(), digest.end());
  save(bytes);

  EXPECT_EQ(refusal().code, Code::corrupt);
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(RestoreTest, RestoresADbFileOnlyWhenTheHashCheckIsSkipped) {
  Bytes bytes = builder_.build();
  bytes.resize(bytes.size() + kMiB);  // as bbolt grows its files
  save(bytes);

  EXPECT_THAT(refusal().hint, HasSubstr("--skip-hash-check"));
  options_.skip_hash_check = true;
  restored();

  EXPECT_TRUE(complete(target_, target_ + "/member/wal"));
  EXPECT_LT(content(target_ + "/member/snap/db").size(), bytes.size());
}

TEST_F(RestoreTest, ChecksTheFreeSpaceBeforeWriting) {
  test::FaultyFileSystem files(os::real_file_system());
  files.limit_space(10 * kMiB);

  const auto report = restore_file(files);

  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::no_space);
  EXPECT_EQ(files.changes(), 0);
}

TEST_F(RestoreTest, DropsFreePagesWhenAsked) {
  const Bytes junk(64, 0xEE);
  const auto has_junk = [&] {
    const Bytes database = content(target_ + "/member/snap/db");
    return std::search(database.begin(), database.end(), junk.begin(), junk.end()) != database.end();
  };
  restored();
  ASSERT_TRUE(has_junk());
  ASSERT_TRUE(os::remove_tree(os::real_file_system(), target_));

  options_.drop_free_pages = true;
  const RestoreReport report = restored();

  EXPECT_FALSE(has_junk());
  EXPECT_GE(report.freed_size, 3U * 4096);
}

TEST_F(RestoreTest, WarnsOfTrapsInTheDatabase) {
  builder_.put("auth", "authEnabled", std::string(1, '\x01')).put("alarm", std::string("\x08\x05\x10\x01", 4), "");
  save(builder_.build_snapshot());
  options_.target_version = "3.4";

  EXPECT_THAT(restored().warnings, ElementsAre(HasSubstr("alarms"), HasSubstr("authentication"), HasSubstr("3.5.0")));
}

TEST_F(RestoreTest, NamesWhatAnInterruptedRestoreLeft) {
  ASSERT_TRUE(os::real_file_system().make_directories(place_.file(".etcd.holdfast-1234"), 0700));

  EXPECT_THAT(restored().warnings, ElementsAre(HasSubstr(place_.file(".etcd.holdfast-1234"))));
}

TEST_F(RestoreTest, StopsWhenAskedAndLeavesNothing) {
  std::stop_source stop;
  options_.stop = stop.get_token();
  // In the middle: as soon as bytes have moved.
  options_.on_progress = [&](std::uint64_t, std::uint64_t) { stop.request_stop(); };

  EXPECT_EQ(refusal().code, Code::cancelled);
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(RestoreTest, ReportsProgressUpToItsTotal) {
  options_.targets = {{"a", place_.file("a"), ""}, {"b", place_.file("b"), ""}};
  std::uint64_t last = 0;
  std::uint64_t announced = 0;
  options_.on_progress = [&](std::uint64_t done, std::uint64_t total) {
    EXPECT_GE(done, last);
    last = done;
    announced = total;
  };

  restored();

  EXPECT_GE(last, announced);
  EXPECT_GE(announced, 2 * builder_.build().size());
}

}  // namespace
}  // namespace holdfast::snapshot
