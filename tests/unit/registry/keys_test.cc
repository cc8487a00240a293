#include "registry/keys.h"

#include <gtest/gtest.h>

#include "api/kind.h"

namespace holdfast::registry {
namespace {

class Keys : public ::testing::Test {
 protected:
  const api::Kinds kinds_ = api::Kinds::load().value();
};

TEST_F(Keys, of_a_namespaced_kind_of_a_group) {
  const api::Kind& kind = *kinds_.find_word("etcdbackupconfigs");
  const std::string key = object_key(kind, {.name_space = "cluster-a", .name = "daily"});
  EXPECT_EQ(key, "o/kubermatic.k8c.io/etcdbackupconfigs/cluster-a/daily");
  const auto parts = parse_key(key);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->group, "kubermatic.k8c.io");
  EXPECT_EQ(parts->plural, "etcdbackupconfigs");
  EXPECT_EQ(parts->name_space, "cluster-a");
  EXPECT_EQ(parts->name, "daily");
}

TEST_F(Keys, of_a_cluster_scoped_kind_of_the_core_group) {
  const std::string key = object_key(*kinds_.find_word("namespaces"), {.name_space = "", .name = "default"});
  EXPECT_EQ(key, "o/core/namespaces/_/default");
  const auto parts = parse_key(key);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->group, "");
  EXPECT_EQ(parts->name_space, "");
}

TEST_F(Keys, of_one_namespace_are_no_prefix_of_another) {
  const api::Kind& kind = *kinds_.find_word("secrets");
  EXPECT_FALSE(object_key(kind, {.name_space = "a-b", .name = "x"}).starts_with(kind_prefix(kind, "a")));
}

TEST(ParseKey, refuses_what_is_no_object) {
  for (const char* key :
       {"", "o/", "o/core/secrets/ns", "o/core/secrets/ns/", "o/core/secrets/ns/a/b", "lease/x", "o//s/n/x"})
    EXPECT_FALSE(parse_key(key)) << key;
}

}  // namespace
}  // namespace holdfast::registry
