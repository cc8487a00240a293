// Backups of an etcd behind TLS into a bucket, with every secret in a Secret.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "objectstore/prefix_store.h"
#include "os/clock.h"
#include "os/file_system.h"
#include "os/random.h"
#include "pipeline/age.h"
#include "support/control_plane.h"
#include "support/etcd_server.h"
#include "support/rgw_server.h"
#include "support/s3_fixture.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;

constexpr const char* kSpace = "cluster-prod";

std::string file_text(const std::string& path) {
  return std::string(as_text(os::read_file(os::real_file_system(), path, kMiB).value()));
}

json::Object secret(std::string_view name, json::Object values) {
  return {{"apiVersion", "v1"}, {"kind", "Secret"}, {"metadata", {{"name", name}}}, {"stringData", std::move(values)}};
}

class ControlBucket : public testing::Test {
 protected:
  void SetUp() override {
    const auto server = rgw_server();
    ASSERT_TRUE(server) << "no S3 server is running: scripts/ceph-rgw start";
    rgw_ = *server;
    prefix_ = fmt::format("control-{:x}/", os::real_random().next());
    auto made = make_etcd_cluster({.tls = true});
    ASSERT_TRUE(made) << made.error().to_string();
    etcd_ = std::move(*made);
  }

  void make_secrets(ControlPlane& plane) {
    for (const char* name : {"kube-system", kSpace})
      plane.create("namespace", "",
                   fmt::format(R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"{}"}}}})", name));
    plane.create("secret", "kube-system",
                 json::to_string(
                     secret("bucket", {{"ACCESS_KEY_ID", rgw_.access_key}, {"SECRET_ACCESS_KEY", rgw_.secret_key}})));
    plane.create("secret", kSpace,
                 json::to_string(secret("etcd", {{"ca.crt", file_text(etcd_->ca_file())},
                                                 {"tls.crt", file_text(etcd_->client_certificate_file())},
                                                 {"tls.key", file_text(etcd_->client_key_file())}})));
  }

  void make_seed(ControlPlane& plane, const std::string& recipient, const json::Object& more = {}) {
    plane.create("namespace", "", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kubermatic"}})");
    json::Object destination{{"endpoint", rgw_.endpoint},
                             {"bucketName", rgw_.bucket},
                             {"prefix", prefix_},
                             {"compression", "zstd"},
                             {"credentials", {{"name", "bucket"}, {"namespace", "kube-system"}}},
                             {"encryption", {{"recipients", json::Array{json::Value(recipient)}}}}};
    for (const auto& each : more)
      destination[each.key()] = each.value();
    plane.create(
        "seed", "kubermatic",
        json::to_string(json::Object{{"apiVersion", "kubermatic.k8c.io/v1"},
                                     {"kind", "Seed"},
                                     {"metadata", {{"name", "europe"}}},
                                     {"spec", {{"etcdBackupRestore", {{"destinations", {{"rgw", destination}}}}}}}}));
  }

  void make_cluster(ControlPlane& plane) {
    plane.create("cluster", "",
                 fmt::format(R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{{"name":"prod"}},
                     "spec":{{"etcd":{{"endpoints":["{}"],"tls":{{"secretRef":{{"name":"etcd"}}}}}}}}}})",
                             etcd_->endpoints().front()));
  }

  // Without those of a probe that may be under way.
  std::vector<std::string> keys() {
    S3Fixture fixture(rgw_config(rgw_, rgw_.bucket), rgw_.access_key, rgw_.secret_key);
    std::vector<std::string> keys;
    EXPECT_TRUE(fixture.store->list(prefix_,
                                    [&](const objectstore::ObjectInfo& info) -> Status {
                                      const std::string key = info.key.substr(prefix_.size());
                                      if (!key.starts_with(".holdfast-probe-")) keys.push_back(key);
                                      return {};
                                    },
                                    {}));
    return keys;
  }

  RgwServer rgw_;
  std::string prefix_;
  std::unique_ptr<EtcdCluster> etcd_;
  TempDir data_;
};

