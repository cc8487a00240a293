#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_support.h"
#include "rules_support.h"

#include "api/causes.h"

namespace holdfast::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// An EtcdBackupConfig in cluster-x.
std::string config(const std::string& spec) {
  return "{kind: EtcdBackupConfig, metadata: {name: daily, namespace: cluster-x}, spec: " + spec + "}";
}

std::string operation(const std::string& spec, const std::string& name_space = "cluster-x") {
  return "{kind: Operation, metadata: {name: o, namespace: " + name_space + "}, spec: " + spec + "}";
}

TEST(ConfigRules, TakeWhatTheDocumentsShow) {
  EXPECT_THAT(judged(config("{cluster: {kind: Cluster, name: x}, schedule: '@every 20m', keep: 20, destination: s3}")),
              IsEmpty());
  EXPECT_THAT(judged(config("{cluster: {name: x}, destination: far.away}")), IsEmpty());
}

TEST(ConfigRules, KeepToTheClusterOfTheNamespace) {
  EXPECT_THAT(
      judged(config("{cluster: {name: y}, destination: s3}")),
      ElementsAre(
          "spec.cluster.name: FieldValueInvalid: Invalid value: \"y\": must be \"x\", the cluster of the namespace "
          "\"cluster-x\""));
  EXPECT_THAT(judged(config("{cluster: {}, destination: s3}")),
              ElementsAre(HasSubstr("spec.cluster.name: FieldValueRequired")));
  EXPECT_THAT(judged(config("{cluster: {name: x, kind: Pod}, destination: s3}")),
              ElementsAre(HasSubstr("spec.cluster.kind")));
  EXPECT_THAT(judged("{kind: EtcdBackupConfig, metadata: {name: d, namespace: default}, spec: {cluster: {name: x}, "
                     "destination: s3}}"),
              ElementsAre(HasSubstr(
                  "metadata.namespace: FieldValueInvalid: Invalid value: \"default\": must be \"cluster-x\"")));
}

TEST(ConfigRules, NameTheDestinationsThereAre) {
  EXPECT_THAT(judged(config("{cluster: {name: x}, destination: minio}")),
              ElementsAre("spec.destination: FieldValueNotFound: Not found: \"minio\": the destinations of Seed main "
                          "are s3, far.away"));
}

TEST(ConfigRules, TakeTheDefaultDestination) {
  EXPECT_THAT(judged(config("{cluster: {name: x}}")), IsEmpty());
  const KnownObjects none(
      {"{kind: Seed, metadata: {name: main}, spec: {etcdBackupRestore: {destinations: {s3: {}}}}}"});
  EXPECT_THAT(judged(config("{cluster: {name: x}}"), "", none),
              ElementsAre(AllOf(HasSubstr("Required value: there is no default destination"),
                                HasSubstr("holdfast destination add main NAME --path DIR --default"))));
}

TEST(ConfigRules, SayWhenThereIsNoSeed) {
  const KnownObjects none({});
  EXPECT_THAT(judged(config("{cluster: {name: x}, destination: s3}"), "", none),
              ElementsAre(HasSubstr("no Seed is found")));
}

TEST(ConfigRules, SayWhichSeedTheClusterNamesThatIsNotThere) {
  const KnownObjects gone(
      {"{kind: Seed, metadata: {name: here}, spec: {etcdBackupRestore: {defaultDestination: disk, "
       "destinations: {disk: {}}}}}",
       "{kind: Cluster, metadata: {name: x}, spec: {seed: us}}"});
  const auto says_it = AllOf(HasSubstr("spec.seed of the cluster x names the Seed us, and there is none of that name "
                                       "(there is here)"),
                             HasSubstr("holdfast edit cluster x"), Not(HasSubstr("destination add")));

  EXPECT_THAT(judged(config("{cluster: {name: x}}"), "", gone), ElementsAre(says_it));
  EXPECT_THAT(judged(config("{cluster: {name: x}, destination: disk}"), "", gone), ElementsAre(says_it));
}

