// The health of real etcds in the status of their Clusters, and what is told of it and of backups as Events.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/namespace_cleaner.h"

#include "base/bytes.h"
#include "control/reconcile/conditions.h"
#include "control/reconcile/objects.h"
#include "os/file_system.h"
#include "support/control_plane.h"
#include "support/etcd_server.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr const char* kSpace = "cluster-prod";
constexpr seconds kLong{60};

class ControlHealth : public testing::Test {
 protected:
  ControlPlaneOptions options() const {
    ControlPlaneOptions options{.directory = data_.path(), .records = true, .asks = true};
    options.health.agenda = {.every = milliseconds(300), .apart = milliseconds(1), .longest_back_off = seconds(1)};
    options.health.tick = milliseconds(20);
    options.health.dial_timeout = seconds(1);
    options.health.request_timeout = seconds(2);
    return options;
  }

  static json::Value cluster(ControlPlane& plane) { return plane.get("cluster", "", "prod"); }

  static std::string reason(ControlPlane& plane, std::string_view condition = "EtcdHealthy") {
    const json::Value object = cluster(plane);
    const json::Object* found = control::find_condition(object, condition);
    return found == nullptr ? "" : text_of(json::Value(*found), {"reason"});
  }

  static bool comes_to(ControlPlane& plane, std::string_view wanted) {
    return ControlPlane::wait_until([&] { return reason(plane) == wanted; }, kLong);
  }

  static std::string word(ControlPlane& plane) { return text_of(cluster(plane), {"status", "extendedHealth", "etcd"}); }

  static json::Value event(ControlPlane& plane, std::string_view name_space, std::string_view reason) {
    for (json::Value& each : plane.list("event", name_space)) {
      if (text_of(each, {"reason"}) == reason) return std::move(each);
    }
    return {};
  }

  static bool is_told(ControlPlane& plane, std::string_view name_space, std::string_view reason) {
    return ControlPlane::wait_until([&] { return !event(plane, name_space, reason).is_null(); }, kLong);
  }

  TempDir data_;
  TempDir backups_;
};

TEST_F(ControlHealth, FollowsThreeMembersThroughTheLossOfOneAndOfTheQuorum) {
  const auto etcd = make_etcd_cluster({.members = 3}).value();
  ControlPlane plane(options());
  ASSERT_TRUE(ControlPlane::wait_until([&] { return plane.recorder().counters().listening; }));
  plane.make_cluster("prod", etcd->endpoints());
  ASSERT_TRUE(comes_to(plane, "Healthy"));
  const json::Value healthy = cluster(plane);
  EXPECT_EQ(word(plane), "HealthStatusUp");
  EXPECT_EQ(healthy.at("status").at("etcd").at("members").as_array().size(), 3U);
  EXPECT_THAT(text_of(healthy, {"status", "etcd", "version"}), HasSubstr("3.5."));
  EXPECT_FALSE(text_of(healthy, {"status", "etcd", "leader"}).empty());
  EXPECT_GT(control::number_at(healthy, {"status", "etcd", "revision"}).value_or(0), 0);
  EXPECT_GT(control::number_at(healthy, {"status", "etcd", "dbSizeInUseBytes"}).value_or(0), 0);

  etcd->kill(0);
  ASSERT_TRUE(comes_to(plane, "MembersDown")) << json::to_pretty_string(cluster(plane));
  EXPECT_EQ(word(plane), "HealthStatusProvisioning");
  EXPECT_THAT(json::to_string(cluster(plane)), HasSubstr(etcd->endpoints().front()));
  ASSERT_TRUE(is_told(plane, kSpace, "EtcdUnhealthy"));
  EXPECT_EQ(text_of(event(plane, kSpace, "EtcdUnhealthy"), {"involvedObject", "uid"}),
            text_of(healthy, {"metadata", "uid"}));

  etcd->kill(1);
  ASSERT_TRUE(comes_to(plane, "NoLeader")) << json::to_pretty_string(cluster(plane));
  EXPECT_EQ(word(plane), "HealthStatusDown");
  EXPECT_TRUE(control::condition_holds(cluster(plane), "EtcdReachable"));

  etcd->kill(2);
  ASSERT_TRUE(comes_to(plane, "Unreachable"));
  EXPECT_FALSE(control::condition_holds(cluster(plane), "EtcdReachable"));
  EXPECT_THAT(text_of(cluster(plane), {"status", "etcd", "version"}), HasSubstr("3.5.")) << "it stays known";
}

