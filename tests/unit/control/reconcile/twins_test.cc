// Two entries of the catalogue that name one object, because two destinations lead to one place.
#include <algorithm>

#include <gtest/gtest.h>

#include "unit/control/reconcile/simulated_cluster.h"

#include "control/reconcile/objects.h"
#include "control/reconcile/operation_state.h"
#include "control/reconcile/retention_plan.h"

namespace holdfast::control {
namespace {

class Twins : public testing::Test {
 protected:
  // A config with so many backups, one an hour.
  void back_up(int keep, int hours) {
    cluster.add_config("hourly",
                       fmt::format(R"({{"schedule":"0 * * * *","destination":"disk","spread":"0s","keep":{}}})", keep));
    cluster.run_until(cluster.now() + Seconds(hours * 3600 + 100));
    ASSERT_EQ(cluster.view.backups.size(), static_cast<std::size_t>(hours));
  }
  void add_twin(const json::Value& backup, const char* config) {
    json::Value twin = backup;
    member_of(twin, "metadata")["name"] = std::string(name_of(backup)) + "-twin";
    member_of(twin, "spec")["destination"] = "other";
    set_or_erase(member_of(twin, "spec"), "config", config);
    cluster.view.backups.push_back(std::move(twin));
  }
  std::vector<std::string> removed() {
    std::vector<std::string> names;
    for (const json::Value* each : cluster.operations("Delete"))
      names.emplace_back(api::text_at(*each, {"spec", "backup"}));
    std::sort(names.begin(), names.end());
    return names;
  }

  SimulatedCluster cluster;
};

TEST_F(Twins, CountOnce) {
  back_up(3, 3);
  for (const json::Value& each : std::vector<json::Value>(cluster.view.backups))
    add_twin(each, "hourly");

  cluster.reconcile();

  EXPECT_EQ(removed(), std::vector<std::string>{});
  EXPECT_EQ(cluster.config("hourly")->at("status").at("goodBackups"), json::Value(3));
}

TEST_F(Twins, GoTogether) {
  back_up(3, 3);
  for (const json::Value& each : std::vector<json::Value>(cluster.view.backups))
    add_twin(each, "hourly");
  member_of(*cluster.config("hourly"), "spec")["keep"] = 2;

  cluster.reconcile();

  const std::string oldest(name_of(cluster.view.backups.front()));
  EXPECT_EQ(removed(), (std::vector<std::string>{oldest, oldest + "-twin"}));
}

TEST_F(Twins, OneThatStaysHoldsTheOther) {
  back_up(3, 3);
  add_twin(cluster.view.backups[0], "");
  add_twin(cluster.view.backups[1], "hourly");
  member_of(cluster.view.backups.back(), "spec")["pinned"] = true;
  member_of(*cluster.config("hourly"), "spec")["keep"] = 1;

  cluster.reconcile();

  EXPECT_EQ(removed(), std::vector<std::string>{});
  for (const std::size_t i : {0U, 1U})
    EXPECT_EQ(cluster.view.backups[i].at("status").at("keptBecause"),
              (json::Array{"its object is that of another entry"}));
}

}  // namespace
}  // namespace holdfast::control