TEST(ConfigRules, LookAtTheSeedOfTheCluster) {
  const KnownObjects two({"{kind: Seed, metadata: {name: a}, spec: {etcdBackupRestore: {destinations: {s3: {}}}}}",
                          "{kind: Seed, metadata: {name: b}, spec: {datacenters: {dc: {}}, etcdBackupRestore: "
                          "{destinations: {local: {}}}}}",
                          "{kind: Cluster, metadata: {name: x}, spec: {cloud: {dc: dc}}}"});
  EXPECT_THAT(judged(config("{cluster: {name: x}, destination: local}"), "", two), IsEmpty());
  EXPECT_THAT(judged(config("{cluster: {name: x}, destination: s3}"), "", two),
              ElementsAre(HasSubstr("Seed b are local")));
}

TEST(ConfigRules, AskAboutTheSchedule) {
  const RuleHooks hooks{
      .check_schedule = [](std::string_view schedule) { return schedule == "bad" ? "never fires" : ""; },
      .check_name = {},
      .check_retention = {}};
  EXPECT_THAT(judged(config("{cluster: {name: x}, schedule: bad}"), "", usual_objects(), hooks),
              ElementsAre("spec.schedule: FieldValueInvalid: Invalid value: \"bad\": never fires"));
  EXPECT_THAT(judged(config("{cluster: {name: x}, schedule: good}"), "", usual_objects(), hooks), IsEmpty());
}

TEST(ConfigRules, AskAboutTheNameOfANewOne) {
  const RuleHooks hooks{.check_schedule = {},
                        .check_name =
                            [](std::string_view cluster, std::string_view name) {
                              return std::string(cluster) + "-" + std::string(name) + " is too long";
                            },
                        .check_retention = {}};
  EXPECT_THAT(judged(config("{cluster: {name: x}}"), "", usual_objects(), hooks),
              ElementsAre("metadata.name: FieldValueInvalid: Invalid value: \"daily\": x-daily is too long"));
  EXPECT_THAT(judged(config("{cluster: {name: x}, keep: 3}"), config("{cluster: {name: x}}"), usual_objects(), hooks),
              IsEmpty());
}

TEST(ConfigRules, AskAboutRetention) {
  const RuleHooks hooks{
      .check_schedule = {}, .check_name = {}, .check_retention = [](const json::Object& spec) {
        return std::vector<Cause>{causes::invalid("spec.keepWithin", spec.at("keepWithin"), "is no time")};
      }};
  EXPECT_THAT(judged(config("{cluster: {name: x}, keepWithin: long}"), "", usual_objects(), hooks),
              ElementsAre("spec.keepWithin: FieldValueInvalid: Invalid value: \"long\": is no time"));
}

TEST(ConfigRules, WarnAboutAKeepThatCountsAsAnother) {
  EXPECT_THAT(judged(config("{cluster: {name: x}, keep: 70}")), ElementsAre("warning: spec.keep: 70 counts as 50"));
  EXPECT_THAT(judged(config("{cluster: {name: x}, keep: 0}")), ElementsAre("warning: spec.keep: 0 counts as 1"));
}

TEST(ConfigRules, CheckTheSpread) {
  EXPECT_THAT(judged(config("{cluster: {name: x}, spread: 5m}")), IsEmpty());
  EXPECT_THAT(judged(config("{cluster: {name: x}, spread: 0s}")), IsEmpty());
  EXPECT_THAT(judged(config("{cluster: {name: x}, spread: soon}")), ElementsAre(HasSubstr("must be a duration")));
  EXPECT_THAT(judged(config("{cluster: {name: x}, spread: 1000h}")), ElementsAre(HasSubstr("must be between")));
}

TEST(ConfigRules, LeaveAloneWhatHasNotChanged) {
  const RuleHooks hooks{.check_schedule = [](std::string_view) { return "no longer understood"; },
                        .check_name = {},
                        .check_retention = {}};
  const std::string before = config("{cluster: {name: y}, schedule: old, destination: gone}");
  const std::string after = config("{cluster: {name: y}, schedule: old, destination: gone, suspend: true}");
  EXPECT_THAT(judged(after, before, usual_objects(), hooks), IsEmpty());
}

TEST(ConfigRules, PassOnErrorsOfTheStore) {
  KnownObjects broken({});
  broken.broken = true;
  EXPECT_THAT(judged(config("{cluster: {name: x}, destination: s3}"), "", broken),
              ElementsAre("error: the store does not answer"));
}

