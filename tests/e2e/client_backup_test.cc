// Clusters, destinations, schedules and backups by the commands made for them, against a real etcd.
#include <filesystem>

#include <fmt/format.h>

#include "e2e/client_support.h"

#include "support/etcd_server.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class ClientBackup : public ClientTest {
 protected:
  static void SetUpTestSuite() {
    auto made = make_etcd_cluster({});
    ASSERT_TRUE(made) << made.error().to_string();
    etcd_ = std::move(*made);
  }
  static void TearDownTestSuite() { etcd_.reset(); }

  void SetUp() override {
    ok({"destination", "add", "europe", "disk", "--path", server().file("backups")});
    ok({"cluster", "add", cluster(), "--member", etcd_->endpoints().front(), "--seed", "europe"});
  }

  std::string back_up(const std::string& reason = "a try") const {
    const json::Value made =
        document({"backup", "now", cluster(), "--destination", "disk", "--reason", reason, "--progress", "none"});
    return std::string(made.at("metadata").at("name").as_string());
  }

  static inline std::unique_ptr<EtcdCluster> etcd_;
};

TEST_F(ClientBackup, is_stored_when_it_ends) {
  const std::string name = back_up();

  const json::Value backup = document({"backup", "show", name, "--cluster", cluster()});
  EXPECT_EQ(backup.at("status").at("phase").as_string(), "Completed");
  const std::string key(backup.at("spec").at("objectKey").as_string());
  EXPECT_TRUE(std::filesystem::exists(server().file("backups") + "/" + key)) << key;
  EXPECT_THAT(ok({"backup", "list", cluster()}), HasSubstr(name));
  EXPECT_THAT(ok({"backup", "list"}), HasSubstr(name));
}

TEST_F(ClientBackup, is_verified_and_found_damaged) {
  const std::string name = back_up();
  EXPECT_THAT(ok({"backup", "verify", name, "--cluster", cluster()}), HasSubstr("verified"));

  const json::Value backup = document({"backup", "show", name, "--cluster", cluster()});
  const std::string path = server().file("backups") + "/" + std::string(backup.at("spec").at("objectKey").as_string());
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);

  const std::string said = fails(5, {"backup", "verify", name, "--cluster", cluster()});
  EXPECT_THAT(said, HasSubstr("holdfast backup now"));
}

TEST_F(ClientBackup, is_downloaded_as_a_plain_snapshot) {
  const std::string name = back_up();
  const std::string path = file("snapshot.db");

  ok({"backup", "download", name, path, "--cluster", cluster()});

  EXPECT_THAT(ok({"snapshot", "verify", path}), HasSubstr("is good"));
  EXPECT_THAT(fails(4, {"backup", "download", name, path, "--cluster", cluster()}), HasSubstr("already"));
  EXPECT_THAT(read(server().file("data/audit.log")), HasSubstr("download"));
}

TEST_F(ClientBackup, is_not_downloaded_when_it_is_damaged) {
  const std::string name = back_up();
  const json::Value backup = document({"backup", "show", name, "--cluster", cluster()});
  const std::string stored =
      server().file("backups") + "/" + std::string(backup.at("spec").at("objectKey").as_string());
  std::filesystem::resize_file(stored, std::filesystem::file_size(stored) - 1);

  EXPECT_NE(run({"backup", "download", name, file("damaged.db"), "--cluster", cluster()}).exit_code, 0);

  EXPECT_FALSE(std::filesystem::exists(file("damaged.db")));
  EXPECT_FALSE(std::filesystem::exists(file("damaged.db.partial")));
}

