// What KKP's page about automatic backups says: schedules, one-time backups, their list, restores.
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e/seeds_support.h"

namespace holdfast::test {
namespace {

using testing::AllOf;
using testing::ContainsRegex;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class SeedsBackups : public SeedsTest {
 protected:
  void SetUp() override {
    SeedsTest::SetUp();
    make_secret();
    ok({"apply", "-f", "-"}, seed_text("backup-s3", ""));
  }
  // The restore of the document.
  std::string restore(const std::string& backup = "daily-backup-2021-03-02T15:24:00") const {
    return document("cluster-restore.yaml", {{"zvc78xnnz7", cluster}, {"daily-backup-2021-03-02T15:24:00", backup}});
  }
  std::string reason(const std::string& type) const {
    return value("er", "cluster-restore", fmt::format(".status.conditions[?(@.type=='{}')].reason", type));
  }
  testing::AssertionResult backup_gone(const std::string& name) const {
    return eventually({"get", "backups", "-n", name_space, "-o", "name"},
                      [&](const std::string& out) { return out.find(name) == std::string::npos; });
  }
};

// The members of an entry of the documented status.
std::vector<std::string> documented_members() {
  std::istringstream in(document("last-backups.yaml", {}));
  std::vector<std::string> names;
  for (std::string line; std::getline(in, line);) {
    const std::size_t colon = line.find(':');
    if (!line.starts_with("  - ") && !line.starts_with("    ")) continue;
    if (line.starts_with("  - ") && !names.empty()) break;
    names.push_back(line.substr(4, colon - 4));
  }
  return names;
}

TEST_P(SeedsBackups, TheScheduleOfTheDocumentIsTaken) {
  make_cluster(cluster);

  EXPECT_THAT(ok({"create", "-f", "-"}, daily_backup(cluster)), HasSubstr("daily-backup created"));

  EXPECT_THAT(ok({"apply", "-f", "-"}, daily_backup(cluster)), HasSubstr("daily-backup"));
  EXPECT_TRUE(becomes("ecfg", "daily-backup", ".status.conditions[?(@.type=='SchedulingActive')].status", "True"));
  EXPECT_THAT(ok({"get", "etcdbackupconfigs", "-A"}),
              AllOf(HasSubstr("NEXT RUN"),
                    ContainsRegex(name_space + " +daily-backup +" + cluster + " +@every 20m +20 +s3 .*")));
  EXPECT_THAT(ok({"describe", "etcdbackupconfig", "daily-backup", "-n", name_space}),
              AllOf(HasSubstr("@every 20m"), HasSubstr("Next Run Time")));
  const std::string made = value("ecfg", "daily-backup", ".metadata.creationTimestamp");
  const std::string next = value("ecfg", "daily-backup", ".status.nextRunTime");
  const ProgramResult between =
      run_program({"bash", "-c", "echo $(($(date -d \"$1\" +%s) - $(date -d \"$2\" +%s)))", "between", next, made});
  EXPECT_EQ(between.out, "1200\n");
}

TEST_P(SeedsBackups, AOneTimeBackupIsMadeAtOnce) {
  make_cluster(cluster);

  ok({"apply", "-f", "-"}, snapshot(cluster, "before-upgrade"));
  wait_for_snapshot("before-upgrade");

  EXPECT_EQ(value("ecfg", "before-upgrade", ".status.lastBackups[0].backupName"), "before-upgrade.db.gz");
  EXPECT_EQ(value("ecfg", "before-upgrade", ".status.lastBackups[0].backupPhase"), "Completed");
  for (const std::string& name : documented_members()) {
    if (name.starts_with("delete")) continue;
    EXPECT_NE(value("ecfg", "before-upgrade", ".status.lastBackups[0]." + name), "") << name;
  }
  EXPECT_THAT(ok({"get", "backups", "-n", name_space}),
              ContainsRegex("before-upgrade +" + cluster + " +before-upgrade +s3 .*Completed"));
  EXPECT_THAT(objects("s3"), ElementsAre(cluster + "-before-upgrade.db.gz"));
}

TEST_P(SeedsBackups, WhatLiesInTheBucketOpensWithOtherPrograms) {
  make_cluster(cluster);
  ok({"apply", "-f", "-"}, snapshot(cluster, "open"));
  wait_for_snapshot("open");

  const std::string key = cluster + "-open.db.gz";
  const ProgramResult got = world().s3cmd(
      {"get", fmt::format("s3://{}/{}/{}", world().bucket("s3"), seed, key), file("open.db.gz"), "--quiet"});
  ASSERT_EQ(got.exit_code, 0) << got.err;
  ASSERT_EQ(run_program({"gunzip", file("open.db.gz")}).exit_code, 0);
  const ProgramResult status = run_program({etcdutl_program(), "snapshot", "status", file("open.db"), "-w", "json"});

  EXPECT_EQ(status.exit_code, 0) << status.err;
  EXPECT_THAT(status.out, HasSubstr("\"revision\":" + value("backup", "open", ".status.revision")));
}

TEST_P(SeedsBackups, AFailureIsShownWithItsReason) {
  make_cluster(cluster);
  ok({"patch", "cluster", cluster, "--type=merge", "-p", R"({"spec":{"etcd":{"endpoints":["http://127.0.0.1:1"]}}})"});
  ok({"create", "-f", "-"}, fmt::format("apiVersion: holdfast.dev/v1\nkind: Operation\n"
                                        "metadata: {{name: now, namespace: {}}}\n"
                                        "spec: {{type: Backup, cluster: {}, destination: s3, maxAttempts: 1}}\n",
                                        name_space, cluster));

  EXPECT_TRUE(becomes("operation", "now", ".status.phase", "Failed"));
  EXPECT_THAT(value("operation", "now", ".status.message"), HasSubstr("127.0.0.1:1"));
  EXPECT_THAT(objects("s3"), ElementsAre());
}

TEST_P(SeedsBackups, DeletingAConfigKeepsItsBackups) {
  make_cluster(cluster);
  ok({"apply", "-f", "-"}, snapshot(cluster, "kept"));
  wait_for_snapshot("kept");

  ok({"delete", "ecfg", "kept", "-n", name_space, "--timeout=60s"});

  EXPECT_THAT(ok({"get", "backups", "-n", name_space}), HasSubstr("kept"));
  EXPECT_EQ(objects("s3").size(), 1U);
  ok({"delete", "backup", "kept", "-n", name_space, "--timeout=60s"});
  EXPECT_THAT(objects("s3"), ElementsAre());
}

TEST_P(SeedsBackups, DeletingAConfigDeletesItsBackupsWhenItSaysSo) {
  make_cluster(cluster);
  ok({"apply", "-f", "-"}, snapshot(cluster, "gone") + "  deletionPolicy: Delete\n");
  wait_for_snapshot("gone");

  ok({"delete", "ecfg", "gone", "-n", name_space, "--timeout=60s"});

  EXPECT_TRUE(backup_gone("gone"));
  EXPECT_THAT(objects("s3"), ElementsAre());
}

TEST_P(SeedsBackups, DeletingAClusterKeepsItsBackups) {
  make_cluster(cluster);
  ok({"apply", "-f", "-"}, snapshot(cluster, "last"));
  ok({"apply", "-f", "-"}, daily_backup(cluster));
  wait_for_snapshot("last");

  ok({"delete", "cluster", cluster, "--timeout=60s"});

  EXPECT_EQ(ok({"get", "ecfg", "-n", name_space, "-o", "name"}), "");
  EXPECT_EQ(value("backup", "last", ".status.phase"), "Completed");
  EXPECT_EQ(objects("s3").size(), 1U);
}

TEST_P(SeedsBackups, DeletingTheNamespaceLeavesWhatIsStored) {
  make_cluster(cluster);
  ok({"apply", "-f", "-"}, snapshot(cluster, "stored"));
  wait_for_snapshot("stored");
  ok({"delete", "cluster", cluster, "--timeout=60s"});

  ok({"delete", "ns", name_space, "--timeout=60s"});

  EXPECT_THAT(objects("s3"), ElementsAre(cluster + "-stored.db.gz"));
}

TEST_P(SeedsBackups, APinnedBackupCanBeShownAndFreed) {
  make_cluster(cluster);
  ok({"apply", "-f", "-"}, snapshot(cluster, "pinned"));
  wait_for_snapshot("pinned");

  ok({"patch", "backup", "pinned", "-n", name_space, "--type=merge", "-p", R"({"spec":{"pinned":true}})"});

  EXPECT_TRUE(becomes("ecfg", "pinned", ".status.lastBackups[0].pinned", "true"));
  EXPECT_THAT(ok({"get", "backups", "-n", name_space}), ContainsRegex("pinned .*Completed +true"));
}

TEST_P(SeedsBackups, ARestoreIsCheckedAndShownAndSaysThatItIsNotCarriedOut) {
  make_cluster(cluster, "  features: {etcdLauncher: true}\n");
  ok({"apply", "-f", "-"}, snapshot(cluster, "source"));
  wait_for_snapshot("source");

  EXPECT_THAT(ok({"create", "-f", "-"}, restore("source.db.gz")), HasSubstr("cluster-restore created"));

  ASSERT_TRUE(becomes("er", "cluster-restore", ".status.conditions[?(@.type=='BackupUsable')].status", "True"));
  EXPECT_EQ(reason("Progressing"), "NotCarriedOut");
  EXPECT_EQ(value("er", "cluster-restore", ".status.phase"), "NotCarriedOut");
  EXPECT_THAT(ok({"get", "etcdrestores", "-n", name_space, "-o", "wide"}),
              AllOf(HasSubstr("PHASE"), ContainsRegex("cluster-restore +" + cluster + " +source.db.gz .*not carry")));
  EXPECT_THAT(ok({"describe", "etcdrestore", "cluster-restore", "-n", name_space}),
              HasSubstr(cluster + "-source.db.gz in destination s3"));
  ok({"delete", "er", "cluster-restore", "-n", name_space});
}

TEST_P(SeedsBackups, ARestoreOfTheDocumentFindsABackupThatAnOldKkpMade) {
  const std::string key =
      fmt::format("s3://{}/{}/{}-daily-backup-2021-03-02T15:24:00", world().bucket("s3"), seed, cluster);
  std::ofstream(file("old")) << "made by KKP 2.17";
  ASSERT_EQ(world().s3cmd({"put", file("old"), key}).exit_code, 0);
  make_cluster(cluster, "  features: {etcdLauncher: true}\n");
  // A destination that changes is listed anew.
  ok({"patch", "seed", seed, "-n", "kubermatic", "--type=merge", "-p",
      R"({"spec":{"etcdBackupRestore":{"destinations":{"s3":{"maxConcurrent":3}}}}})"});

  ok({"create", "-f", "-"}, restore());

  EXPECT_TRUE(becomes("er", "cluster-restore", ".status.conditions[?(@.type=='BackupUsable')].reason", "Found"));
  EXPECT_THAT(ok({"get", "backups", "-n", name_space}), HasSubstr("Unverified"));
}

TEST_P(SeedsBackups, ARestoreOfABackupThatIsNotThereSaysSo) {
  make_cluster(cluster, "  features: {etcdLauncher: true}\n");

  ok({"create", "-f", "-"}, restore());

  ASSERT_TRUE(becomes("er", "cluster-restore", ".status.conditions[?(@.type=='BackupUsable')].reason", "NotFound"));
  EXPECT_THAT(value("er", "cluster-restore", ".status.message"),
              HasSubstr("has no backup daily-backup-2021-03-02T15:24:00 in destination s3"));
}

TEST_P(SeedsBackups, ARestoreNeedsTheEtcdLauncher) {
  make_cluster(cluster);

  ok({"create", "-f", "-"}, restore());
  EXPECT_TRUE(becomes("er", "cluster-restore", ".status.phase", "EtcdLauncherNotEnabled"));
  EXPECT_THAT(ok({"get", "er", "-n", name_space}), HasSubstr("EtcdLauncherNotEnabled"));

  ok({"patch", "cluster", cluster, "--type=merge", "-p", R"({"spec":{"features":{"etcdLauncher":true}}})"});
  EXPECT_TRUE(becomes("er", "cluster-restore", ".status.phase", "NotCarriedOut"));
}

TEST_P(SeedsBackups, ARestoreOfAnotherClusterOrPlaceIsRefused) {
  make_cluster(cluster);
  std::string other = restore();
  other.replace(other.find("name: " + cluster), 6 + cluster.size(), "name: another");
  EXPECT_THAT(fails({"create", "-f", "-"}, other), HasSubstr("spec.cluster.name"));
  std::string elsewhere = restore();
  elsewhere.replace(elsewhere.find("destination: s3"), 15, "destination: tape");
  EXPECT_THAT(fails({"create", "-f", "-"}, elsewhere), HasSubstr("spec.destination"));
}

INSTANTIATE_TEST_SUITE_P(Versions, SeedsBackups, testing::Values("1.20", "1.32"));

}  // namespace
}  // namespace holdfast::test