TEST(RestoreRules, KeepToTheClusterAndItsDestinations) {
  const std::string head = "{kind: EtcdRestore, metadata: {name: r, namespace: cluster-x}, spec: ";
  EXPECT_THAT(judged(head + "{cluster: {name: x}, backupName: b, destination: s3}}"), IsEmpty());
  EXPECT_THAT(judged(head + "{cluster: {name: x}, backupName: b}}"), IsEmpty());
  EXPECT_THAT(judged(head + "{cluster: {name: y}, backupName: b}}"), ElementsAre(HasSubstr("spec.cluster.name")));
  EXPECT_THAT(judged(head + "{cluster: {name: x}, backupName: b, destination: z}}"),
              ElementsAre(HasSubstr("spec.destination")));
}

TEST(RestoreRules, WhatIsUnderWayIsNotChangedBelowIt) {
  const auto restore = [](const std::string& spec, const std::string& step) {
    return "{kind: EtcdRestore, metadata: {name: r, namespace: cluster-x}, spec: {cluster: {name: x}, " + spec +
           "}, status: {step: '" + step + "'}}";
  };
  EXPECT_THAT(judged(restore("backupName: c", "Waiting"), restore("backupName: b", "Waiting")), IsEmpty());
  EXPECT_THAT(judged(restore("backupName: c", "Staging"), restore("backupName: b", "Staging")),
              ElementsAre(HasSubstr("spec.backupName")));
  EXPECT_THAT(judged(restore("backupName: b, undo: true", "Ended"), restore("backupName: b", "Ended")), IsEmpty());
  EXPECT_THAT(judged(restore("backupName: b", "Ended"), restore("backupName: b, undo: true", "Ended")),
              ElementsAre(HasSubstr("spec.undo: FieldValueForbidden: Forbidden: cannot be taken back")));
  EXPECT_THAT(judged(restore("backupName: b, gracePeriod: soon", ""), ""), ElementsAre(HasSubstr("spec.gracePeriod")));
}

TEST(OperationRules, ABackupNowNeedsNoMore) {
  EXPECT_THAT(judged(operation("{type: Backup, cluster: x, config: daily}")), IsEmpty());
  EXPECT_THAT(judged(operation("{type: Backup, cluster: x, destination: s3}")), IsEmpty());
  EXPECT_THAT(judged(operation("{type: Verify, cluster: x, backup: b}")), IsEmpty());
}

TEST(OperationRules, UsersReachTheirOwnClusterOnly) {
  EXPECT_THAT(judged(operation("{type: Backup, cluster: y, config: daily}")),
              ElementsAre(HasSubstr("spec.cluster: FieldValueInvalid")));
  EXPECT_THAT(judged(operation("{type: Backup, cluster: x}", "default")), ElementsAre(HasSubstr("metadata.namespace")));
  EXPECT_THAT(judged(operation("{type: Backup, cluster: x, config: nope}")),
              ElementsAre(AllOf(HasSubstr("spec.config: FieldValueNotFound: Not found: \"nope\""),
                                HasSubstr("holdfast schedule list x"))));
}

TEST(OperationRules, NobodyBacksUpAClusterThatIsGone) {
  EXPECT_THAT(
      judged(operation("{type: Backup, cluster: gone, destination: s3}", "cluster-gone")),
      ElementsAre(HasSubstr("spec.cluster: FieldValueNotFound: Not found: \"gone\": there is no cluster gone")));
  EXPECT_THAT(judged(operation("{type: Verify, cluster: gone, backup: b}", "cluster-gone")), IsEmpty())
      << "its backups may be there still";
}

TEST(OperationRules, UsersCannotDeleteByKey) {
  EXPECT_THAT(judged(operation("{type: Delete, cluster: x, objectKey: other-1}")),
              ElementsAre("spec.type: FieldValueForbidden: Forbidden: operations of type Delete are made by the server",
                          "spec.objectKey: FieldValueForbidden: Forbidden: is set by the server"));
  EXPECT_THAT(judged_of_server(operation("{type: Delete, cluster: x, objectKey: x-1}")), IsEmpty());
}