TEST_F(ControlHealth, TellsThatTheQuotaIsUsedUp) {
  const auto etcd = make_etcd_cluster({.extra_flags = {"--quota-backend-bytes=16777216"}}).value();
  ControlPlane plane(options());
  ASSERT_TRUE(ControlPlane::wait_until([&] { return plane.recorder().counters().listening; }));
  plane.make_cluster("prod", etcd->endpoints());
  ASSERT_TRUE(comes_to(plane, "Healthy"));
  const auto client = etcd::make_client({.endpoints = etcd->endpoints()}).value();
  bool full = false;
  for (int i = 0; i < 100 && !full; ++i)
    full = !client->put({.key = fmt::format("k{}", i), .value = std::string(1'000'000, 'v')});
  ASSERT_TRUE(full);
  ASSERT_TRUE(comes_to(plane, "NoSpace")) << json::to_pretty_string(cluster(plane));
  EXPECT_EQ(word(plane), "HealthStatusDown");
  EXPECT_EQ(cluster(plane).at("status").at("etcd").at("alarms"), (json::Array{"NOSPACE"}));
}

TEST_F(ControlHealth, AnEtcdBehindTlsNeedsItsSecretAndTakesItAtOnce) {
  const auto etcd = make_etcd_cluster({.tls = true}).value();
  ControlPlane plane(options());
  ASSERT_TRUE(ControlPlane::wait_until([&] { return plane.recorder().counters().listening; }));
  plane.create("cluster", "",
               fmt::format(R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{{"name":"prod"}},
                   "spec":{{"etcd":{{"endpoints":["{}"],"tls":{{"secretRef":{{"name":"etcd"}}}}}}}}}})",
                           etcd->endpoints().front()));
  ASSERT_TRUE(comes_to(plane, "NoAccess"));
  const auto text = [](const std::string& path) {
    return std::string(as_text(os::read_file(os::real_file_system(), path, kMiB).value()));
  };
  const json::Object secret{{"apiVersion", "v1"},
                            {"kind", "Secret"},
                            {"metadata", {{"name", "etcd"}}},
                            {"stringData",
                             {{"ca.crt", text(etcd->ca_file())},
                              {"tls.crt", text(etcd->client_certificate_file())},
                              {"tls.key", text(etcd->client_key_file())}}}};
  ASSERT_TRUE(ControlPlane::wait_until([&] { return !plane.get("namespace", "", kSpace).is_null(); }));
  plane.create("secret", kSpace, json::to_string(secret));
  EXPECT_TRUE(comes_to(plane, "Healthy")) << json::to_pretty_string(cluster(plane));
  for (const json::Value& each : plane.list("event", kSpace))
    EXPECT_THAT(json::to_string(each), testing::Not(HasSubstr("PRIVATE KEY")));
}

TEST_F(ControlHealth, BackupsAndDestinationsHaveTheirEvents) {
  const auto etcd = make_etcd_cluster({}).value();
  ControlPlane plane(options());
  ASSERT_TRUE(ControlPlane::wait_until([&] { return plane.recorder().counters().listening; }));
  plane.make_seed(backups_.path());
  plane.make_cluster("prod", etcd->endpoints());
  ASSERT_TRUE(ControlPlane::wait_until([&] { return !plane.get("namespace", "", kSpace).is_null(); }));
  constexpr const char* kConfig = R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig",
      "metadata":{{"name":"{}"}},"spec":{{"cluster":{{"name":"prod"}},"destination":"disk"}}}})";
  plane.create("etcdbackupconfig", kSpace, fmt::format(fmt::runtime(kConfig), "once"));
  ASSERT_TRUE(is_told(plane, kSpace, "BackupSucceeded"));
  const json::Value told = event(plane, kSpace, "BackupSucceeded");
  EXPECT_EQ(text_of(told, {"involvedObject", "kind"}), "EtcdBackupConfig");
  EXPECT_EQ(text_of(told, {"involvedObject", "uid"}),
            text_of(plane.get("etcdbackupconfig", kSpace, "once"), {"metadata", "uid"}));
  EXPECT_THAT(text_of(told, {"message"}), HasSubstr("stored once.db.gz in disk: "));
  plane.change("seed", "kubermatic", "europe", [](json::Value& seed) {
    seed.at("spec").at("etcdBackupRestore").at("destinations").at("disk").get_object()["path"] = "/proc/none";
  });
  EXPECT_TRUE(is_told(plane, "kubermatic", "DestinationUnusable"));
}

