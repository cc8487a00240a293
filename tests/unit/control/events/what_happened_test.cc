#include "control/events/what_happened.h"

#include <gtest/gtest.h>

#include "api/kind.h"

namespace holdfast::control {
namespace {

using Lines = std::vector<std::string>;

class WhatHappened : public testing::Test {
 protected:
  static json::Value parsed(std::string_view text) { return json::parse(text, 1 << 20).value(); }

  static std::vector<Happening> between(TypeName type, std::string_view before, std::string_view now) {
    static const api::Kinds kinds = api::Kinds::load().value();
    registry::ObjectEvent event{
        .kind = kinds.find_kind(type.api_version, type.kind), .id = {}, .before = {}, .now = {}};
    if (!before.empty()) event.before = parsed(before);
    if (!now.empty()) event.now = parsed(now);
    return what_happened(event);
  }

  // "KIND/NAME TYPE REASON MESSAGE" of each.
  static Lines lines(TypeName type, std::string_view before, std::string_view now) {
    Lines lines;
    for (const Happening& each : between(type, before, now)) {
      lines.push_back(fmt::format("{}/{} {} {}: {}", each.type.kind, each.about.name,
                                  each.warning ? "Warning" : "Normal", each.reason, each.message));
    }
    return lines;
  }

  // An Operation of the config "daily" with this status.
  static std::string operation(std::string_view type, std::string_view status, std::string_view config = "daily") {
    return fmt::format(R"({{"metadata":{{"name":"op","namespace":"cluster-prod","uid":"o1"}},"spec":{{"type":"{}",
        "cluster":"prod","config":"{}","configUID":"e1","destination":"disk","seed":"europe","backup":"b",
        "backupName":"daily-1.db.gz","reason":"beyond keep 5"}},"status":{}}})",
                       type, config, status);
  }

  static std::string cluster(std::string_view condition) {
    return fmt::format(R"({{"metadata":{{"name":"prod","uid":"c1"}},"status":{{"conditions":[{}]}}}})", condition);
  }

  static std::string config(std::string_view status) {
    return fmt::format(R"({{"metadata":{{"name":"daily","namespace":"cluster-prod","uid":"e1"}},"status":{}}})",
                       status);
  }

  static std::string seed(std::string_view destination) {
    return fmt::format(
        R"({{"metadata":{{"name":"europe","namespace":"kubermatic","uid":"s1"}},"status":{{"destinations":[{}]}}}})",
        destination);
  }
};

constexpr const char* kRunning = R"({"phase":"Running"})";

TEST_F(WhatHappened, ABackupThatSucceededIsTheConfigsNews) {
  const auto all = between(kOperationType, operation("Backup", kRunning),
                           operation("Backup", R"({"phase":"Completed","result":{"backupName":"daily-1.db.gz",
                               "sizeBytes":1400000,"revision":900}})"));
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].type.kind, "EtcdBackupConfig");
  EXPECT_EQ(all[0].about, (registry::ObjectId{.name_space = "cluster-prod", .name = "daily"}));
  EXPECT_EQ(all[0].uid, "e1");
  EXPECT_FALSE(all[0].warning);
  EXPECT_EQ(all[0].reason, "BackupSucceeded");
  EXPECT_EQ(all[0].message, "stored daily-1.db.gz in disk: 1.4 MB, revision 900");
}

TEST_F(WhatHappened, ABackupWithoutAConfigIsTheClustersNews) {
  EXPECT_EQ(
      lines(kOperationType, operation("Backup", kRunning, ""), operation("Backup", R"({"phase":"Completed"})", "")),
      Lines{"Cluster/prod Normal BackupSucceeded: stored daily-1.db.gz in disk"});
}

TEST_F(WhatHappened, AFailedBackupIsToldToConfigClusterAndOperation) {
  EXPECT_EQ(lines(kOperationType, operation("Backup", kRunning),
                  operation("Backup", R"({"phase":"Failed","message":"no such bucket"})")),
            (Lines{"EtcdBackupConfig/daily Warning BackupFailed: daily-1.db.gz: no such bucket",
                   "Cluster/prod Warning BackupFailed: daily-1.db.gz: no such bucket",
                   "Operation/op Warning BackupFailed: daily-1.db.gz: no such bucket"}));
}