TEST(OperationRules, AdministratorsHaveADestinationListed) {
  EXPECT_THAT(judged(operation("{type: Inventory, seed: main, destination: s3}", "kubermatic")), IsEmpty());
  EXPECT_THAT(judged(operation("{type: Inventory, seed: main, destination: nope}", "kubermatic")),
              ElementsAre(HasSubstr("spec.destination")));
  EXPECT_THAT(judged(operation("{type: Inventory, seed: main, destination: s3}")),
              ElementsAre(HasSubstr("spec.seed: FieldValueNotFound")))
      << "there is no Seed in the namespace of a cluster";
}

TEST(OperationRules, AreCancelledForGood) {
  const std::string before = operation("{type: Backup, cluster: x}");
  const std::string cancelled = operation("{type: Backup, cluster: x, cancel: true}");
  EXPECT_THAT(judged(cancelled, before), IsEmpty());
  EXPECT_THAT(judged(before, cancelled),
              ElementsAre("spec.cancel: FieldValueForbidden: Forbidden: field is immutable"));
  EXPECT_THAT(judged(operation("{type: Delete, cluster: x, cancel: true}"), operation("{type: Delete, cluster: x}")),
              ElementsAre(HasSubstr("operations of type Delete are not cancelled")));
}

TEST(OperationRules, NothingOfTheSpecChanges) {
  const std::string before = operation("{type: Backup, cluster: x, reason: a}");
  EXPECT_THAT(judged(operation("{type: Backup, cluster: y}"), before),
              ElementsAre("spec.reason: FieldValueForbidden: Forbidden: field is immutable",
                          "spec.cluster: FieldValueInvalid: Invalid value: \"y\": field is immutable"));
  EXPECT_THAT(judged(before, before), IsEmpty());
}

TEST(BackupRules, AreMadeByTheServer) {
  const std::string backup =
      "{kind: Backup, metadata: {name: b, namespace: cluster-x}, spec: {cluster: x, destination: s3, objectKey: k}}";
  EXPECT_THAT(judged(backup), ElementsAre(HasSubstr("spec: FieldValueForbidden")));
  EXPECT_THAT(judged_of_server(backup), IsEmpty());
}

TEST(BackupRules, CanBePinnedOnly) {
  const std::string head =
      "{kind: Backup, metadata: {name: b, namespace: cluster-x}, spec: {destination: s3, objectKey: k, cluster: ";
  EXPECT_THAT(judged(head + "x, pinned: true, pinReason: r}}", head + "x, pinned: false}}"), IsEmpty());
  EXPECT_THAT(judged(head + "y, pinned: true}}", head + "x, pinned: false}}"),
              ElementsAre(HasSubstr("spec.cluster: FieldValueInvalid")));
}

TEST(BackupRules, WhatIsBeingDeletedIsNotPinned) {
  const std::string head =
      "{kind: Backup, metadata: {name: b, namespace: cluster-x, deletionTimestamp: '2026-11-21T10:00:00Z'}, spec: "
      "{cluster: x, pinned: ";
  EXPECT_THAT(judged(head + "true}}", head + "false}}"), ElementsAre(HasSubstr("spec.pinned: FieldValueForbidden")));
  EXPECT_THAT(judged(head + "false}}", head + "true}}"), IsEmpty());
}

TEST(Seeds, OfAClusterAreFoundByNameByDataCentreOrByAge) {
  const std::vector<json::Value> two{
      yaml("{metadata: {name: a, creationTimestamp: '2026-02-01T00:00:00Z'}, spec: {datacenters: {dc1: {}}}}"),
      yaml("{metadata: {name: b, creationTimestamp: '2026-01-01T00:00:00Z'}, spec: {datacenters: {dc2: {}}}}")};
  const std::vector<json::Value> one{two[0]};
  EXPECT_EQ(seed_of(yaml("{spec: {seed: b, cloud: {dc: dc1}}}"), two), &two[1]);
  EXPECT_EQ(seed_of(yaml("{spec: {cloud: {dc: dc2}}}"), two), &two[1]);
  EXPECT_EQ(seed_of(yaml("{spec: {cloud: {dc: dc3}}}"), two), &two[1]);
  EXPECT_EQ(seed_of(yaml("{}"), two), &two[1]);
  EXPECT_EQ(seed_of(yaml("{}"), one), &one[0]);
  EXPECT_EQ(seed_of(yaml("{spec: {seed: z}}"), one), nullptr);
  EXPECT_EQ(seed_of(json::Value(), {}), nullptr);
}

}  // namespace
}  // namespace holdfast::api
