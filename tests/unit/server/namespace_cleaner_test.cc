#include "server/namespace_cleaner.h"

#include <chrono>
#include <thread>

#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

#include "os/clock.h"

namespace holdfast::test {
namespace {

const std::string kMaps = "/api/v1/namespaces/n/configmaps";

class Cleaner : public testing::Test, public ServerFixture {
 protected:
  Cleaner() {
    make_namespace("n");
    post(kMaps, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m"}})");
  }
  void remove_namespace() { ask({.method = "DELETE", .target = "/api/v1/namespaces/n"}); }
  bool gone_in_time() {
    for (int i = 0; i < 500; ++i) {
      if (get("/api/v1/namespaces/n").status == 404) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
};

TEST_F(Cleaner, EmptiesANamespaceAndLetsItGo) {
  remove_namespace();

  const auto gone = server::clean_namespace(*registry, "n");

  EXPECT_TRUE(gone && *gone);
  EXPECT_EQ(get(kMaps + "/m").status, 404);
  EXPECT_EQ(get("/api/v1/namespaces/n").status, 404);
}

TEST_F(Cleaner, WaitsForFinalizers) {
  ask({.method = "PATCH",
       .target = kMaps + "/m",
       .body = R"({"metadata":{"finalizers":["x.dev/y"]}})",
       .type = "application/merge-patch+json"});
  remove_namespace();

  const auto gone = server::clean_namespace(*registry, "n");

  EXPECT_TRUE(gone && !*gone);
  EXPECT_EQ(get("/api/v1/namespaces/n").status, 200);
}

TEST_F(Cleaner, ANamespaceThatIsLabelledWhileItGoesDoesNotGoEarly) {
  remove_namespace();

  ask({.method = "PATCH",
       .target = "/api/v1/namespaces/n",
       .body = R"({"metadata":{"labels":{"a":"b"}}})",
       .type = "application/merge-patch+json"});

  EXPECT_EQ(get("/api/v1/namespaces/n").status, 200);
  EXPECT_EQ(get(kMaps + "/m").status, 200);
}

TEST_F(Cleaner, RunsByItself) {
  const server::NamespaceCleaner cleaner(*registry, *hub, os::real_clock());

  remove_namespace();

  EXPECT_TRUE(gone_in_time());
}

TEST_F(Cleaner, GoesOnWhenTheLastFinalizerIsGone) {
  ask({.method = "PATCH",
       .target = kMaps + "/m",
       .body = R"({"metadata":{"finalizers":["x.dev/y"]}})",
       .type = "application/merge-patch+json"});
  const server::NamespaceCleaner cleaner(*registry, *hub, os::real_clock());
  remove_namespace();

  ask({.method = "PATCH",
       .target = kMaps + "/m",
       .body = R"({"metadata":{"finalizers":null}})",
       .type = "application/merge-patch+json"});

  EXPECT_TRUE(gone_in_time());
}

}  // namespace
}  // namespace holdfast::test