TEST_F(WhatHappened, AnAttemptThatFailedIsTheOperationsNews) {
  EXPECT_EQ(lines(kOperationType, operation("Backup", kRunning),
                  operation("Backup", R"({"phase":"Pending","attempt":2,"message":"connection refused",
                      "nextAttemptTime":"2026-11-21T10:00:00Z"})")),
            Lines{"Operation/op Warning AttemptFailed: attempt 2 of 4: connection refused"});
}

TEST_F(WhatHappened, ProgressAndBeginningsAreNoNews) {
  EXPECT_EQ(lines(kOperationType, "", operation("Backup", "{}")), Lines{});
  EXPECT_EQ(lines(kOperationType, operation("Backup", "{}"), operation("Backup", kRunning)), Lines{});
  EXPECT_EQ(lines(kOperationType, operation("Backup", kRunning),
                  operation("Backup", R"({"phase":"Running","progress":{"readBytes":7}})")),
            Lines{});
  EXPECT_EQ(lines(kOperationType, operation("Backup", R"({"phase":"Completed"})"), ""), Lines{});
}

TEST_F(WhatHappened, RemovalsSayWhyAndWhatStayed) {
  EXPECT_EQ(lines(kOperationType, operation("Delete", kRunning), operation("Delete", R"({"phase":"Completed"})")),
            Lines{"EtcdBackupConfig/daily Normal BackupDeleted: removed daily-1.db.gz: beyond keep 5"});
  EXPECT_EQ(lines(kOperationType, operation("Delete", kRunning),
                  operation("Delete", R"({"phase":"Cancelled","message":"it stays: it is pinned"})")),
            Lines{"EtcdBackupConfig/daily Normal BackupKept: daily-1.db.gz: it stays: it is pinned"});
  EXPECT_EQ(lines(kOperationType, operation("Delete", kRunning),
                  operation("Delete", R"({"phase":"Failed","message":"access denied"})")),
            (Lines{"EtcdBackupConfig/daily Warning BackupDeleteFailed: daily-1.db.gz: access denied",
                   "Operation/op Warning BackupDeleteFailed: access denied"}));
}

TEST_F(WhatHappened, ASkippedSlotIsToldOnce) {
  constexpr const char* kSkipped = R"({"lastBackups":[{"backupName":"daily-2","backupPhase":"Skipped",
      "backupMessage":"the backup before it had not ended"}]})";
  EXPECT_EQ(lines(kConfigType, config("{}"), config(kSkipped)),
            Lines{"EtcdBackupConfig/daily Warning BackupSkipped: daily-2: the backup before it had not ended"});
  EXPECT_EQ(lines(kConfigType, config(kSkipped), config(kSkipped)), Lines{});
}

TEST_F(WhatHappened, WhatHoldsAScheduleUpIsAWarningUnlessItIsWished) {
  const std::string active =
      config(R"({"conditions":[{"type":"SchedulingActive","status":"True","reason":"Scheduled"}]})");
  const std::string crowded = config(
      R"({"conditions":[{"type":"SchedulingActive","status":"False","reason":"TooManyBackups","message":"too many"}]})");
  const std::string suspended = config(
      R"({"conditions":[{"type":"SchedulingActive","status":"False","reason":"Suspended","message":"wished"}]})");
  EXPECT_EQ(lines(kConfigType, active, crowded), Lines{"EtcdBackupConfig/daily Warning TooManyBackups: too many"});
  EXPECT_EQ(lines(kConfigType, crowded, active),
            Lines{"EtcdBackupConfig/daily Normal NormalBackupCount: backups are scheduled"});
  EXPECT_EQ(lines(kConfigType, active, suspended), Lines{"EtcdBackupConfig/daily Normal Suspended: wished"});
  EXPECT_EQ(lines(kConfigType, suspended, active),
            Lines{"EtcdBackupConfig/daily Normal SchedulingActive: backups are scheduled"});
  EXPECT_EQ(lines(kConfigType, config("{}"), active), Lines{});
}

