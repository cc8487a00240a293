// From a backup config to a stored backup: real store, registry, decisions, runner and etcd, a directory as
// destination.
#include <gtest/gtest.h>

#include "os/file_system.h"
#include "support/control_plane.h"
#include "support/etcd_server.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

constexpr const char* kOnce = R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig",
    "metadata":{"name":"before-upgrade"},
    "spec":{"cluster":{"name":"prod"},"destination":"disk"}})";

class ControlBackup : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto made = make_etcd_cluster({});
    ASSERT_TRUE(made) << made.error().to_string();
    etcd_ = made->release();
  }
  static void TearDownTestSuite() {
    delete etcd_;
    etcd_ = nullptr;
  }

  // Waits until the cluster's namespace was made.
  void make_world(ControlPlane& plane, std::string_view more = "") {
    plane.make_seed(backups_.path(), more);
    plane.make_cluster("prod", etcd_->endpoints());
    ASSERT_TRUE(ControlPlane::wait_until([&] { return !plane.get("namespace", "", "cluster-prod").is_null(); }));
  }

  std::string phase_of_first_backup(ControlPlane& plane, const char* config) {
    const json::Value object = plane.get("etcdbackupconfig", "cluster-prod", config);
    const json::Array* entries = api::array_at(object, {"status", "lastBackups"});
    if (entries == nullptr || entries->empty()) return "";
    return text_of(entries->front(), {"backupPhase"});
  }

  static inline EtcdCluster* etcd_ = nullptr;
  TempDir data_;
  TempDir backups_;
};

TEST_F(ControlBackup, AOneTimeConfigMakesOneBackup) {
  ControlPlane plane({.directory = data_.path()});
  make_world(plane);
  plane.create("etcdbackupconfig", "cluster-prod", kOnce);
  EXPECT_TRUE(ControlPlane::wait_until([&] { return phase_of_first_backup(plane, "before-upgrade") == "Completed"; }))
      << json::to_pretty_string(plane.get("etcdbackupconfig", "cluster-prod", "before-upgrade"));
  EXPECT_TRUE(os::real_file_system().stat(backups_.file("prod-before-upgrade.db.gz")).value());
  const json::Value backup = plane.get("backup", "cluster-prod", "before-upgrade");
  EXPECT_EQ(text_of(backup, {"status", "phase"}), "Completed");
  EXPECT_EQ(text_of(backup, {"spec", "objectKey"}), "prod-before-upgrade.db.gz");
}

}  // namespace
}  // namespace holdfast::test
