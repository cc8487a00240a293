#include "registry/recent_objects.h"

#include <gtest/gtest.h>

#include "unit/registry/registry_support.h"

#include "registry/watch_hub.h"

namespace holdfast::registry {
namespace {

store::Entry entry(const std::string& key, store::Revision modified, std::size_t bytes = 10) {
  return {.key = key, .value = std::string(bytes, 'x'), .created = 1, .modified = modified, .lease = 0};
}

TEST(RecentObjects, AreFoundAtTheirRevisionOnly) {
  RecentObjects recent;
  recent.keep(entry("a", 5), json::Value("five"));

  EXPECT_EQ(*recent.find(entry("a", 5)), json::Value("five"));
  EXPECT_FALSE(recent.find(entry("a", 6)));
  EXPECT_FALSE(recent.find(entry("b", 5)));
}

TEST(RecentObjects, TakeThePlaceOfThoseBefore) {
  RecentObjects recent;
  recent.keep(entry("a", 5), json::Value("five"));
  recent.keep(entry("a", 6), json::Value("six"));

  EXPECT_FALSE(recent.find(entry("a", 5)));
  EXPECT_EQ(*recent.find(entry("a", 6)), json::Value("six"));
  EXPECT_EQ(recent.size(), 1U);
}

TEST(RecentObjects, GoOldestFirstWhenThereIsNoRoom) {
  RecentObjects recent(30);
  for (const char* key : {"a", "b", "a", "c"})
    recent.keep(entry(key, 1), json::Value(key));

  EXPECT_FALSE(recent.find(entry("b", 1)));
  EXPECT_TRUE(recent.find(entry("a", 1)));
  EXPECT_TRUE(recent.find(entry("c", 1)));
  recent.keep(entry("large", 1, 100), json::Value("x"));
  EXPECT_EQ(recent.size(), 0U);
}

TEST(RecentObjects, AreGoneWhenTheyAreForgotten) {
  RecentObjects recent;
  recent.keep(entry("a", 5), json::Value("five"));
  recent.forget("a");
  recent.forget("a");

  EXPECT_FALSE(recent.find(entry("a", 5)));
}

// Events made with and without them are the same, over a life of one object.
TEST(RecentObjects, ChangeNothingOfWhatIsTold) {
  test::RegistryFixture fixture;
  const store::Revision begin = *fixture.store->revision();
  const std::string text =
      R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Project","metadata":{"name":"a"},"spec":{"name":"x"}})";
  const api::Kind& project = fixture.kind("project");
  for (int round = 0; round < 2; ++round) {
    fixture.create("project", "", text);
    for (const char* name : {"y", "z"}) {
      const auto change = [&](const json::Value& before) -> api::ApiResult<json::Value> {
        json::Value after = before;
        after.at("spec").as_object()["name"] = name;
        return after;
      };
      ASSERT_TRUE(fixture.registry->update(project, {.name_space = "", .name = "a"}, change, {.manager = "test"}));
    }
    ASSERT_TRUE(fixture.registry->remove(project, {.name_space = "", .name = "a"}, {}));
  }
  const auto events = fixture.store->events({.prefix = "o/", .after = begin, .limit = 100}, Duration::zero(), {});
  ASSERT_TRUE(events);
  ASSERT_EQ(events->events.size(), 8U);

  RecentObjects recent;
  for (const store::Event& each : events->events) {
    const auto plain = decode_event(fixture.kinds, each);
    const auto quick = decode_event(fixture.kinds, each, &recent);
    ASSERT_EQ(plain->before.has_value(), quick->before.has_value());
    ASSERT_EQ(plain->now.has_value(), quick->now.has_value());
    EXPECT_EQ(plain->before ? *plain->before : json::Value(), quick->before ? *quick->before : json::Value());
    EXPECT_EQ(plain->now ? *plain->now : json::Value(), quick->now ? *quick->now : json::Value());
  }
  EXPECT_EQ(recent.size(), 0U);
}

}  // namespace
}  // namespace holdfast::registry
