// Servers that are killed again and again while they back up and prune: nothing is lost, counted twice, listed without
// being restorable, or left running. HOLDFAST_KILLS sets how often (25 when it is unset).
#include <chrono>
#include <csignal>
#include <cstdlib>
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
#include "repository/verify.h"
#include "support/child_process.h"
#include "support/control_plane.h"
#include "support/etcd_server.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

constexpr int kClusters = 6;

int kills() {
  const char* said = std::getenv("HOLDFAST_KILLS");
  return said == nullptr ? 25 : std::atoi(said);
}

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

  // With several servers the resources lie in an etcd; with one, in its directory.
  void keep_resources_in_etcd() {
    auto made = make_etcd_cluster({});
    ASSERT_TRUE(made) << made.error().to_string();
    resources_ = std::move(*made);
  }

  ControlPlaneOptions options(const std::string& directory, const std::string& id) const {
    ControlPlaneOptions options{.directory = directory, .id = id, .shared = keys_.path()};
    if (resources_) options.store_endpoints = resources_->endpoints();
    return options;
  }

  // A client: writes and reads, decides nothing.
  ControlPlaneOptions as_client() const {
    ControlPlaneOptions options = this->options(resources_ ? client_.path() : servers_[0].path(), "client");
    options.decides = false;
    options.works = false;
    return options;
  }

  // What users want, written while no server decides.
  void ask_for_work() {
    ControlPlane plane(as_client());
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
    ControlPlane plane(as_client());
    const int cluster = round % kClusters;
    plane.create("operation", space_of(cluster),
                 fmt::format(R"({{"apiVersion":"holdfast.dev/v1","kind":"Operation","metadata":{{"name":"now-{}"}},
                     "spec":{{"type":"Backup","cluster":"c{}","config":"nightly"}}}})",
                             round, cluster));
  }

  ChildProcess start_server(int number) const {
    ChildOptions child;
    child.arguments = {HOLDFAST_CONTROL_SERVER, servers_[number].path(), fmt::format("server-{}", number + 1),
                       keys_.path()};
    if (resources_) child.arguments.push_back(resources_->endpoints().front());
    auto started = ChildProcess::start(child);
    EXPECT_TRUE(started) << started.error().to_string();
    return started ? std::move(*started) : ChildProcess();
  }

  static void kill(ChildProcess& server) {
    server.signal(SIGKILL);
    server.wait();
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

  // Objects in the destination with their manifests, by key; "ok" of those that were read to their end and can be
  // restored.
  std::map<std::string, std::string> stored() {
    objectstore::LocalStore store({.root = backups_.path()}, os::real_file_system(), os::real_clock(),
                                  os::real_random());
    const auto listed = repository::Repository(store).list("", {.include_foreign = true}, {});
    EXPECT_TRUE(listed);
    std::map<std::string, std::string> states;
    for (const repository::Entry& each : listed.value_or(std::vector<repository::Entry>())) {
      states[each.key] = repository::state_name(each.state);
      const auto report = repository::verify_stored(
          store, each, {}, {os::real_file_system(), os::real_clock(), pipeline::silent_progress()}, {});
      if (!report || !report->ok()) states[each.key] = "cannot be restored";
    }
    return states;
  }

  static std::multiset<std::string> listed_keys(ControlPlane& plane) {
    std::multiset<std::string> keys;
    for (const json::Value& each : plane.list("backup", ""))
      keys.insert(text_of(each, {"spec", "objectKey"}));
    return keys;
  }

  // What is not finished, for the message of a failure.
  static std::string unfinished(ControlPlane& plane) {
    std::string text;
    for (const json::Value& each : plane.list("operation", "")) {
      if (!control::has_ended(each)) text += json::to_string(each) + "\n";
    }
    for (const json::Value& each : plane.list("etcdbackupconfig", "")) {
      if (const json::Value* status = api::field_at(each, {"status"})) text += json::to_string(*status) + "\n";
    }
    return text;
  }

  // Lets a server finish, and compares what is wanted, listed and there.
  void expect_all_well(const std::string& directory, const std::string& id) {
    ControlPlane plane(options(directory, id));
    ASSERT_TRUE(ControlPlane::wait_until([&] { return is_quiet(plane); }, std::chrono::seconds(90)))
        << unfinished(plane);
    std::int64_t interruptions = 0;
    for (const json::Value& each : plane.list("operation", ""))
      interruptions += control::number_at(each, {"status", "interruptions"}).value_or(0);
    EXPECT_GT(interruptions, 0) << "no kill met an operation at work";
    // Retention may still be at work: what is listed and what is there are compared when neither has changed meanwhile.
    std::multiset<std::string> listed;
    std::map<std::string, std::string> objects;
    ASSERT_TRUE(ControlPlane::wait_until([&] {
      listed = listed_keys(plane);
      objects = stored();
      return is_quiet(plane) && listed == listed_keys(plane) && stored().size() == objects.size();
    }));
    for (const std::string& key : listed) {
      EXPECT_EQ(listed.count(key), 1U) << key << " is counted twice";
      EXPECT_TRUE(objects.contains(key)) << key << " is listed and not there";
    }
    for (const json::Value& each : plane.list("backup", ""))
      EXPECT_EQ(text_of(each, {"status", "phase"}), "Completed") << json::to_string(each);
    for (const auto& [key, state] : objects) {
      EXPECT_EQ(state, "ok") << key;
      EXPECT_TRUE(listed.contains(key)) << key << " is there and not listed";
    }
    for (int cluster = 0; cluster < kClusters; ++cluster) {
      for (int i = 0; i < 3; ++i)
        EXPECT_TRUE(listed.contains(fmt::format("c{}-once-{}.db.gz", cluster, i))) << cluster << " " << i;
    }
  }

  std::unique_ptr<EtcdCluster> etcd_;
  std::unique_ptr<EtcdCluster> resources_;
  TempDir keys_;
  TempDir client_;
  TempDir servers_[2];
  TempDir backups_;
  std::mt19937 dice_{7};
};

TEST_F(ControlKill, NothingOfOneServerIsLostOrLeftRunning) {
  ask_for_work();
  for (int round = 0; round < kills(); ++round) {
    ask_for_more(round);
    ChildProcess server = start_server(0);
    std::this_thread::sleep_for(std::chrono::milliseconds(30 + dice_() % 400));
    kill(server);
  }
  EXPECT_FALSE(stored().empty()) << "the server never lived long enough to do anything";

  expect_all_well(servers_[0].path(), "server-1");
}

// One goes on while the other is dead: the one that leads dies as often as the one that does not.
TEST_F(ControlKill, NothingOfTwoServersOnOneEtcdIsLostOrLeftRunning) {
  keep_resources_in_etcd();
  ask_for_work();
  ChildProcess servers[2] = {start_server(0), start_server(1)};
  for (int round = 0; round < kills(); ++round) {
    ask_for_more(round);
    std::this_thread::sleep_for(std::chrono::milliseconds(30 + dice_() % 400));
    const int victim = round % 2;
    kill(servers[victim]);
    // Every now and then for longer than its lease, so that the other has to take over.
    std::this_thread::sleep_for(std::chrono::milliseconds(round % 8 < 2 ? 3000 : 50));
    servers[victim] = start_server(victim);
  }
  for (ChildProcess& each : servers)
    kill(each);
  EXPECT_FALSE(stored().empty()) << "the servers never lived long enough to do anything";

  expect_all_well(servers_[1].path(), "server-2");
}

}  // namespace
}  // namespace holdfast::test
