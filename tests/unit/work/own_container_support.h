// What an own container needs around it, without a sandbox: a registry with Secrets, a fake etcd, a fake bwrap.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "work/container/own_storage.h"

#include "base/bytes.h"
#include "objectstore/memory/memory_store.h"
#include "os/random.h"
#include "support/control_plane.h"
#include "support/etcd_model.h"
#include "support/fake_etcd.h"
#include "support/fake_processes.h"
#include "support/temp_dir.h"

namespace holdfast::work {

// The value behind "--setenv NAME", and the path outside behind "--bind" or "--ro-bind" of one inside.
class SandboxArguments {
 public:
  explicit SandboxArguments(const os::Program& program) {
    std::string_view text = program.more_input.reveal();
    while (!text.empty()) {
      const std::size_t end = text.find('\0');
      all_.emplace_back(text.substr(0, end));
      text.remove_prefix(end + 1);
    }
  }
  std::map<std::string, std::string> variables() const {
    std::map<std::string, std::string> found;
    for (std::size_t i = 0; i + 2 < all_.size(); ++i)
      if (all_[i] == "--setenv") found[all_[i + 1]] = all_[i + 2];
    return found;
  }
  std::string outside(std::string_view inside) const {
    for (std::size_t i = 0; i + 2 < all_.size(); ++i)
      if (all_[i].ends_with("bind") && all_[i + 2] == inside) return all_[i + 1];
    return "";
  }

 private:
  std::vector<std::string> all_;
};

class OwnContainerTest : public testing::Test {
 protected:
  static constexpr const char* kAccessKey = "AKIAEXAMPLE1234";
  static constexpr const char* kSecretKey = "wJalrXUtnFEMI/K7MDENG";

  void SetUp() override {
    plane_.create("namespace", "", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kube-system"}})");
    plane_.create("namespace", "", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"kubermatic"}})");
    make("secret", "kube-system", "bucket",
         {{"stringData", {{"ACCESS_KEY_ID", kAccessKey}, {"SECRET_ACCESS_KEY", kSecretKey}}}});
    etcd_.add_member("m1");
    test::EtcdModel model;
    for (int i = 0; i < 30; ++i)
      model.put(fmt::format("/k/{}", i), std::string(200, 'v'));
    etcd_.serve_database(test::write_bolt(model.buckets(), {}).bytes);
  }

  void make(std::string_view word, std::string_view name_space, std::string_view name, json::Object members) {
    members["apiVersion"] = "v1";
    members["kind"] = word == "secret" ? "Secret" : "ConfigMap";
    members["metadata"] = json::Object{{"name", name}};
    plane_.create(word, name_space, json::to_string(members));
  }

  void configure(std::string_view store, std::string_view removal = "", json::Object spec = {}) {
    json::Object controller;
    if (!store.empty()) controller["backupStoreContainer"] = store;
    if (!removal.empty()) controller["backupDeleteContainer"] = removal;
    spec["seedController"] = std::move(controller);
    plane_.create("kubermaticconfiguration", "kubermatic",
                  json::to_string(json::Object{{"apiVersion", "kubermatic.k8c.io/v1"},
                                               {"kind", "KubermaticConfiguration"},
                                               {"metadata", {{"name", "kubermatic"}}},
                                               {"spec", std::move(spec)}}));
  }

  Task task() {
    facts_.clear();
    return {.world = world_,
            .operation = operation_,
            .sequence = 1,
            .progress = pipeline::silent_progress(),
            .stop = stop_.get_token(),
            .facts = facts_,
            .hopeless = hopeless_};
  }

  OwnStorage storage(control::ContainerRole role = control::ContainerRole::store) {
    auto found = own_storage(world_, destination_, role);
    EXPECT_TRUE(found) << (found ? "" : found.error().to_string());
    EXPECT_TRUE(found && *found);
    return **found;
  }

  Result<StoredByContainer> store() {
    const OwnStorage own = storage();
    return store_by_container(task(), {.storage = own,
                                       .task = names_,
                                       .destination = destination_,
                                       .store = bucket_,
                                       .object_key = "prod-nightly.db.gz",
                                       .client = etcd_,
                                       .options = {.object_key = "prod-nightly.db.gz",
                                                   .name = "nightly",
                                                   .cluster = "prod",
                                                   .compression = pipeline::Compression::gzip}});
  }

  void put(const std::string& key, ByteView bytes) {
    MemorySource source(bytes);
    EXPECT_TRUE(bucket_.put(key, source, {}, {}));
  }

  // Plays bwrap: `act` gets what it was given and returns what the program writes.
  void play(std::function<std::string(const SandboxArguments&)> act, int exit_code = 0) {
    processes_.play("bwrap", [act = std::move(act), exit_code](const os::Program& program) {
      return os::ProgramOutcome{.exit_code = exit_code, .output = Secret(act(SandboxArguments(program))), .errors = ""};
    });
  }

  test::TempDir dir_;
  test::TempDir spool_;
  test::ControlPlane plane_{{.directory = dir_.path(), .decides = false, .works = false}};
  test::FakeProcesses processes_;
  test::FakeEtcd etcd_;
  os::Environment environment_;
  World world_{.registry = plane_.registry(),
               .files = os::real_file_system(),
               .clock = os::real_clock(),
               .random = os::real_random(),
               .environment = environment_,
               .processes = processes_,
               .spool_directory = spool_.path(),
               .connect = {}};
  objectstore::MemoryStore bucket_{os::real_clock()};
  json::Value operation_ = json::Object{{"metadata", {{"name", "op"}, {"namespace", "cluster-prod"}}}};
  json::Value destination_ = json::Object{{"type", "s3"},
                                          {"endpoint", "http://s3.example.com:9000"},
                                          {"bucketName", "backups"},
                                          {"credentials", {{"name", "bucket"}, {"namespace", "kube-system"}}}};
  ContainerTask names_{
      .cluster = "prod", .config = "nightly", .schedule = "@daily", .keep = 7, .backup_name = "nightly.db.gz"};
  json::Object facts_;
  bool hopeless_ = false;
  std::stop_source stop_;
};

}  // namespace holdfast::work
