// A save with a data directory, from an etcd that fails as planned: the call that holds the pages breaks, ends, lies.
// What real members do is in tests/integration/pinned_*_test.cc.
#include <gmock/gmock.h>
#include <sys/stat.h>

#include "unit/repository/save_bench.h"

#include "repository/pinned/pinned_stream.h"
#include "snapshot/wal_writer.h"
#include "support/acting_file_system.h"

namespace holdfast::repository {
namespace {

using test::SnapshotFault;
using testing::HasSubstr;

test::BoltFile large_database(std::uint64_t txid, char fill) {
  test::EtcdModel model;
  for (int i = 0; i < 36; ++i)
    model.put(fmt::format("/bulk/{:02}", i), std::string(1'000'000, fill));
  test::BoltLayout layout;
  layout.txid = txid;
  return test::write_bolt(model.buckets(), layout);
}

const test::BoltFile& shared_file() {
  static const test::BoltFile file = large_database(42, 'a');
  return file;
}

const Bytes& shared_database() {
  return shared_file().bytes;
}

class PinnedUnit : public testing::Test {
 protected:
  PinnedUnit() : bench_(shared_database()) {
    auto membership = snapshot::parse_membership("m1=http://127.0.0.1:1", "token").value();
    make_data_dir(membership, shared_database());
    etcd::MemberStatus status = bench_.etcd.status("m1").value();
    status.member_id = membership.members[0].id;
    status.cluster_id = membership.cluster_id;
    bench_.etcd.set_status("m1", status);
    etcd::MemberStatus other = bench_.etcd.status("m2").value();
    other.cluster_id = membership.cluster_id;
    bench_.etcd.set_status("m2", other);
  }

  void make_data_dir(const snapshot::Membership& membership, const Bytes& database) {
    os::FileSystem& files = os::real_file_system();
    const std::string log = data_dir() + "/member/wal";
    ASSERT_TRUE(files.make_directories(log));
    ASSERT_TRUE(files.make_directories(data_dir() + "/member/snap"));
    ASSERT_TRUE(os::write_file_atomically(files, log + "/0000000000000000-0000000000000000.wal",
                                          snapshot::encode_wal(membership, membership.members[0])));
    ASSERT_TRUE(os::write_file_atomically(files, database_file(), database));
    holder_ = std::move(*files.open_held(database_file()));
    ASSERT_TRUE(holder_);
  }

  std::string data_dir() const { return bench_.directory.file("etcd"); }
  std::string database_file() const { return data_dir() + "/member/snap/db"; }

  SaveReport save(os::FileSystem& files = os::real_file_system()) {
    SaveOptions options = bench_.options();
    options.data_dir = data_dir();
    auto report = repository::save({.etcd = bench_.etcd,
                                    .store = bench_.store,
                                    .clock = bench_.clock,
                                    .files = files,
                                    .random = bench_.random,
                                    .progress = pipeline::silent_progress()},
                                   options, {});
    EXPECT_TRUE(report) << report.error().to_string();
    return report ? std::move(*report) : SaveReport{};
  }

  // It fell back for this reason, to a stream that gave the right bytes.
  void expect_fallback(const SaveReport& report, const std::string& reason) {
    EXPECT_FALSE(report.pinned);
    EXPECT_THAT(report.why_not_pinned, HasSubstr(reason));
    EXPECT_EQ(report.manifest.snapshot.database_sha256, to_hex(Sha256::of(shared_database())));
    EXPECT_EQ(bench_.etcd.faults_left(), 0U);
  }

