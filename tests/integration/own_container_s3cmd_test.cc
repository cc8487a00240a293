// Own containers from resources to a bucket: the real s3cmd in the real sandbox, a real etcd and Ceph RGW.
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "integration/leak_watch.h"

#include "api/yaml.h"
#include "base/bytes.h"
#include "os/file_system.h"
#include "os/random.h"
#include "support/control_plane.h"
#include "support/etcd_server.h"
#include "support/rgw_server.h"
#include "support/s3_fixture.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

using testing::Contains;
using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

// The example in docs/store-containers.md.
json::Value documented_configuration() {
  const std::string page = file_text(HOLDFAST_SOURCE_DIR "/docs/store-containers.md");
  const std::size_t begin = page.find("```yaml\n") + 8;
  return api::parse_yaml(std::string_view(page).substr(begin, page.find("```", begin) - begin), kMiB).value();
}

json::Value configuration(std::string_view store, std::string_view removal) {
  json::Value value = documented_configuration();
  json::Object& controller = value.at("spec").at("seedController").as_object();
  controller["backupStoreContainer"] = store;
  controller["backupDeleteContainer"] = removal;
  return value;
}

class OwnContainerS3cmd : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto made = make_etcd_cluster({});
    ASSERT_TRUE(made) << made.error().to_string();
    etcd_ = std::move(*made);
  }
  static void TearDownTestSuite() { etcd_.reset(); }

  void SetUp() override {
    const auto server = rgw_server();
    ASSERT_TRUE(server) << "no S3 server is running: scripts/ceph-rgw start";
    rgw_ = *server;
    cluster_ = fmt::format("own{:x}", os::real_random().next());
    space_ = "cluster-" + cluster_;
    token_ = fmt::format("token/{:016x}", os::real_random().next());
  }

  void make_world(ControlPlane& plane, const json::Value& configuration) {
    for (const char* name : {"kube-system", "kubermatic"})
      plane.create("namespace", "",
                   fmt::format(R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"{}"}}}})", name));
    make_secret(plane, "bucket", {{"ACCESS_KEY_ID", rgw_.access_key}, {"SECRET_ACCESS_KEY", rgw_.secret_key}});
    make_secret(plane, "extra", {{"token", token_}});
    plane.create("kubermaticconfiguration", "kubermatic", json::to_string(configuration));
    const json::Object destination{{"endpoint", rgw_.endpoint},
                                   {"bucketName", rgw_.bucket},
                                   {"credentials", {{"name", "bucket"}, {"namespace", "kube-system"}}}};
    plane.create(
        "seed", "kubermatic",
        json::to_string(json::Object{{"apiVersion", "kubermatic.k8c.io/v1"},
                                     {"kind", "Seed"},
                                     {"metadata", {{"name", "europe"}}},
                                     {"spec", {{"etcdBackupRestore", {{"destinations", {{"rgw", destination}}}}}}}}));
    plane.make_cluster(cluster_, etcd_->endpoints());
    ASSERT_TRUE(ControlPlane::wait_until([&] { return !plane.get("namespace", "", space_).is_null(); }));
  }

  static void make_secret(ControlPlane& plane, std::string_view name, json::Object values) {
    plane.create("secret", "kube-system",
                 json::to_string(json::Object{{"apiVersion", "v1"},
                                              {"kind", "Secret"},
                                              {"metadata", {{"name", name}}},
                                              {"stringData", std::move(values)}}));
  }

  void add_config(ControlPlane& plane, std::string_view name) {
    plane.create(
        "etcdbackupconfig", space_,
        fmt::format(R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig","metadata":{{"name":"{}"}},
                     "spec":{{"cluster":{{"name":"{}"}},"destination":"rgw"}}}})",
                    name, cluster_));
  }

  void ask(ControlPlane& plane, std::string_view name, std::string_view spec) {
    plane.create("operation", space_,
                 fmt::format(R"({{"apiVersion":"holdfast.dev/v1","kind":"Operation","metadata":{{"name":"{}"}},
                     "spec":{{"cluster":"{}",{}}}}})",
                             name, cluster_, spec));
  }

  json::Value ended(ControlPlane& plane, std::string_view operation) {
    EXPECT_TRUE(ControlPlane::wait_until(
        [&] {
          const std::string phase = text_of(plane.get("operation", space_, operation), {"status", "phase"});
          return phase == "Completed" || phase == "Failed" || phase == "Cancelled";
        },
        std::chrono::seconds(120)));
    return plane.get("operation", space_, operation);
  }

  // The first entry of a config once it has this phase.
  json::Value entry(ControlPlane& plane, std::string_view config, std::string_view phase) {
    json::Value found;
    EXPECT_TRUE(ControlPlane::wait_until(
        [&] {
          const json::Value object = plane.get("etcdbackupconfig", space_, config);
          const json::Array* list = api::array_at(object, {"status", "lastBackups"});
          if (list == nullptr || list->empty()) return false;
          found = list->front();
          return text_of(found, {"backupPhase"}) == phase;
        },
        std::chrono::seconds(120)))
        << json::to_pretty_string(plane.get("etcdbackupconfig", space_, config));
    return found;
  }

  // As the server would: nobody else may ask for an inventory.
  // Lists the destination until the Backup has this phase, a few times at most: what came while the clock of resources,
  // which has whole seconds, stood still may be passed over.
  std::string phase_after_inventory(ControlPlane& plane, std::string_view backup, std::string_view wished,
                                    int most = 8) {
    std::string phase;
    for (int i = 0; i < most && phase != wished; ++i) {
      plane.list_destination("rgw", fmt::format("inventory-{}", ++inventories_));
      phase = text_of(plane.get("backup", space_, backup), {"status", "phase"});
      if (phase != wished) os::real_clock().sleep_for(std::chrono::milliseconds(400), {});
    }
    return phase;
  }

  S3Fixture bucket() { return {rgw_config(rgw_, rgw_.bucket), rgw_.access_key, rgw_.secret_key}; }

  Bytes object(const std::string& key) {
    S3Fixture fixture = bucket();
    auto opened = fixture.store->get(key, {}, {});
    MemorySink sink(64 * kMiB);
    EXPECT_TRUE(opened && copy_all(*opened->source, sink));
    return sink.bytes();
  }
  void put(const std::string& key, ByteView bytes) {
    S3Fixture fixture = bucket();
    MemorySource source(bytes);
    EXPECT_TRUE(fixture.store->put(key, source, {}, {}));
  }
  void remove_object(const std::string& key) {
    S3Fixture fixture = bucket();
    EXPECT_TRUE(fixture.store->remove(key, {}));
  }

  std::vector<std::string> keys() {
    S3Fixture fixture = bucket();
    std::vector<std::string> keys;
    EXPECT_TRUE(fixture.store->list(cluster_ + "-",
                                    [&](const objectstore::ObjectInfo& info) -> Status {
                                      keys.push_back(info.key);
                                      return {};
                                    },
                                    {}));
    return keys;
  }

  // Nothing below the server's directory may hold it.
  void expect_no_file_holds(std::string_view secret) {
    for (const std::string& name : names_in(data_.path()))
      EXPECT_EQ(file_text(data_.file(name)).find(secret), std::string::npos) << name;
  }

  static inline std::unique_ptr<EtcdCluster> etcd_;
  RgwServer rgw_;
  std::string cluster_, space_, token_;
  int inventories_ = 0;
  TempDir data_;
};

