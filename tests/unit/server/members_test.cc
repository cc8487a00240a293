#include "server/members.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "unit/registry/registry_support.h"

#include "os/clock.h"
#include "os/random.h"
#include "support/dying_store.h"

namespace holdfast::server {
namespace {

class MembersTest : public testing::Test, public test::RegistryFixture {
 protected:
  MembersTest()
      : watched_store(*store, 1000000),
        own_registry({.store = watched_store,
                      .kinds = kinds,
                      .sealer = sealer,
                      .clock = os::real_clock(),
                      .random = os::real_random(),
                      .hooks = {}}),
        members(own_registry, os::real_clock()) {
    watched_store.before_list = [this](const store::ListRequest&) { ++lists; };
    for (const char* name : {"p1", "p2"})
      create("project", "",
             fmt::format(R"({{"apiVersion":"kubermatic.k8c.io/v1","kind":"Project","metadata":{{"name":"{}"}},
             "spec":{{"name":"x"}}}})",
                         name));
  }

  void add(const std::string& name, const std::string& spec) {
    create("member", "",
           fmt::format(R"({{"apiVersion":"holdfast.dev/v1","kind":"Member","metadata":{{"name":"{}"}},"spec":{{{}}}}})",
                       name, spec));
  }
  void remove(const std::string& name) {
    EXPECT_TRUE(registry->remove(kind("member"), {.name_space = "", .name = name}, {}));
  }
  Standing of(const std::string& name, std::vector<std::string> groups = {}) {
    User user;
    user.name = name;
    user.groups = std::move(groups);
    return members.of(user).value();
  }

  test::DyingStore watched_store;
  registry::Registry own_registry;
  Members members;
  int lists = 0;
};

TEST_F(MembersTest, TheHighestRoleCounts) {
  add("a", R"("user":"ann","role":"viewer","project":"p1")");
  add("b", R"("group":"ops","role":"owner","project":"p1")");
  add("c", R"("user":"ann","role":"editor","project":"p2")");

  EXPECT_EQ(of("ann").role_in("p1"), Role::viewer);
  EXPECT_EQ(of("ann", {"ops"}).role_in("p1"), Role::owner);
  EXPECT_EQ(of("ann").role_in("p2"), Role::editor);
  EXPECT_EQ(of("bob").role_in("p1"), Role::none);
  EXPECT_FALSE(of("ann").admin);
}

TEST_F(MembersTest, AnAnswerIsNeverOlderThanTheStore) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(of("ann").role_in("p1"), Role::none);
    add("a", R"("user":"ann","role":"viewer","project":"p1")");
    EXPECT_EQ(of("ann").role_in("p1"), Role::viewer);
    remove("a");
  }
  add("boss", R"("user":"boss","role":"admin")");
  EXPECT_TRUE(of("boss").admin);
}

TEST_F(MembersTest, TheyAreReadOnceAndNotWithEachRequest) {
  for (int i = 0; i < 50; ++i)
    add(fmt::format("m{}", i), fmt::format(R"("user":"u{}","role":"viewer","project":"p1")", i));
  of("u1");
  lists = 0;

  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(of(fmt::format("u{}", i)).role_in("p1"), Role::viewer);

  EXPECT_EQ(lists, 0);
}

TEST_F(MembersTest, WhenHistoryIsGoneTheyAreReadAnew) {
  EXPECT_EQ(of("ann").role_in("p1"), Role::none);
  add("a", R"("user":"ann","role":"viewer","project":"p1")");
  add("b", R"("user":"bob","role":"viewer","project":"p1")");
  ASSERT_TRUE(store->compact(store->revision().value()));
  lists = 0;

  EXPECT_EQ(of("ann").role_in("p1"), Role::viewer);
  EXPECT_GT(lists, 0);
}

TEST_F(MembersTest, AMemberThatChangesHandsCountsForTheNewOnesAlone) {
  add("a", R"("user":"ann","role":"viewer","project":"p1")");
  EXPECT_EQ(of("ann").role_in("p1"), Role::viewer);

  const auto change = [](const json::Value& before) -> api::ApiResult<json::Value> {
    json::Value after = before;
    after.as_object()["spec"].as_object()["user"] = "bob";
    return after;
  };
  ASSERT_TRUE(registry->update(kind("member"), {.name_space = "", .name = "a"}, change, {}));

  EXPECT_EQ(of("ann").role_in("p1"), Role::none);
  EXPECT_EQ(of("bob").role_in("p1"), Role::viewer);
}

}  // namespace
}  // namespace holdfast::server
