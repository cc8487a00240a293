// Real servers start from what we restored, with everything in it.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/restore_support.h"

#include "os/file_system.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;

struct Case {
  EtcdVersion source;
  EtcdVersion target;
  int members;
};

class RestoredServers : public testing::TestWithParam<Case> {
 protected:
  void start(const snapshot::RestoreOptions& options) {
    auto cluster = start_restored(GetParam().target, layout_, options);
    ASSERT_TRUE(cluster) << cluster.error().to_string();
    cluster_ = std::move(*cluster);
  }
  Ctl ctl() const { return Ctl(GetParam().target, *cluster_); }

  const TakenSnapshot& taken_ = taken_snapshot(GetParam().source);
  const Layout layout_{GetParam().members};
  TempDir directory_;
  std::unique_ptr<EtcdCluster> cluster_;
};

INSTANTIATE_TEST_SUITE_P(
    Versions, RestoredServers,
    testing::Values(Case{EtcdVersion::v3_4, EtcdVersion::v3_4, 1}, Case{EtcdVersion::v3_4, EtcdVersion::v3_5, 1},
                    Case{EtcdVersion::v3_5, EtcdVersion::v3_4, 1}, Case{EtcdVersion::v3_5, EtcdVersion::v3_5, 1},
                    Case{EtcdVersion::v3_4, EtcdVersion::v3_4, 3}, Case{EtcdVersion::v3_4, EtcdVersion::v3_5, 3},
                    Case{EtcdVersion::v3_5, EtcdVersion::v3_4, 3}, Case{EtcdVersion::v3_5, EtcdVersion::v3_5, 3}),
    [](const auto& one) {
      return fmt::format("from_{}_to_{}_with_{}", version_name(one.param.source), version_name(one.param.target),
                         one.param.members);
    });

TEST_P(RestoredServers, HaveEveryKeyRevisionLeaseAndMember) {
  const snapshot::RestoreOptions options = restore_options(layout_, directory_.path());
  const auto report = restore_from(taken_.path, options);
  ASSERT_TRUE(report) << report.error().to_string();

  start(options);

  std::vector<std::string> expected_members;
  for (const auto& member : options.membership.members) {
    expected_members.push_back(fmt::format("{:016x} {} [\"{}\"]", member.id, member.name, member.peer_urls[0]));
  }
  EXPECT_EQ(report->revision, taken_.revision);
  for (int i = 0; i < GetParam().members; ++i) {
    EXPECT_EQ(ctl().keyspace(i), taken_.keyspace);
    EXPECT_EQ(ctl().revision(i), taken_.revision);
    EXPECT_EQ(ctl().hash_kv(i, taken_.revision), taken_.hash);
    EXPECT_EQ(ctl().member_list(i), expected_members);
    EXPECT_THAT(ctl().ok(i, {"lease", "timetolive", taken_.lease, "--keys"}),
                testing::AllOf(HasSubstr("granted with TTL(3600s)"), HasSubstr("/registry/events/1")));
  }
}

TEST_P(RestoredServers, TakeWritesAndKeepThemOverARestart) {
  const snapshot::RestoreOptions options = restore_options(layout_, directory_.path());
  ASSERT_TRUE(restore_from(taken_.path, options));
  start(options);
  const int last = GetParam().members - 1;

  ctl().ok(0, {"put", "/new", "written after the restore"});
  // The member that the others elect a new leader without, or the only one.
  cluster_->kill(0);
  const Status again = cluster_->start(0);
  ASSERT_TRUE(again) << again.error().to_string();

  EXPECT_EQ(ctl().revision(last), taken_.revision + 1);
  for (int i = 0; i < GetParam().members; ++i) {
    EXPECT_EQ(ctl().ok(i, {"get", "/new", "--print-value-only"}), "written after the restore\n");
    EXPECT_EQ(ctl().hash_kv(i, taken_.revision), taken_.hash);
    EXPECT_EQ(ctl().hash_kv(i, taken_.revision + 1), ctl().hash_kv(0, taken_.revision + 1));
  }
}

class RestoredServer : public testing::TestWithParam<EtcdVersion> {
 protected:
  Ctl ctl() const { return Ctl(GetParam(), *cluster_); }
  void restore_and_start(const std::string& path, const snapshot::RestoreOptions& options) {
    const auto report = restore_from(path, options);
    ASSERT_TRUE(report) << report.error().to_string();
    auto cluster = start_restored(GetParam(), layout_, options);
    ASSERT_TRUE(cluster) << cluster.error().to_string();
    cluster_ = std::move(*cluster);
  }

  const Layout layout_{1};
  TempDir directory_;
  snapshot::RestoreOptions options_ = restore_options(layout_, directory_.path());
  std::unique_ptr<EtcdCluster> cluster_;
};

INSTANTIATE_TEST_SUITE_P(Versions, RestoredServer, testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5),
                         [](const auto& one) { return version_name(one.param); });