  SaveBench bench_;
  std::unique_ptr<os::File> holder_;  // as etcd holds its database
};

TEST_F(PinnedUnit, ReadsTheFileAndMakesTheTrailer) {
  const SaveReport report = save();
  EXPECT_TRUE(report.pinned) << report.why_not_pinned;
  EXPECT_EQ(report.why_not_pinned, "");
  EXPECT_EQ(report.manifest.etcd.endpoint, "m1");
  EXPECT_EQ(bench_.etcd.snapshot_calls(), std::vector<std::string>{"m1"});
  const auto bytes = bench_.read_back(report.key);
  ASSERT_TRUE(bytes) << bytes.error().to_string();
  EXPECT_EQ(*bytes, test::with_trailer(shared_database()));
}

TEST_F(PinnedUnit, ACallThatBreaksMeanwhileIsNoHold) {
  bench_.etcd.plan("m1", {.kind = SnapshotFault::Kind::break_off, .at = kHeadSize + kProofSize / 2});
  expect_fallback(save(), "did not last");
}

TEST_F(PinnedUnit, ACallThatStallsMeanwhileIsNoHold) {
  bench_.etcd.plan("m1", {.kind = SnapshotFault::Kind::stall, .at = kHeadSize});
  expect_fallback(save(), "did not last");
}

TEST_F(PinnedUnit, ACallThatEndsEarlyIsNoHold) {
  bench_.etcd.plan("m1", {.kind = SnapshotFault::Kind::end_early, .at = kHeadSize + 4096});
  expect_fallback(save(), "did not last");
}

TEST_F(PinnedUnit, ACallThatMiscountsIsNotBelieved) {
  bench_.etcd.plan("m1", {.kind = SnapshotFault::Kind::wrong_count, .at = kHeadSize + 40'000});
  expect_fallback(save(), "did not last");
}

TEST_F(PinnedUnit, ACallThatBreaksIsNoticedLongBeforeTheEnd) {
  bench_.etcd.plan("m1", {.kind = SnapshotFault::Kind::break_off, .at = kHeadSize + 1});
  test::ActingFileSystem files("/snap/db", 30 * kMiB, [] {});
  expect_fallback(save(files), "did not last");
  EXPECT_FALSE(files.acted()) << "the file was read to its end";
}

// Behind a balancer of connections.
TEST_F(PinnedUnit, ACallThatAnotherMemberAnswersHoldsNothing) {
  bench_.etcd.hold_by(0xbeef);
  expect_fallback(save(), "m1 leads to member beef");
}

TEST_F(PinnedUnit, AMemberThatIsCutOffIsNotPreferred) {
  etcd::MemberStatus status = bench_.etcd.status("m1").value();
  status.leader = 0;
  bench_.etcd.set_status("m1", status);
  const SaveReport report = save();
  expect_fallback(report, "sees no leader");
  EXPECT_EQ(report.manifest.etcd.endpoint, "m2");
}

TEST_F(PinnedUnit, WhenNobodySeesALeaderItIsReadAllTheSame) {
  for (const std::string endpoint : {"m1", "m2"}) {
    etcd::MemberStatus status = bench_.etcd.status(endpoint).value();
    status.leader = 0;
    bench_.etcd.set_status(endpoint, status);
  }
  EXPECT_TRUE(save().pinned);
}

TEST_F(PinnedUnit, ALogThatIsAPipeIsNotWaitedFor) {
  ASSERT_EQ(::mkfifo((data_dir() + "/member/wal/ffffffffffffffff-0000000000000000.wal").c_str(), 0600), 0);
  expect_fallback(save(), "is no file");
}

TEST_F(PinnedUnit, ADatabaseThatIsAPipeIsNotWaitedFor) {
  ASSERT_TRUE(os::real_file_system().remove(database_file()));
  ASSERT_EQ(::mkfifo(database_file().c_str(), 0600), 0);
  expect_fallback(save(), "it is no file");
}

TEST_F(PinnedUnit, ACallThatIsRefusedIsNotTriedAgain) {
  bench_.etcd.plan("m1", {.kind = SnapshotFault::Kind::refuse, .at = 0});
  expect_fallback(save(), "injected: refused");
}

TEST_F(PinnedUnit, MetaPagesOfAnotherTransactionAreLookedForThreeTimes) {
  ASSERT_TRUE(holder_->write_at(0, large_database(44, 'z').bytes));
  expect_fallback(save(), "its meta pages are not those of the member's snapshot");
  EXPECT_EQ(bench_.etcd.snapshot_calls().size(), 4U);  // and the stream
}

// The last line of defence: every page that counts has to be one of the tree, whoever read it.
TEST_F(PinnedUnit, APageThatWasWrittenOverIsSeen) {
  const std::uint64_t at = shared_file().roots.at("key") * shared_file().meta.page_size;
  ASSERT_GT(at, kHeadSize);
  ASSERT_TRUE(holder_->write_at(at, Bytes(4096, 0x55)));
  expect_fallback(save(), "page");
}

TEST_F(PinnedUnit, AFileThatIsTooShortIsSeen) {
  ASSERT_TRUE(holder_->truncate(shared_database().size() - 4096));
  expect_fallback(save(), "pinned read of");
}

TEST_F(PinnedUnit, AFileThatIsLetGoOfMeanwhileIsSeen) {
  holder_.reset();
  expect_fallback(save(), "no running etcd has this file open");
}

TEST_F(PinnedUnit, AStopEndsItAtOnce) {
  bench_.stop.request_stop();
  SaveOptions options = bench_.options();
  options.data_dir = data_dir();
  const auto report = bench_.save(options);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::cancelled);
}

TEST_F(PinnedUnit, AMemberWhoseStreamFailsTooIsPassedOver) {
  bench_.etcd.plan("m1", {.kind = SnapshotFault::Kind::break_off, .at = kHeadSize + kProofSize / 2});
  bench_.etcd.plan("m1", {.kind = SnapshotFault::Kind::break_off, .at = kHeadSize});
  const SaveReport report = save();
  EXPECT_FALSE(report.pinned);
  EXPECT_THAT(report.why_not_pinned, HasSubstr("did not last"));
}

}  // namespace
}  // namespace holdfast::repository