TEST_F(WhatHappened, AClusterThatLosesItsProtectionIsUnprotected) {
  const std::string good = cluster(R"({"type":"Protected","status":"True","reason":"RecentBackup"})");
  const std::string bad =
      cluster(R"({"type":"Protected","status":"False","reason":"Unprotected","message":"too old"})");
  EXPECT_EQ(lines(kClusterType, good, bad), Lines{"Cluster/prod Warning Unprotected: too old"});
  EXPECT_EQ(lines(kClusterType, bad, good), Lines{"Cluster/prod Normal Protected: a good backup was made"});
  EXPECT_EQ(lines(kClusterType, bad, bad), Lines{});
  EXPECT_EQ(lines(kClusterType, "", bad), Lines{}) << "it is new";
}

TEST_F(WhatHappened, TheHealthOfEtcdIsToldWhenItTurnsOrItsReasonChanges) {
  const std::string good = cluster(R"({"type":"EtcdHealthy","status":"True","reason":"Healthy"})");
  const std::string down = cluster(R"({"type":"EtcdHealthy","status":"False","reason":"MembersDown","message":"m3"})");
  const std::string lost = cluster(R"({"type":"EtcdHealthy","status":"False","reason":"NoLeader","message":"all"})");
  EXPECT_EQ(lines(kClusterType, "", good), Lines{});
  EXPECT_EQ(lines(kClusterType, "", down), Lines{"Cluster/prod Warning EtcdUnhealthy: m3"});
  EXPECT_EQ(lines(kClusterType, down, lost), Lines{"Cluster/prod Warning EtcdUnhealthy: all"});
  EXPECT_EQ(lines(kClusterType, lost, good), Lines{"Cluster/prod Normal EtcdHealthy: its etcd is healthy"});
}

TEST_F(WhatHappened, ADestinationThatTurnsIsTheSeedsNews) {
  const std::string untried = seed(R"({"name":"disk"})");
  const std::string good = seed(R"({"name":"disk","usable":true})");
  const std::string bad = seed(R"({"name":"disk","usable":false,"message":"write: denied"})");
  const std::string worse = seed(R"({"name":"disk","usable":false,"message":"no such host"})");
  EXPECT_EQ(lines(kSeedType, "", untried), Lines{});
  EXPECT_EQ(lines(kSeedType, untried, good), Lines{"Seed/europe Normal DestinationUsable: disk can be used"});
  EXPECT_EQ(lines(kSeedType, good, bad), Lines{"Seed/europe Warning DestinationUnusable: disk: write: denied"});
  EXPECT_EQ(lines(kSeedType, bad, worse), Lines{"Seed/europe Warning DestinationUnusable: disk: no such host"});
  EXPECT_EQ(lines(kSeedType, worse, worse), Lines{});
}

TEST_F(WhatHappened, ADamagedBackupIsToldToItAndItsConfig) {
  const auto backup = [](std::string_view phase) {
    return fmt::format(R"({{"metadata":{{"name":"b","namespace":"cluster-prod","uid":"b1"}},"spec":{{"cluster":"prod",
        "config":"daily"}},"status":{{"phase":"{}","message":"digest differs"}}}})",
                       phase);
  };
  EXPECT_EQ(lines(kBackupType, backup("Completed"), backup("Damaged")),
            (Lines{"Backup/b Warning BackupDamaged: digest differs",
                   "EtcdBackupConfig/daily Warning BackupDamaged: b: digest differs"}));
  EXPECT_EQ(lines(kBackupType, backup("Deleting"), backup("Orphaned")),
            (Lines{"Backup/b Warning BackupOrphaned: digest differs",
                   "Cluster/prod Warning BackupOrphaned: b: digest differs"}));
}

}  // namespace
}  // namespace holdfast::control
