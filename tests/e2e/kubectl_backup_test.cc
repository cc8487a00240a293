// What kubectl shows of backups and of the health of a real etcd: columns, conditions, events.
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e/kubectl_support.h"

#include "support/etcd_server.h"

namespace holdfast::test {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

class KubectlBackup : public KubectlTest {
 protected:
  void SetUp() override {
    auto made = make_etcd_cluster({});
    ASSERT_TRUE(made) << made.error().to_string();
    etcd_ = std::move(*made);
    cluster_ = unique("backup");
    space_ = "cluster-" + cluster_;
    ok({"apply", "-f", "-"}, fmt::format("apiVersion: kubermatic.k8c.io/v1\nkind: Seed\n"
                                         "metadata: {{name: {}, namespace: kubermatic}}\nspec:\n  etcdBackupRestore:\n"
                                         "    destinations:\n      disk: {{type: local, path: {}}}\n",
                                         cluster_, backups_.path()));
    ok({"apply", "-f", "-"},
       fmt::format("apiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nmetadata: {{name: {}}}\nspec:\n"
                   "  seed: {}\n  etcd: {{endpoints: [\"{}\"]}}\n",
                   cluster_, cluster_, etcd_->endpoints().front()));
    ASSERT_TRUE(shows({"get", "ns", space_}, "Active"));
  }

  void TearDown() override { run({"delete", "cluster", cluster_}); }

  void add_config(const std::string& name, const std::string& more) const {
    ok({"apply", "-f", "-"}, fmt::format("apiVersion: kubermatic.k8c.io/v1\nkind: EtcdBackupConfig\n"
                                         "metadata: {{name: {}, namespace: {}}}\nspec:\n  cluster: {{name: {}}}\n"
                                         "  destination: disk\n{}",
                                         name, space_, cluster_, more));
  }

  // Until the output matches, for a minute (an etcd is looked at every 30 s); it becomes the failure's text.
  testing::AssertionResult shows(const std::vector<std::string>& words, const std::string& pattern) const {
    ProgramResult result;
    for (int i = 0; i < 300; ++i) {
      result = run(words);
      if (testing::Value(result.out, ContainsRegex(pattern))) return testing::AssertionSuccess();
      std::this_thread::sleep_for(std::chrono::milliseconds(200));
    }
    return testing::AssertionFailure() << result.out << result.err;
  }

  TempDir backups_;
  std::unique_ptr<EtcdCluster> etcd_;
  std::string cluster_;
  std::string space_;
};

TEST_P(KubectlBackup, TheTableOfConfigsSaysHowTheLastBackupEndedAndWhenTheNextOneIsDue) {
  add_config("once", "  keep: 3\n");
  add_config("nightly", "  schedule: \"0 22 * * *\"\n  keep: 7\n");
  EXPECT_TRUE(shows({"get", "etcdbackupconfigs", "-A"}, space_ + " +once +" + cluster_ + " +disk +[0-9]+s +Completed"));
  EXPECT_TRUE(shows({"get", "etcdbackupconfigs", "-A"},
                    space_ + " +nightly +" + cluster_ + " +0 22 \\* \\* \\* +7 +disk .*T22:0[0-9]:[0-9][0-9]Z"));
}

TEST_P(KubectlBackup, DescribeAndGetEventsSayWhatHappened) {
  add_config("once", "  keep: 3\n");
  EXPECT_TRUE(shows({"describe", "etcdbackupconfig", "once", "-n", space_}, "Normal +BackupSucceeded .*stored once"));
  EXPECT_TRUE(shows({"get", "events", "-n", space_}, "Normal +BackupSucceeded +etcdbackupconfig/once +stored once"));
  etcd_->kill(0);
  EXPECT_TRUE(shows({"describe", "cluster", cluster_}, "Warning +EtcdUnhealthy .*no endpoint answers"));
  EXPECT_TRUE(shows({"get", "clusters"}, cluster_ + " .*HealthStatusDown"));
}

TEST_P(KubectlBackup, ClustersShowHealthVersionSizeAndProtection) {
  ok({"wait", "--for=condition=EtcdHealthy", "cluster/" + cluster_, "--timeout=30s"});
  EXPECT_TRUE(shows({"get", "clusters"}, cluster_ + " +HealthStatusUp +3\\.5\\.[0-9]+ +[0-9.]+ kB +False"));
  EXPECT_THAT(ok({"get", "cluster", cluster_, "-o", "jsonpath={.status.conditions[?(@.type==\"Protected\")].reason}"}),
              HasSubstr("Unprotected"));
}

INSTANTIATE_TEST_SUITE_P(Versions, KubectlBackup, testing::Values("1.20", "1.32"));

}  // namespace
}  // namespace holdfast::test
