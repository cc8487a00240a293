// Orders for launchers are none of the runner's business, whatever their type: also one that it could carry out.
#include <gtest/gtest.h>

#include "work/runner.h"

#include "control/reconcile/objects.h"
#include "support/control_plane.h"
#include "support/temp_dir.h"

namespace holdfast::work {
namespace {

using test::ControlPlane;

constexpr const char* kSpace = "cluster-prod";

TEST(RunnerOrders, AreNeverClaimed) {
  const test::TempDir directory;
  ControlPlane plane({.directory = directory.path(),
                      .decides = false,
                      .connect = [](const etcd::ClientOptions&) -> Result<std::unique_ptr<etcd::Client>> {
                        return fail(Code::unavailable, "nobody answers");
                      }});
  plane.make_seed(directory.file("backups"));
  plane.make_cluster("prod", {"http://127.0.0.1:2379"});
  plane.create("namespace", "", R"({"apiVersion":"v1","kind":"Namespace","metadata":{"name":"cluster-prod"}})");
  const auto make = [&](const std::string& name, json::Object spec) {
    registry::WriteOptions by_server;
    by_server.by_server = true;
    json::Value operation = json::Object{{"apiVersion", "holdfast.dev/v1"},
                                         {"kind", "Operation"},
                                         {"metadata", json::Object{{"name", name}}},
                                         {"spec", std::move(spec)}};
    const auto made = plane.registry().create(plane.kind("operation"), kSpace, std::move(operation), by_server);
    ASSERT_TRUE(made) << made.error().message;
  };
  make("stage", {{"type", "Stage"}, {"cluster", "prod"}, {"launcher", "etcd-1"}});
  make("backup", {{"type", "Verify"}, {"cluster", "prod"}, {"backup", "b"}, {"launcher", "etcd-1"}});

  make("own", {{"type", "Verify"}, {"cluster", "prod"}, {"backup", "b"}});

  const auto status = [&](const char* name) {
    const json::Value operation = plane.get("operation", kSpace, name);
    return std::string(api::text_at(operation, {"status", "phase"}));
  };
  ASSERT_TRUE(ControlPlane::wait_until([&] { return !status("own").empty(); }));
  EXPECT_EQ(status("stage"), "");
  EXPECT_EQ(status("backup"), "");
}

}  // namespace
}  // namespace holdfast::work