TEST_F(ClientBackup, is_pinned_unpinned_and_deleted) {
  const std::string name = back_up();

  EXPECT_THAT(ok({"backup", "pin", name, "--cluster", cluster(), "--reason", "upgrade"}), HasSubstr("pinned"));
  EXPECT_EQ(document({"backup", "show", name, "--cluster", cluster()}).at("spec").at("pinReason").as_string(),
            "upgrade");
  ok({"backup", "unpin", name, "--cluster", cluster()});
  EXPECT_FALSE(document({"backup", "show", name, "--cluster", cluster()}).at("spec").at("pinned").as_bool());
  EXPECT_THAT(ok({"backup", "delete", name, "--cluster", cluster(), "--yes"}), HasSubstr("deleted"));

  EXPECT_THAT(fails(3, {"backup", "show", name + "x"}), HasSubstr("holdfast get backups -A"));
}

TEST_F(ClientBackup, of_nobody_is_refused) {
  fails(3, {"backup", "now", "nobody"});
  EXPECT_THAT(fails(2, {"backup", "verify"}), HasSubstr("BACKUP"));
}

TEST_F(ClientBackup, schedules_come_and_go) {
  ok({"schedule", "add", cluster(), "nightly", "--schedule", "0 3 * * *", "--keep", "7", "--keep-weekly", "4",
      "--destination", "disk"});
  const json::Value made = document({"get", "ecfg", "nightly", "-n", name_space()});
  EXPECT_EQ(made.at("spec").at("keep").to_number<int>(), 7);
  EXPECT_EQ(made.at("spec").at("keepWeekly").to_number<int>(), 4);
  EXPECT_THAT(ok({"schedule", "list", cluster()}), HasSubstr("0 3 * * *"));

  ok({"schedule", "suspend", "nightly", "--cluster", cluster()});
  EXPECT_TRUE(document({"get", "ecfg", "nightly", "-n", name_space()}).at("spec").at("suspend").as_bool());
  ok({"schedule", "resume", "nightly", "--cluster", cluster()});
  EXPECT_FALSE(document({"get", "ecfg", "nightly", "-n", name_space()}).at("spec").at("suspend").as_bool());
  ok({"schedule", "remove", "nightly", "--cluster", cluster(), "--yes"});

  EXPECT_THAT(ok({"schedule", "list", cluster()}), Not(HasSubstr("nightly")));
}

TEST_F(ClientBackup, impossible_schedules_say_why) {
  const std::string said = fails(2, {"schedule", "add", cluster(), "never", "--schedule", "0 0 30 2 *"});

  EXPECT_THAT(said, HasSubstr("spec.schedule"));
}

TEST_F(ClientBackup, ambiguous_names_need_a_cluster) {
  const std::string other = "other-" + cluster();
  ok({"cluster", "add", other, "--member", etcd_->endpoints().front(), "--seed", "europe"});
  for (const std::string& each : {cluster(), other})
    ok({"schedule", "add", each, "both", "--schedule", "@daily", "--destination", "disk"});

  EXPECT_THAT(fails(2, {"schedule", "suspend", "both"}), HasSubstr("--cluster"));
}

TEST_F(ClientBackup, destinations_are_tested_and_listed) {
  EXPECT_THAT(ok({"destination", "test", "europe", "disk", "--progress", "none"}), HasSubstr("ok"));
  ok({"destination", "add", "europe", "nowhere", "--path", "/proc/no/such/place"});
  fails(4, {"destination", "test", "europe", "nowhere", "--progress", "none"});

  const std::string list = ok({"destination", "list"});
  EXPECT_THAT(list, HasSubstr("disk"));
  EXPECT_THAT(list, HasSubstr("nowhere"));
}

TEST_F(ClientBackup, clusters_go_and_backups_stay) {
  const json::Value backup = document({"backup", "show", back_up(), "--cluster", cluster()});
  EXPECT_THAT(ok({"cluster", "list"}), HasSubstr(cluster()));

  EXPECT_THAT(ok({"cluster", "remove", cluster(), "--yes"}), HasSubstr("removed"));

  EXPECT_THAT(ok({"cluster", "list"}), Not(HasSubstr(cluster() + " ")));
  EXPECT_TRUE(std::filesystem::exists(server().file("backups") + "/" +
                                      std::string(backup.at("spec").at("objectKey").as_string())));
}

}  // namespace
}  // namespace holdfast::test