TEST_F(OwnContainerS3cmd, TheDocumentedContainersStoreAndRemove) {
  ControlPlane plane({.directory = data_.path()});
  make_world(plane, documented_configuration());
  LeakWatch watch(rgw_.secret_key);
  add_config(plane, "nightly");
  const json::Value made = entry(plane, "nightly", "Completed");
  EXPECT_EQ(made.at("exitCode"), json::Value(0));
  EXPECT_EQ(text_of(made, {"storedBy"}), "Container");
  EXPECT_THAT(text_of(made, {"outputTail"}), HasSubstr("upload: '/backup/snapshot.db.gz' -> "));
  EXPECT_TRUE(made.as_object().contains("containerSeconds"));
  EXPECT_EQ(keys(), std::vector<std::string>{cluster_ + "-nightly.db.gz"});
  const json::Value backup = plane.get("backup", space_, "nightly");
  EXPECT_EQ(text_of(backup, {"status", "phase"}), "Completed") << json::to_pretty_string(backup);
  EXPECT_EQ(text_of(backup, {"status", "storedBy"}), "Container");
  EXPECT_NE(text_of(backup, {"status", "sha256"}), "");
  const json::Value config = plane.get("etcdbackupconfig", space_, "nightly");
  EXPECT_THAT(json::to_string(config.at("status").at("conditions")), HasSubstr("no image is loaded (d3fk/s3cmd"));

  ask(plane, "verify", R"("type":"Verify","backup":"nightly")");
  EXPECT_EQ(text_of(ended(plane, "verify"), {"status", "phase"}), "Completed")
      << json::to_pretty_string(plane.get("operation", space_, "verify"));

  plane.remove("backup", space_, "nightly");
  EXPECT_TRUE(ControlPlane::wait_until([&] { return plane.get("backup", space_, "nightly").is_null(); },
                                       std::chrono::seconds(60)));
  EXPECT_THAT(keys(), IsEmpty());
  EXPECT_GT(watch.in_sandbox(), 0) << "it was looked at while it ran";
  EXPECT_THAT(watch.end(), IsEmpty());
  plane.stop();
  expect_no_file_holds(rgw_.secret_key);
}