TEST_F(ControlBucket, OfAnEtcdBehindTlsIsEncryptedPrunedAndGivesNoSecretAway) {
  const auto identity = pipeline::age::Identity::generate(os::real_random());
  {
    ControlPlane plane({.directory = data_.path()});
    make_secrets(plane);
    make_seed(plane, identity.recipient().to_string());
    make_cluster(plane);
    plane.create("etcdbackupconfig", kSpace, R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig",
        "metadata":{"name":"once"},"spec":{"cluster":{"name":"prod"},"destination":"rgw"}})");
    ASSERT_TRUE(ControlPlane::wait_until([&] { return !plane.get("backup", kSpace, "once").is_null(); }))
        << json::to_pretty_string(plane.get("etcdbackupconfig", kSpace, "once"));
    ASSERT_TRUE(ControlPlane::wait_until(
        [&] { return text_of(plane.get("backup", kSpace, "once"), {"status", "phase"}) == "Completed"; }));
    EXPECT_EQ(keys(), (std::vector<std::string>{"prod-once.db.zst.age", "prod-once.db.zst.age.manifest.json"}));
    const json::Value backup = plane.get("backup", kSpace, "once");
    EXPECT_EQ(backup.at("status").at("encrypted"), json::Value(true));
    EXPECT_EQ(backup.at("status").at("recipients"), (json::Array{json::Value(identity.recipient().to_string())}));
    EXPECT_TRUE(ControlPlane::wait_until([&] {
      const json::Value seed = plane.get("seed", "kubermatic", "europe");
      return json::to_string(seed).find("\"usable\":true") != std::string::npos;
    }));
    // Nobody gave the server the key: it says so at once, and what to do.
    plane.create("operation", kSpace, R"({"apiVersion":"holdfast.dev/v1","kind":"Operation","metadata":{"name":"read"},
        "spec":{"type":"Verify","cluster":"prod","backup":"once"}})");
    EXPECT_TRUE(ControlPlane::wait_until(
        [&] { return text_of(plane.get("operation", kSpace, "read"), {"status", "phase"}) == "Failed"; }));
    const json::Value verify = plane.get("operation", kSpace, "read");
    EXPECT_EQ(verify.at("status").at("attempt"), json::Value(1));
    EXPECT_THAT(text_of(verify, {"status", "message"}), HasSubstr("destination rgw names no private key"));
    EXPECT_THAT(text_of(verify, {"status", "hint"}), HasSubstr("destinations.rgw.encryption.identities"));
    plane.remove("backup", kSpace, "once");
    EXPECT_TRUE(ControlPlane::wait_until([&] { return plane.get("backup", kSpace, "once").is_null(); }));
    EXPECT_EQ(keys(), std::vector<std::string>{});
  }
  for (const char* name : {"store.db", "store.db-wal"}) {
    const auto there = os::real_file_system().stat(data_.file(name));
    if (!there || !*there) continue;
    const Bytes bytes = os::read_file(os::real_file_system(), data_.file(name), 64 * kMiB).value();
    EXPECT_EQ(as_text(bytes).find(rgw_.secret_key), std::string_view::npos) << name;
    EXPECT_EQ(as_text(bytes).find("PRIVATE KEY"), std::string_view::npos) << name;
  }
}

TEST_F(ControlBucket, UnderObjectLockABackupSaysUntilWhenAndNobodyTriesToRemoveIt) {
  ControlPlane plane({.directory = data_.path()});
  make_secrets(plane);
  make_seed(plane, pipeline::age::Identity::generate(os::real_random()).recipient().to_string(),
            {{"bucketName", rgw_.locked_bucket}, {"objectLockDays", 1}});
  make_cluster(plane);
  plane.create("etcdbackupconfig", kSpace, R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig",
      "metadata":{"name":"once"},"spec":{"cluster":{"name":"prod"},"destination":"rgw","deletionPolicy":"Delete"}})");
  ASSERT_TRUE(ControlPlane::wait_until([&] {
    return text_of(plane.get("backup", kSpace, "once"), {"status", "phase"}) == "Completed";
  })) << json::to_pretty_string(plane.get("etcdbackupconfig", kSpace, "once"));

  const std::string until = text_of(plane.get("backup", kSpace, "once"), {"status", "lockedUntil"});
  EXPECT_GT(until, format_time(os::real_clock().now() + std::chrono::hours(23)));
  EXPECT_LT(until, format_time(os::real_clock().now() + std::chrono::hours(25)));

  plane.remove("backup", kSpace, "once");
  const auto removal = [&] {
    for (const json::Value& each : plane.list("operation", kSpace)) {
      if (text_of(each, {"spec", "type"}) == "Delete") return each;
    }
    return json::Value();
  };
  EXPECT_TRUE(ControlPlane::wait_until([&] { return text_of(removal(), {"status", "phase"}) == "Cancelled"; }));
  EXPECT_EQ(text_of(removal(), {"status", "message"}), "it stays: object lock until " + until);
  EXPECT_FALSE(plane.get("backup", kSpace, "once").is_null());
}

TEST_F(ControlBucket, ADestinationWithWrongKeysSaysSo) {
  ControlPlane plane({.directory = data_.path()});
  rgw_.secret_key = "wrong";
  make_secrets(plane);
  make_seed(plane, pipeline::age::Identity::generate(os::real_random()).recipient().to_string());
  EXPECT_TRUE(ControlPlane::wait_until([&] {
    return json::to_string(plane.get("seed", "kubermatic", "europe")).find("\"usable\":false") != std::string::npos;
  }));
  EXPECT_THAT(json::to_string(plane.get("seed", "kubermatic", "europe").at("status")), testing::HasSubstr("write: "));
}

}  // namespace
}  // namespace holdfast::test
