// One place under two names: what lies there is listed once, and nobody loses an object that another entry names.
#include <filesystem>

#include <gtest/gtest.h>

#include "objectstore/local/local_store.h"
#include "os/file_system.h"
#include "repository/repository.h"
#include "support/control_plane.h"
#include "support/etcd_server.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

constexpr const char* kSpace = "cluster-prod";

class ControlPlaces : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto made = make_etcd_cluster({});
    ASSERT_TRUE(made) << made.error().to_string();
    etcd_ = std::move(*made);
  }
  static void TearDownTestSuite() { etcd_.reset(); }

  // The Seed "europe" with the destination "disk", the cluster "prod", and its backup "once".
  void SetUp() override {
    std::filesystem::create_directory(place_);
    plane_.make_seed(place_);
    plane_.create("cluster", "",
                  fmt::format(R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster",
        "metadata":{{"name":"prod","labels":{{"project-id":"shop"}}}},"spec":{{"seed":"europe","etcd":{{"endpoints":["{}"]}}}}}})",
                              etcd_->endpoints().front()));
    ASSERT_TRUE(ControlPlane::wait_until([&] { return !plane_.get("namespace", "", kSpace).is_null(); }));
    plane_.create("etcdbackupconfig", kSpace, R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig",
        "metadata":{"name":"once"},"spec":{"cluster":{"name":"prod"},"destination":"disk"}})");
    ASSERT_TRUE(ControlPlane::wait_until(
        [&] { return text_of(plane_.get("backup", kSpace, "once"), {"status", "phase"}) == "Completed"; }));
  }

  // Until the destination was listed.
  void wait_for_list(const char* seed, const char* destination) {
    EXPECT_TRUE(ControlPlane::wait_until([&] {
      const json::Value object = plane_.get("seed", "kubermatic", seed);
      const json::Array* states = api::array_at(object, {"status", "destinations"});
      for (std::size_t i = 0; states != nullptr && i < states->size(); ++i) {
        if (text_of((*states)[i], {"name"}) == destination && !text_of((*states)[i], {"lastInventoryTime"}).empty())
          return true;
      }
      return false;
    })) << json::to_pretty_string(plane_.get("seed", "kubermatic", seed));
  }

  void add_seed(const char* name, const char* destination, const std::string& path) {
    plane_.create("seed", "kubermatic",
                  fmt::format(R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"Seed","metadata":{{"name":"{}"}},
                      "spec":{{"etcdBackupRestore":{{"destinations":{{"{}":{{"type":"local","path":"{}"}}}}}}}}}})",
                              name, destination, path));
    wait_for_list(name, destination);
  }

  void add_destination(const char* name, const std::string& path) {
    plane_.change("seed", "kubermatic", "europe", [&](json::Value& seed) {
      seed.at("spec").at("etcdBackupRestore").at("destinations").get_object()[name] =
          json::Object{{"type", "local"}, {"path", path}};
    });
    wait_for_list("europe", name);
  }

  void ask_for_probe(const char* name) {
    plane_.create("operation", "kubermatic",
                  fmt::format(R"({{"apiVersion":"holdfast.dev/v1","kind":"Operation","metadata":{{"name":"{}"}},
                      "spec":{{"type":"Probe","seed":"europe","destination":"disk","maxAttempts":1}}}})",
                              name));
  }

  bool is_stored() const {
    const auto found = os::real_file_system().stat(place_ + "/prod-once.db.gz");
    return found && found->has_value();
  }

  static inline std::unique_ptr<EtcdCluster> etcd_;
  TempDir data_;
  TempDir backups_;
  const std::string place_ = backups_.file("deep");
  ControlPlane plane_{{.directory = data_.path()}};
};

TEST_F(ControlPlaces, TheManifestSaysWhoseItIs) {
  objectstore::LocalStore store({.root = place_}, os::real_file_system(), os::real_clock(), os::real_random());
  const auto entry = repository::Repository(store).find("prod-once.db.gz", {});
  ASSERT_TRUE(entry && entry->manifest);
  EXPECT_EQ(entry->manifest->cluster_uid, text_of(plane_.get("cluster", "", "prod"), {"metadata", "uid"}));
  EXPECT_EQ(entry->manifest->project, "shop");
}

TEST_F(ControlPlaces, AnotherSeedDoesNotListWhatIsOfTheFirst) {
  const TempDir links;
  std::filesystem::create_directory_symlink(place_, links.file("link"));
  add_seed("asia", "other", links.file("link"));
  EXPECT_EQ(plane_.list("backup", kSpace).size(), 1U);
}

TEST_F(ControlPlaces, ASecondDestinationOfOnePlaceAddsNothing) {
  const TempDir links;
  std::filesystem::create_directory_symlink(place_, links.file("link"));
  add_destination("again", links.file("link"));
  EXPECT_EQ(plane_.list("backup", kSpace).size(), 1U);
}

TEST_F(ControlPlaces, WhatLiesInAFolderIsOfTheDestinationThatBeginsThere) {
  add_destination("around", backups_.path());
  EXPECT_EQ(plane_.list("backup", kSpace).size(), 1U);
}