TEST_F(ControlHealth, ANamespaceThatIsDeletedComesBackWithItsBackups) {
  const auto etcd = make_etcd_cluster({}).value();
  ControlPlane plane(options());
  ASSERT_TRUE(ControlPlane::wait_until([&] { return plane.recorder().counters().listening; }));
  plane.make_seed(backups_.path(), R"(,"defaultDestination":"disk")");
  plane.make_cluster("prod", etcd->endpoints());
  ASSERT_TRUE(ControlPlane::wait_until([&] { return !plane.get("namespace", "", kSpace).is_null(); }));
  plane.create("etcdbackupconfig", kSpace, R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig",
      "metadata":{"name":"once"},"spec":{"cluster":{"name":"prod"},"destination":"disk","deletionPolicy":"Delete"}})");
  ASSERT_TRUE(ControlPlane::wait_until(
      [&] { return text_of(plane.get("backup", kSpace, "once"), {"status", "phase"}) == "Completed"; }));
  const std::string before = text_of(plane.get("namespace", "", kSpace), {"metadata", "uid"});
  plane.remove("namespace", "", kSpace);
  ASSERT_TRUE(ControlPlane::wait_until([&] {
    const auto gone = server::clean_namespace(plane.registry(), kSpace);
    return gone && *gone;
  }));
  EXPECT_TRUE(ControlPlane::wait_until([&] {
    const std::string now = text_of(plane.get("namespace", "", kSpace), {"metadata", "uid"});
    return !now.empty() && now != before;
  }));
  EXPECT_TRUE(
      ControlPlane::wait_until([&] { return !plane.get("etcdbackupconfig", kSpace, "default-backups").is_null(); }));
  const auto stored = os::real_file_system().stat(backups_.file("prod-once.db.gz"));
  EXPECT_TRUE(stored && *stored) << "what is stored stays";
}

TEST_F(ControlHealth, ASeedThatIsDeletedGoesAndLeavesItsBackups) {
  const auto etcd = make_etcd_cluster({}).value();
  ControlPlane plane(options());
  ASSERT_TRUE(ControlPlane::wait_until([&] { return plane.recorder().counters().listening; }));
  plane.make_seed(backups_.path());
  plane.make_cluster("prod", etcd->endpoints());
  ASSERT_TRUE(ControlPlane::wait_until([&] { return !plane.get("namespace", "", kSpace).is_null(); }));
  plane.create("etcdbackupconfig", kSpace, R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig",
      "metadata":{"name":"once"},"spec":{"cluster":{"name":"prod"},"destination":"disk"}})");
  ASSERT_TRUE(ControlPlane::wait_until(
      [&] { return text_of(plane.get("backup", kSpace, "once"), {"status", "phase"}) == "Completed"; }));
  plane.remove("seed", "kubermatic", "europe");
  EXPECT_TRUE(ControlPlane::wait_until([&] { return plane.get("seed", "kubermatic", "europe").is_null(); }));
  EXPECT_EQ(text_of(plane.get("backup", kSpace, "once"), {"status", "phase"}), "Completed");
  const auto stored = os::real_file_system().stat(backups_.file("prod-once.db.gz"));
  EXPECT_TRUE(stored && *stored);
}

}  // namespace
}  // namespace holdfast::test