TEST_P(RestoredServer, WithARaisedRevisionTellsOldWatchersAndReadersThatItIsCompacted) {
  const TakenSnapshot& taken = taken_snapshot(GetParam());
  options_.bump_revision = 1'000'000'000;
  options_.mark_compacted = true;

  restore_and_start(taken.path, options_);

  EXPECT_EQ(ctl().revision(0), taken.revision + 1'000'000'000);
  EXPECT_EQ(ctl().keyspace(0), taken.keyspace);
  const std::string old = std::to_string(taken.revision);
  EXPECT_THAT(ctl().run(0, {"get", "/registry/b", "--rev", old}).err, HasSubstr("compacted"));
  const ProgramResult watch = ctl().run(0, {"watch", "/registry/b", "--rev", old});
  EXPECT_THAT(watch.out + watch.err, HasSubstr("compacted"));
  EXPECT_THAT(ctl().ok(0, {"lease", "timetolive", taken.lease}), HasSubstr("granted with TTL(3600s)"));
  ctl().ok(0, {"put", "/new", "value"});
  EXPECT_EQ(ctl().revision(0), taken.revision + 1'000'000'001);
}

TEST_P(RestoredServer, StartsFromADatabaseWithoutItsFreePages) {
  const TakenSnapshot& taken = taken_snapshot(GetParam());
  options_.drop_free_pages = true;

  restore_and_start(taken.path, options_);

  EXPECT_EQ(ctl().keyspace(0), taken.keyspace);
  EXPECT_EQ(ctl().hash_kv(0, taken.revision), taken.hash);
  ctl().ok(0, {"put", "/new", "value"});
}

TEST_P(RestoredServer, StartsFromTheDbFileOfAStoppedMember) {
  auto source = make_etcd_cluster({.version = GetParam()});
  ASSERT_TRUE(source) << source.error().to_string();
  const Ctl before(GetParam(), **source);
  write_history(before);
  const std::string keyspace = before.keyspace(0);
  (*source)->stop(0);
  options_.skip_hash_check = true;

  restore_and_start((*source)->data_dir(0) + "/member/snap/db", options_);

  EXPECT_EQ(ctl().keyspace(0), keyspace);
}

TEST_P(RestoredServer, StartsWithItsWriteAheadLogElsewhere) {
  const TakenSnapshot& taken = taken_snapshot(GetParam());
  options_.targets[0].wal_dir = directory_.file("wal");
  ASSERT_TRUE(restore_from(taken.path, options_));

  EtcdOptions server{.version = GetParam(), .extra_flags = {"--wal-dir", directory_.file("wal")}};
  server.data_dirs = {options_.targets[0].data_dir};
  server.peer_urls = layout_.peer_urls;
  server.initial_cluster_token = options_.membership.token;
  auto cluster = make_etcd_cluster(server);
  ASSERT_TRUE(cluster) << cluster.error().to_string();
  cluster_ = std::move(*cluster);

  EXPECT_EQ(ctl().keyspace(0), taken.keyspace);
}

// A snapshot of a server whose quota is used up.
std::string snapshot_with_alarm(EtcdVersion version, const TempDir& directory) {
  const auto source = make_etcd_cluster({.version = version, .extra_flags = {"--quota-backend-bytes", "200000"}});
  EXPECT_TRUE(source) << source.error().to_string();
  if (!source) return "";
  const Ctl ctl(version, **source);
  int puts = 0;
  while (puts < 1000 && ctl.run(0, {"put", "/big", std::string(20'000, 'x')}).exit_code == 0)
    ++puts;
  EXPECT_LT(puts, 1000);
  const std::string path = directory.file("snapshot.db");
  ctl.ok(0, {"snapshot", "save", path});
  return path;
}

TEST_P(RestoredServer, TakesWritesWhenAnOldAlarmIsCleared) {
  const std::string path = snapshot_with_alarm(GetParam(), directory_);
  options_.clear_alarms = true;

  restore_and_start(path, options_);

  ctl().ok(0, {"put", "/a", "b"});
}

// 3.5 behaves the same, but calls itself unhealthy meanwhile, so that its start cannot be waited for.
TEST(RestoredServerWithAnAlarm, RefusesWritesAsTheWarningSays) {
  const TempDir directory;
  const std::string path = snapshot_with_alarm(EtcdVersion::v3_4, directory);
  const Layout layout(1);
  const snapshot::RestoreOptions options = restore_options(layout, directory.path());
  const auto report = restore_from(path, options);
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_THAT(report->warnings, testing::ElementsAre(HasSubstr("NOSPACE")));

  const auto cluster = start_restored(EtcdVersion::v3_4, layout, options);

  ASSERT_TRUE(cluster) << cluster.error().to_string();
  EXPECT_THAT(Ctl(EtcdVersion::v3_4, **cluster).run(0, {"put", "/a", "b"}).err, HasSubstr("space exceeded"));
}

}  // namespace
}  // namespace holdfast::test