TEST_F(ControlPlaces, ADiskThatIsNotMountedIsNoticedAndNothingIsMadeInItsPlace) {
  const auto state = [&] {
    const json::Value seed = plane_.get("seed", "kubermatic", "europe");
    const json::Array* states = api::array_at(seed, {"status", "destinations"});
    return states == nullptr || states->empty() ? json::Value(json::Object()) : states->front();
  };
  ASSERT_TRUE(ControlPlane::wait_until([&] { return text_of(state(), {"usedDirectory"}) == place_; }));
  std::filesystem::rename(place_, backups_.file("unmounted"));

  ask_for_probe("first");

  EXPECT_TRUE(ControlPlane::wait_until([&] {
    return text_of(state(), {"message"}).find("its disk may not be mounted") != std::string::npos;
  })) << json::to_pretty_string(state());
  EXPECT_FALSE(api::flag_at(state(), {"usable"}));
  EXPECT_FALSE(std::filesystem::exists(place_));

  std::filesystem::rename(backups_.file("unmounted"), place_);
  ask_for_probe("second");
  EXPECT_TRUE(ControlPlane::wait_until([&] { return api::flag_at(state(), {"usable"}); }));
}

// As catalogues from before have it.
TEST_F(ControlPlaces, AnObjectGoesWithTheLastBackupThatNamesIt) {
  add_destination("again", place_);
  json::Value twin = plane_.get("backup", kSpace, "once");
  const json::Value status = twin.at("status");
  twin.get_object()["metadata"] = json::Object{
      {"name", "once-again"}, {"namespace", kSpace}, {"finalizers", json::Array{"holdfast.dev/stored-object"}}};
  twin.at("spec").get_object()["destination"] = "again";
  registry::WriteOptions options;
  options.by_server = true;
  options.status = status;
  const auto made = plane_.registry().create(plane_.kind("backup"), kSpace, twin, options);
  ASSERT_TRUE(made) << json::to_string(made.error().to_status());

  plane_.remove("backup", kSpace, "once");
  ASSERT_TRUE(ControlPlane::wait_until([&] { return plane_.get("backup", kSpace, "once").is_null(); }));
  EXPECT_TRUE(is_stored());

  plane_.remove("backup", kSpace, "once-again");
  ASSERT_TRUE(ControlPlane::wait_until([&] { return plane_.get("backup", kSpace, "once-again").is_null(); }));
  EXPECT_FALSE(is_stored());
}

// Who may come to the backups of a cluster that is gone, when only the destination is left.
class ControlOwners : public ControlPlaces {
 protected:
  void SetUp() override {
    ControlPlaces::SetUp();
    plane_.stop();
  }

  // A server that knows nothing, and a cluster of the name in the project.
  void make_again(const char* project) {
    heir_.create("cluster", "",
                 fmt::format(R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster",
        "metadata":{{"name":"prod","labels":{{"project-id":"{}"}}}},"spec":{{"etcd":{{"endpoints":["127.0.0.1:1"]}}}}}})",
                             project));
    ASSERT_TRUE(ControlPlane::wait_until([&] { return !heir_.get("namespace", "", kSpace).is_null(); }));
    heir_.make_seed(place_);
    ASSERT_TRUE(
        ControlPlane::wait_until([&] { return !state().is_null() && state().as_object().contains("orphans"); }));
  }

  json::Value state() {
    const json::Value seed = heir_.get("seed", "kubermatic", "europe");
    const json::Array* states = api::array_at(seed, {"status", "destinations"});
    return states == nullptr || states->empty() ? json::Value() : states->front();
  }

  TempDir empty_;
  FakeClock clock_{FakeClock::Sleep::waits};
  ControlPlane heir_{{.directory = empty_.path(), .clock = &clock_, .lease_ttl = std::chrono::minutes(30)}};
};

TEST_F(ControlOwners, ANameAloneGivesNothingAway) {
  make_again("thieves");
  EXPECT_EQ(heir_.list("backup", kSpace).size(), 0U);
  ASSERT_EQ(state().at("orphans"), json::Value(1));
  const json::Value origin = state().at("orphansOf").at(0);
  EXPECT_EQ(text_of(origin, {"cluster"}), "prod");
  EXPECT_EQ(text_of(origin, {"example"}), "prod-once.db.gz");
  EXPECT_EQ(text_of(origin, {"clusterUid"}).size(), 36U);
}

TEST_F(ControlOwners, TheSameProjectHasThemBackFromTheDestinationAlone) {
  make_again("shop");
  EXPECT_EQ(heir_.list("backup", kSpace).size(), 1U);
  EXPECT_EQ(state().at("orphans"), json::Value(0));
  EXPECT_EQ(state().at("backups"), json::Value(1));
}

TEST_F(ControlOwners, TheStatusOfTheSeedCountsWhatIsThereNow) {
  make_again("shop");
  heir_.remove("backup", kSpace, "once");
  EXPECT_TRUE(ControlPlane::wait_until([&] {
    clock_.advance(std::chrono::seconds(30));
    return state().at("backups") == json::Value(0) && state().at("storedBytes") == json::Value(0);
  })) << json::to_pretty_string(state());
}

TEST_F(ControlOwners, AnAdministratorCanGiveThemToACluster) {
  make_again("heirs");
  const std::string uid = text_of(state().at("orphansOf").at(0), {"clusterUid"});
  heir_.change("cluster", "", "prod", [&](json::Value& cluster) {
    cluster.at("metadata").as_object()["annotations"] = json::Object{{"holdfast.dev/adopt-backups", uid}};
  });
  EXPECT_TRUE(ControlPlane::wait_until([&] {
    clock_.advance(std::chrono::seconds(30));
    return heir_.list("backup", kSpace).size() == 1;
  })) << json::to_pretty_string(heir_.get("seed", "kubermatic", "europe"));
}

}  // namespace
}  // namespace holdfast::test
