// Objects without manifest whose keys fit clusters of two projects: "shop" and "shop-daily".
#include "task_test_world.h"

namespace holdfast::work {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kKey = "shop-daily-full-2026-11-01t01-00-00.db.gz";

class InventoryOwnerTest : public TaskTest {
 protected:
  void SetUp() override {
    TaskTest::SetUp();
    make_cluster("shop", "sellers");
    make_cluster("shop-daily", "newspaper");
    ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), old_place_.file(kKey), as_bytes("x")));
  }

  void make_cluster(const char* name, const char* project) {
    plane_.create("namespace", "",
                  fmt::format(R"({{"apiVersion":"v1","kind":"Namespace","metadata":{{"name":"cluster-{}"}}}})", name));
    plane_.create("cluster", "",
                  fmt::format(R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{{"name":"{}",
                      "labels":{{"project-id":"{}"}}}},"spec":{{"etcd":{{"endpoints":["127.0.0.1:1"]}}}}}})",
                              name, project));
  }
  void let_adopt(const char* cluster) {
    plane_.change("cluster", "", cluster, [](json::Value& object) {
      object.at("metadata").as_object()["annotations"] = json::Object{{"holdfast.dev/adopt-backups", "all"}};
    });
  }
  void list() {
    const auto outcome = run(operation("list", {{"type", "Inventory"}, {"seed", "europe"}, {"destination", "disk"}}));
    ASSERT_TRUE(outcome) << outcome.error().to_string();
  }
};

TEST_F(InventoryOwnerTest, ThoseThatFitClustersOfTwoProjectsAreNobodys) {
  list();

  EXPECT_THAT(plane_.list("backup", "cluster-shop"), IsEmpty());
  EXPECT_THAT(plane_.list("backup", "cluster-shop-daily"), IsEmpty());
}

TEST_F(InventoryOwnerTest, TheAnnotationGivesThemToTheShorterName) {
  let_adopt("shop");

  list();

  ASSERT_THAT(plane_.list("backup", "cluster-shop"), SizeIs(1));
  EXPECT_EQ(test::text_of(plane_.list("backup", "cluster-shop").front(), {"spec", "backupName"}),
            "daily-full-2026-11-01t01-00-00.db.gz");
}

TEST_F(InventoryOwnerTest, TheAnnotationGivesThemToTheLongerName) {
  let_adopt("shop-daily");

  list();

  EXPECT_THAT(plane_.list("backup", "cluster-shop-daily"), SizeIs(1));
  EXPECT_THAT(plane_.list("backup", "cluster-shop"), IsEmpty());
}

TEST_F(InventoryOwnerTest, TwoAnnotationsDecideNothing) {
  let_adopt("shop");
  let_adopt("shop-daily");

  list();

  EXPECT_THAT(plane_.list("backup", "cluster-shop"), IsEmpty());
  EXPECT_THAT(plane_.list("backup", "cluster-shop-daily"), IsEmpty());
}

}  // namespace
}  // namespace holdfast::work
