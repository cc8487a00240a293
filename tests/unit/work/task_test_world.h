// What a task needs around it, without a runner: a cluster "prod" with a fake etcd, a Seed "europe" whose destination
// "disk" is a directory, and a moment in the middle of the task at which a test may change something.
#pragma once

#include <functional>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "work/task.h"

#include "control/manager/views.h"
#include "control/reconcile/objects.h"
#include "support/control_plane.h"
#include "support/etcd_model.h"
#include "support/fake_etcd.h"
#include "support/faulty_file_system.h"
#include "support/temp_dir.h"

namespace holdfast::work {

// Calls what it was given, once.
class Moment {
 public:
  void set(std::function<void()> act) { act_ = std::move(act); }
  void pass() {
    if (act_) std::exchange(act_, nullptr)();
  }

 private:
  std::function<void()> act_;
};

// The moment is that of the first removal of a file.
class MomentOfRemoval final : public test::FaultyFileSystem {
 public:
  MomentOfRemoval() : FaultyFileSystem(os::real_file_system()) {}
  Moment moment;

  Status remove(const std::string& path) override {
    moment.pass();
    return FaultyFileSystem::remove(path);
  }
};

// The moment is that of the first progress.
class MomentOfProgress final : public pipeline::Progress {
 public:
  Moment moment;
  void update(const pipeline::ProgressUpdate&) override { moment.pass(); }
};

// The moment is the next time somebody asks what time it is.
class MomentOfClock final : public os::Clock {
 public:
  Moment moment;
  WallTime now() override {
    moment.pass();
    return os::real_clock().now();
  }
  os::SteadyTime steady() override { return os::real_clock().steady(); }
  bool sleep_for(Duration duration, const std::stop_token& stop) override {
    return os::real_clock().sleep_for(duration, stop);
  }
};

class TaskTest : public testing::Test {
 protected:
  static constexpr const char* kSpace = "cluster-prod";

  void SetUp() override {
    plane_.make_seed(old_place_.path());
    plane_.make_cluster("prod", {"http://127.0.0.1:2379"});
    plane_.create("namespace", "", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"cluster-prod"}})");
  }

  // An Operation as the server makes it.
  json::Value operation(std::string_view name, json::Object spec) {
    json::Value made = control::new_object(control::kOperationType, kSpace, name);
    spec["cluster"] = "prod";
    control::member_of(made, "spec") = std::move(spec);
    registry::WriteOptions options;
    options.by_server = true;
    auto written = plane_.registry().create(plane_.kind("operation"), kSpace, made, options);
    EXPECT_TRUE(written);
    return written->object;
  }
  json::Value backup_operation(std::string_view name, json::Object more = {}) {
    more["type"] = "Backup";
    more["destination"] = "disk";
    more["seed"] = "europe";
    if (!more.contains("scheduledTime")) more["scheduledTime"] = "2026-01-01T22:00:00Z";
    return operation(name, std::move(more));
  }

  Result<TaskOutcome> run(const json::Value& operation, const Guard& guard = {}) {
    json::Object facts;
    hopeless_ = false;
    return run_task({.world = world_,
                     .operation = operation,
                     .guard = guard,
                     .progress = progress_,
                     .stop = {},
                     .facts = facts,
                     .hopeless = hopeless_});
  }
  // A stored backup; the name of its Backup.
  std::string make_backup() {
    const auto outcome = run(backup_operation("made-before"));
    EXPECT_TRUE(outcome) << outcome.error().to_string();
    return outcome ? std::string(outcome->result.at("backup").get_string()) : "";
  }

  void move_destination() {
    plane_.change("seed", "kubermatic", "europe", [&](json::Value& seed) {
      seed.at("spec").at("etcdBackupRestore").at("destinations").at("disk").at("path") = new_place_.path();
    });
  }
  static std::vector<std::string> files_in(const test::TempDir& directory) {
    return os::real_file_system().list(directory.path()).value();
  }

  test::TempDir dir_;
  test::TempDir old_place_;
  test::TempDir new_place_;
  os::Environment environment_;
  bool hopeless_ = false;  // what the last task said
  Moment connecting_;      // in the middle of a backup
  MomentOfRemoval files_;
  MomentOfProgress progress_;
  MomentOfClock clock_;
  MomentOfClock writing_;  // asked when something is written
  test::ControlPlane plane_{{.directory = dir_.path(), .clock = &writing_, .decides = false, .works = false}};
  World world_{.registry = plane_.registry(),
               .files = files_,
               .clock = clock_,
               .random = os::real_random(),
               .environment = environment_,
               .processes = os::real_processes(),
               .spool_directory = dir_.path(),
               .connect = [this](const etcd::ClientOptions&) -> Result<std::unique_ptr<etcd::Client>> {
                 connecting_.pass();
                 auto fake = std::make_unique<test::FakeEtcd>();
                 fake->add_member("m1");
                 test::EtcdModel model;
                 model.put("/k", std::string(200, 'v'));
                 fake->serve_database(test::write_bolt(model.buckets(), {}).bytes);
                 return fake;
               }};
};

}  // namespace holdfast::work
