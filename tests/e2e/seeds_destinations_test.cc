// What KKP's page about backup destinations says: several destinations, credentials, default backups.
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e/seeds_support.h"

namespace holdfast::test {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class SeedsDestinations : public SeedsTest {
 protected:
  // The Seed as in the document, with credentials and one cluster.
  void make_site() const {
    make_secret();
    ok({"apply", "-f", "-"}, seed_text());
    make_cluster(cluster);
  }
  void set_default(const std::string& json) const {
    ok({"patch", "seed", seed, "-n", "kubermatic", "--type=merge", "-p",
        fmt::format(R"({{"spec":{{"etcdBackupRestore":{{"defaultDestination":{}}}}}}})", json)});
  }
  testing::AssertionResult has_default_backups() const {
    return becomes("ecfg", "default-backups", ".status.conditions[?(@.type=='SchedulingActive')].status", "True");
  }
};

// The lines "name: value" of the default config in the document.
std::vector<std::pair<std::string, std::string>> documented_defaults() {
  std::istringstream in(document("default-backups.yaml", {}));
  std::vector<std::pair<std::string, std::string>> fields;
  for (std::string line; std::getline(in, line);) {
    const std::size_t colon = line.find(": ");
    if (!line.starts_with("    ") || colon == std::string::npos) continue;
    std::string text = line.substr(colon + 2);
    if (text.starts_with('\'')) text = text.substr(1, text.size() - 2);
    fields.emplace_back(line.substr(4, colon - 4), text);
  }
  return fields;
}

TEST_P(SeedsDestinations, CanBeUsedOnceTheirCredentialsAreSet) {
  const std::string secret = unique("late");
  ok({"apply", "-f", "-"}, seed_text(secret));
  EXPECT_TRUE(becomes("seed", seed, ".status.destinations[*].usable", "false false"));
  EXPECT_THAT(value("seed", seed, ".status.destinations[0].message"), HasSubstr("kube-system/" + secret));

  make_secret(secret);

  ok({"wait", "--for=condition=DestinationsUsable", "seed/" + seed, "-n", "kubermatic", "--timeout=60s"});
  EXPECT_EQ(value("seed", seed, ".status.destinations[*].usable"), "true true");
  EXPECT_THAT(ok({"get", "seeds", "-n", "kubermatic"}), AllOf(HasSubstr("DEFAULT DESTINATION"), HasSubstr(seed)));
}

TEST_P(SeedsDestinations, CredentialsAreNeverShown) {
  make_secret();

  for (const char* format : {"yaml", "json", "jsonpath={.data}"})
    EXPECT_THAT(ok({"get", "secret", "backup-s3", "-n", "kube-system", "-o", format}),
                AllOf(HasSubstr("SECRET_ACCESS_KEY"), Not(HasSubstr(world().rgw().secret_key))));
  EXPECT_THAT(ok({"describe", "secret", "backup-s3", "-n", "kube-system"}),
              AllOf(HasSubstr("SECRET_ACCESS_KEY"), Not(HasSubstr(world().rgw().secret_key))));
}

TEST_P(SeedsDestinations, WrongCredentialsAreSaidAndCanBeReplaced) {
  const std::string secret = unique("rotated");
  make_secret(secret);
  ok({"apply", "-f", "-"}, seed_text(secret));
  ASSERT_TRUE(becomes("seed", seed, ".status.destinations[*].usable", "true true"));

  ok({"patch", "secret", secret, "-n", "kube-system", "-p", R"({"stringData":{"SECRET_ACCESS_KEY":"wrong"}})"});
  EXPECT_TRUE(becomes("seed", seed, ".status.destinations[*].usable", "false false"));
  EXPECT_THAT(value("seed", seed, ".status.destinations[0].message"),
              testing::ContainsRegex("SignatureDoesNotMatch|AccessDenied"));

  make_secret(secret);
  EXPECT_TRUE(becomes("seed", seed, ".status.destinations[*].usable", "true true"));
}

TEST_P(SeedsDestinations, TheDefaultOneGivesEveryClusterDefaultBackups) {
  make_site();
  ASSERT_TRUE(has_default_backups());

  for (const auto& [name, text] : documented_defaults())
    EXPECT_EQ(value("ecfg", "default-backups", ".spec." + name), text) << name;
  EXPECT_THAT(ok({"get", "ecfg", "-n", name_space, "--no-headers"}),
              testing::ContainsRegex("default-backups +" + cluster + " +@every 20m +20 +s3 "));

  const std::string second = unique("second");
  make_cluster(second);
  EXPECT_TRUE(eventually({"get", "ecfg", "default-backups", "-n", "cluster-" + second},
                         [](const std::string& out) { return !out.empty(); }));
}

TEST_P(SeedsDestinations, DefaultBackupsComeBackWhenSomebodyChangesOrDeletesThem) {
  make_site();
  ASSERT_TRUE(has_default_backups());

  ok({"patch", "ecfg", "default-backups", "-n", name_space, "--type=merge", "-p", R"({"spec":{"keep":1}})"});
  EXPECT_TRUE(becomes("ecfg", "default-backups", ".spec.keep", "20"));
  const std::string before = value("ecfg", "default-backups", ".metadata.uid");
  ok({"delete", "ecfg", "default-backups", "-n", name_space, "--timeout=60s"});
  EXPECT_TRUE(eventually({"get", "ecfg", "default-backups", "-n", name_space, "-o", "jsonpath={.metadata.uid}"},
                         [&](const std::string& uid) { return uid != before; }));
}

TEST_P(SeedsDestinations, AnotherDefaultIsForNewBackupsAndOldOnesStayWhereTheyAre) {
  make_site();
  ASSERT_TRUE(has_default_backups());
  ok({"apply", "-f", "-"}, snapshot(cluster, "before"));
  wait_for_snapshot("before");

  set_default("\"minio\"");

  EXPECT_TRUE(becomes("ecfg", "default-backups", ".spec.destination", "minio"));
  EXPECT_EQ(value("backup", "before", ".spec.destination"), "s3");
  EXPECT_EQ(value("backup", "before", ".status.phase"), "Completed");
  EXPECT_THAT(objects("s3"), ElementsAre(cluster + "-before.db.gz"));
  ok({"delete", "backup", "before", "-n", name_space});  // it knows where it lies
  EXPECT_THAT(objects("s3"), ElementsAre());
}

TEST_P(SeedsDestinations, WithoutADefaultNoNewDefaultBackupsAreMadeAndNothingIsDeleted) {
  make_site();
  ASSERT_TRUE(has_default_backups());
  ok({"create", "-f", "-"}, fmt::format("apiVersion: holdfast.dev/v1\nkind: Operation\n"
                                        "metadata: {{name: now, namespace: {}}}\n"
                                        "spec: {{type: Backup, cluster: {}, config: default-backups}}\n",
                                        name_space, cluster));
  ASSERT_TRUE(becomes("operation", "now", ".status.phase", "Completed"));

  set_default("null");

  EXPECT_TRUE(becomes("ecfg", "default-backups", ".spec.suspend", "true"));
  EXPECT_TRUE(
      becomes("ecfg", "default-backups", ".status.conditions[?(@.type=='SchedulingActive')].reason", "Suspended"));
  EXPECT_EQ(objects("s3").size(), 1U);
  EXPECT_EQ(value("ecfg", "default-backups", ".status.lastBackups[*].backupPhase"), "Completed");

  set_default("\"s3\"");
  EXPECT_TRUE(has_default_backups());
}

TEST_P(SeedsDestinations, SeveralCanBeUsedSideBySide) {
  make_site();

  ok({"apply", "-f", "-"}, snapshot(cluster, "important", "s3"));
  ok({"apply", "-f", "-"}, snapshot(cluster, "other", "minio"));
  wait_for_snapshot("important");
  wait_for_snapshot("other");

  EXPECT_THAT(objects("s3"), ElementsAre(cluster + "-important.db.gz"));
  EXPECT_THAT(objects("minio"), ElementsAre(cluster + "-other.db.gz"));
}

TEST_P(SeedsDestinations, WhatCannotBeIsRefusedByName) {
  make_site();

  EXPECT_THAT(fails({"apply", "-f", "-"}, seed_text("backup-s3", "gone")),
              HasSubstr("spec.etcdBackupRestore.defaultDestination"));
  EXPECT_THAT(fails({"apply", "-f", "-"}, snapshot(cluster, "lost", "gone")),
              AllOf(HasSubstr("spec.destination"), HasSubstr("minio, s3")));
  std::string bad = seed_text();
  bad.replace(bad.find("minio:"), 6, "Min_io:");
  EXPECT_THAT(fails({"apply", "-f", "-"}, bad), HasSubstr("Min_io"));
  std::string dotted = seed_text();
  dotted.replace(dotted.find("minio:"), 6, "minio.hamburg:");
  ok({"apply", "-f", "-"}, dotted);
}

INSTANTIATE_TEST_SUITE_P(Versions, SeedsDestinations, testing::Values("1.20", "1.32"));

}  // namespace
}  // namespace holdfast::test
