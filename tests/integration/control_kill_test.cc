// A server that is killed again and again while it backs up and prunes: nothing is lost, counted twice, listed without
// being there, or left running.
#include <chrono>
#include <csignal>
#include <map>
#include <random>
#include <set>
#include <thread>

#include <gtest/gtest.h>

#include "control/reconcile/objects.h"
#include "control/reconcile/operation_state.h"
#include "objectstore/local/local_store.h"
#include "os/file_system.h"
#include "repository/repository.h"
#include "support/child_process.h"
#include "support/control_plane.h"
#include "support/etcd_server.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

constexpr int kClusters = 6;
constexpr int kRounds = 25;

std::string space_of(int cluster) {
  return fmt::format("cluster-c{}", cluster);
}

std::string config_of(int cluster, const std::string& name, std::string_view more) {
  return fmt::format(R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig","metadata":{{"name":"{}"}},
      "spec":{{"cluster":{{"name":"c{}"}},"destination":"disk"{}}}}})",
                     name, cluster, more);
}

class ControlKill : public testing::Test {
 protected:
  void SetUp() override {
    auto made = make_etcd_cluster({});
    ASSERT_TRUE(made) << made.error().to_string();
    etcd_ = std::move(*made);
  }

  // What users want, written while no server decides.
  void ask_for_work() {
    ControlPlane plane({.directory = data_.path(), .decides = false, .works = false});
    plane.make_seed(backups_.path());
    for (int cluster = 0; cluster < kClusters; ++cluster) {
      plane.make_cluster(fmt::format("c{}", cluster), etcd_->endpoints());
      plane.create(
          "namespace", "",
          fmt::format(R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"{}"}}}})", space_of(cluster)));
      for (int i = 0; i < 3; ++i)
        plane.create("etcdbackupconfig", space_of(cluster), config_of(cluster, fmt::format("once-{}", i), ""));
      // By hand, each of another second: retention of the config thins them out meanwhile.
      plane.create("etcdbackupconfig", space_of(cluster),
                   config_of(cluster, "nightly", R"(,"schedule":"0 1 * * *","keep":2)"));
    }
  }

  void ask_for_more(int round) {
    ControlPlane plane({.directory = data_.path(), .decides = false, .works = false});
    const int cluster = round % kClusters;
    plane.create("operation", space_of(cluster),
                 fmt::format(R"({{"apiVersion":"holdfast.dev/v1","kind":"Operation","metadata":{{"name":"now-{}"}},
                     "spec":{{"type":"Backup","cluster":"c{}","config":"nightly"}}}})",
                             round, cluster));
  }

  void run_and_kill(std::chrono::milliseconds life) {
    auto child = ChildProcess::start({.arguments = {HOLDFAST_CONTROL_SERVER, data_.path(), "server-1"}});
    ASSERT_TRUE(child) << child.error().to_string();
    std::this_thread::sleep_for(life);
    child->signal(SIGKILL);
    child->wait();
  }

  static bool is_quiet(ControlPlane& plane) {
    for (const json::Value& each : plane.list("operation", "")) {
      if (!control::has_ended(each)) return false;
    }
    for (const json::Value& each : plane.list("etcdbackupconfig", "")) {
      const json::Array* entries = api::array_at(each, {"status", "lastBackups"});
      const bool once = text_of(each, {"spec", "schedule"}).empty();
      if (once && (entries == nullptr || entries->empty())) return false;
      for (std::size_t i = 0; entries != nullptr && i < entries->size(); ++i) {
        const std::string phase = text_of((*entries)[i], {"backupPhase"});
        if (phase != "Completed" && phase != "Failed") return false;
      }
      const auto good = api::field_at(each, {"status", "goodBackups"});
      if (!once && good != nullptr && good->get_int64() > 2) return false;
    }
    return true;
  }

  // Objects in the destination with their manifests, by key.
  std::map<std::string, std::string> stored() {
    objectstore::LocalStore store({.root = backups_.path()}, os::real_file_system(), os::real_clock(),
                                  os::real_random());
    const auto listed = repository::Repository(store).list("", {.include_foreign = true}, {});
    EXPECT_TRUE(listed);
    std::map<std::string, std::string> states;
    for (const repository::Entry& each : listed.value_or(std::vector<repository::Entry>()))
      states[each.key] = repository::state_name(each.state);
    return states;
  }

  std::unique_ptr<EtcdCluster> etcd_;
  TempDir data_;
  TempDir backups_;
};

TEST_F(ControlKill, NothingIsLostOrLeftRunning) {
  ask_for_work();
  std::mt19937 dice(7);
  for (int round = 0; round < kRounds; ++round) {
    ask_for_more(round);
    run_and_kill(std::chrono::milliseconds(30 + dice() % 400));
  }
  const std::size_t before = stored().size();
  EXPECT_GT(before, 0U) << "the server never lived long enough to do anything";
  ControlPlane plane({.directory = data_.path(), .id = "server-1"});
  RecordProperty("stored_before_the_last_start", static_cast<int>(before));
  ASSERT_TRUE(ControlPlane::wait_until([&] { return is_quiet(plane); }, std::chrono::seconds(90)));

  std::int64_t interruptions = 0;
  for (const json::Value& each : plane.list("operation", ""))
    interruptions += control::number_at(each, {"status", "interruptions"}).value_or(0);
  EXPECT_GT(interruptions, 0) << "no kill met an operation at work";
  const auto objects = stored();
  std::set<std::string> listed;
  for (const json::Value& each : plane.list("backup", "")) {
    const std::string key = text_of(each, {"spec", "objectKey"});
    EXPECT_TRUE(listed.insert(key).second) << key << " is counted twice";
    EXPECT_EQ(text_of(each, {"status", "phase"}), "Completed") << key;
    EXPECT_TRUE(objects.contains(key)) << key << " is listed and not there";
  }
  for (const auto& [key, state] : objects) {
    EXPECT_EQ(state, "ok") << key;
    EXPECT_TRUE(listed.contains(key)) << key << " is there and not listed";
  }
  for (int cluster = 0; cluster < kClusters; ++cluster) {
    for (int i = 0; i < 3; ++i)
      EXPECT_TRUE(listed.contains(fmt::format("c{}-once-{}.db.gz", cluster, i))) << cluster << " " << i;
  }
}

}  // namespace
}  // namespace holdfast::test