// As KKP's own containers do it: keys on the command line of s3cmd, inside the sandbox.
TEST_F(OwnContainerS3cmd, ContainersInTheMannerOfKkpWorkAndAreWarnedOf) {
  constexpr const char* kStore = R"(
name: store-container
image: d3fk/s3cmd@sha256:0
command: [/bin/sh, -c]
args:
- |
  set -e
  if [ "$INSECURE" = "true" ]; then ssl=--no-ssl; else ssl=--ca-certs=/etc/ca-bundle/ca-bundle.pem; fi
  s3cmd $ssl --access_key=$ACCESS_KEY_ID --secret_key=$SECRET_ACCESS_KEY --host=$ENDPOINT --host-bucket='%(bucket).'$ENDPOINT put /backup/snapshot.db.gz s3://$BUCKET_NAME/$CLUSTER-$BACKUP_TO_CREATE
volumeMounts:
- {name: etcd-backup, mountPath: /backup}
)";
  constexpr const char* kDelete = R"(
name: delete-container
image: d3fk/s3cmd@sha256:0
command: [/bin/sh, -c]
args:
- |
  s3cmd --no-ssl --access_key=$ACCESS_KEY_ID --secret_key=$SECRET_ACCESS_KEY --host=$ENDPOINT --host-bucket='%(bucket).'$ENDPOINT del s3://$BUCKET_NAME/$CLUSTER-$BACKUP_TO_DELETE
  case $? in 12) exit 0 ;; *) exit $? ;; esac
)";
  ControlPlane plane({.directory = data_.path()});
  make_world(plane, configuration(kStore, kDelete));
  LeakWatch watch(rgw_.secret_key);
  add_config(plane, "once");
  EXPECT_EQ(entry(plane, "once", "Completed").at("exitCode"), json::Value(0));
  EXPECT_EQ(keys(), std::vector<std::string>{cluster_ + "-once.db.gz"});
  EXPECT_THAT(json::to_string(plane.get("etcdbackupconfig", space_, "once").at("status").at("conditions")),
              HasSubstr("its command puts keys on a command line"));
  const std::set<std::string> leaks = watch.end();
  EXPECT_THAT(leaks, Not(IsEmpty())) << "what the script does is seen, so the watch would see what we did, too";
  EXPECT_THAT(leaks, Each(StartsWith("command line: ")));
  EXPECT_THAT(leaks, Not(Contains(HasSubstr("bwrap"))));
  plane.remove("backup", space_, "once");
  EXPECT_TRUE(ControlPlane::wait_until([&] { return plane.get("backup", space_, "once").is_null(); },
                                       std::chrono::seconds(60)));
  EXPECT_THAT(keys(), IsEmpty());
}

