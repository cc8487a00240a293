// A backup config made anew under the name of a former one takes over what that left, without haste.
#include <gtest/gtest.h>

#include "unit/control/reconcile/simulated_cluster.h"

#include "control/reconcile/objects.h"
#include "control/reconcile/operation_state.h"
#include "control/reconcile/retention_plan.h"

namespace holdfast::control {
namespace {

constexpr const char* kHourly = R"({"schedule":"0 * * * *","destination":"disk","spread":"0s","keep":4})";
constexpr const char* kKeepOne = R"({"schedule":"0 * * * *","destination":"disk","spread":"0s","keep":1})";

TEST(TakenOver, BackupsOfAFormerConfigStayForADay) {
  SimulatedCluster cluster;
  cluster.add_config("hourly", kHourly);
  cluster.run_until(cluster.now() + Seconds(4 * 3600 + 100));
  ASSERT_EQ(cluster.view.backups.size(), 4U);
  cluster.ask_to_delete(kConfigType, "hourly");
  cluster.settle();
  ASSERT_EQ(cluster.config("hourly"), nullptr);
  cluster.advance(Seconds(1));

  cluster.add_config("hourly", kKeepOne);
  const Instant made = cluster.now();
  cluster.run_until(made + kTakeOverAfter - Seconds(1));

  // The four, and the newest of its own.
  EXPECT_EQ(cluster.view.backups.size(), 5U);
  EXPECT_NE(json::to_string(cluster.view.backups.front())
                .find("older than this backup config, which removes it from " + format_instant(made + kTakeOverAfter)),
            std::string::npos)
      << json::to_string(cluster.view.backups.front());

  cluster.run_until(made + kTakeOverAfter + Seconds(2 * 3600));
  EXPECT_EQ(cluster.view.backups.size(), 1U);
}

}  // namespace
}  // namespace holdfast::control