TEST_F(OwnContainerS3cmd, AFailureIsInTheEntryAndShowsNoSecret) {
  constexpr const char* kStore = R"(
name: c
image: i
command: [/bin/sh, -c, 'echo "using $TOKEN and $SECRET_ACCESS_KEY"; echo "cannot reach the vault" >&2; exit 3']
env:
- {name: TOKEN, valueFrom: {secretKeyRef: {name: extra, key: token}}}
)";
  ControlPlane plane({.directory = data_.path()});
  make_world(plane, configuration(kStore, ""));
  LeakWatch watch(token_);
  add_config(plane, "once");
  const json::Value pending = entry(plane, "once", "Pending");
  ASSERT_TRUE(ControlPlane::wait_until([&] {
    return entry(plane, "once", "Pending").as_object().contains("exitCode");
  })) << json::to_pretty_string(plane.get("etcdbackupconfig", space_, "once"));
  const json::Value failed = entry(plane, "once", "Pending");
  EXPECT_EQ(failed.at("exitCode"), json::Value(3));
  EXPECT_EQ(text_of(failed, {"outputTail"}), "using *** and ***\ncannot reach the vault\n");
  EXPECT_EQ(text_of(failed, {"backupMessage"}), "the store container ended with exit code 3: cannot reach the vault");
  EXPECT_TRUE(plane.list("backup", space_).empty());
  EXPECT_THAT(watch.end(), IsEmpty());
  plane.stop();
  expect_no_file_holds(token_);
  expect_no_file_holds(rgw_.secret_key);
}

TEST_F(OwnContainerS3cmd, AnInventoryJudgesWhatAContainerStoredByWhatIsKnownOfIt) {
  ControlPlane plane({.directory = data_.path()});
  make_world(plane, documented_configuration());
  add_config(plane, "once");
  entry(plane, "once", "Completed");
  // Retention would take one that is damaged away.
  plane.change("backup", space_, "once", [](json::Value& backup) { backup.at("spec").as_object()["pinned"] = true; });
  const std::string key = cluster_ + "-once.db.gz";
  const Bytes stored = object(key);
  put(key, as_bytes("other bytes"));
  EXPECT_EQ(phase_after_inventory(plane, "once", "Damaged"), "Damaged");
  put(key, stored);
  EXPECT_EQ(phase_after_inventory(plane, "once", "Completed"), "Completed");
  remove_object(key);
  EXPECT_EQ(phase_after_inventory(plane, "once", "Missing"), "Missing");
}

TEST_F(OwnContainerS3cmd, WhatAContainerStoresElsewhereIsNotCalledMissingAndIsRemovedByIt) {
  ControlPlane plane({.directory = data_.path()});
  make_world(plane, configuration("{name: c, image: i, command: ['true']}", "{name: c, image: i, command: [env]}"));
  add_config(plane, "once");
  entry(plane, "once", "Completed");
  EXPECT_EQ(text_of(plane.get("backup", space_, "once"), {"status", "phase"}), "Unverified");
  EXPECT_EQ(phase_after_inventory(plane, "once", "Missing", 2), "Unverified");
  ask(plane, "verify", R"("type":"Verify","backup":"once")");
  EXPECT_THAT(text_of(ended(plane, "verify"), {"status", "message"}), HasSubstr("where the server cannot read it"));
  plane.remove("backup", space_, "once");
  EXPECT_TRUE(ControlPlane::wait_until([&] { return plane.get("backup", space_, "once").is_null(); },
                                       std::chrono::seconds(60)));
}

TEST_F(OwnContainerS3cmd, OneThatHangsIsKilledWhenTheServerStops) {
  const std::string mark = fmt::format("{}.5", 3'000'000 + os::real_random().next() % 1'000'000);
  ControlPlane plane({.directory = data_.path()});
  make_world(plane,
             configuration(
                 "{name: c, image: i, command: [/bin/sh, -c, 'setsid sleep " + mark + " & sleep " + mark + "']}", ""));
  add_config(plane, "once");
  const auto running = [&] {
    for (const std::string& each : names_in("/proc"))
      if (file_text("/proc/" + each + "/cmdline").find(mark) != std::string::npos) return true;
    return false;
  };
  ASSERT_TRUE(ControlPlane::wait_until(running, std::chrono::seconds(60)));
  plane.stop();
  EXPECT_TRUE(ControlPlane::wait_until([&] { return !running(); }));
  for (const std::string& each : names_in(data_.path()))
    EXPECT_THAT(each, Not(StartsWith("container-")));
}

}  // namespace
}  // namespace holdfast::test
