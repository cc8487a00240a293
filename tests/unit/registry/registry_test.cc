#include "registry/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "registry_support.h"

#include "api/fields.h"

namespace holdfast::registry {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::string_view kConfigMap =
    R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"k":"v"}})";

class RegistryTest : public ::testing::Test, public test::RegistryFixture {
 protected:
  RegistryTest() { make_namespace("default"); }

  const api::Kind& maps() { return kind("configmap"); }

  std::vector<std::string> names(const ListQuery& query, ListEnd* end = nullptr) {
    std::vector<std::string> found;
    auto listed = registry->list(maps(), query, [&](json::Value object) { found.push_back(id_of(object).name); });
    EXPECT_TRUE(listed);
    if (listed && end != nullptr) *end = *listed;
    return found;
  }

  void make_maps(int count) {
    for (int i = 0; i < count; ++i) {
      create("configmap", "default",
             fmt::format(
                 R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"m{:02}","labels":{{"odd":"{}"}}}}}})",
                 i, i % 2));
    }
  }
};

TEST_F(RegistryTest, creates_with_the_metadata_of_the_server) {
  const json::Value made = create("project", "", R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Project",
    "metadata":{"name":"p","uid":"mine","generation":7,"creationTimestamp":"2001-01-01T00:00:00Z"},
    "spec":{"name":"Payments"}})");
  EXPECT_EQ(api::text_at(made, {"metadata", "uid"}).size(), 36U);
  EXPECT_NE(api::text_at(made, {"metadata", "creationTimestamp"}), "2001-01-01T00:00:00Z");
  EXPECT_EQ(api::field_at(made, {"metadata", "generation"})->as_int64(), 1);
  EXPECT_GT(test::version_of(made), 0);
  EXPECT_EQ(registry->get(kind("project"), {.name_space = "", .name = "p"}).value(), made);
}

TEST_F(RegistryTest, refuses_a_name_that_is_taken) {
  create("configmap", "default", kConfigMap);
  const auto again = try_create("configmap", "default", kConfigMap);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().reason, "AlreadyExists");
}

TEST_F(RegistryTest, refuses_a_namespace_that_does_not_exist) {
  const auto made = try_create("configmap", "nowhere", kConfigMap);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message, "namespaces \"nowhere\" not found");
}

TEST_F(RegistryTest, generates_names) {
  const std::string text = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"generateName":"job-"}})";
  const std::string first = id_of(create("configmap", "default", text)).name;
  EXPECT_EQ(first.size(), 9U);
  EXPECT_NE(first, id_of(create("configmap", "default", text)).name);
}

TEST_F(RegistryTest, changes_and_counts_generations_only_for_wishes) {
  create("project", "",
         R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Project","metadata":{"name":"p"},"spec":{"name":"a"}})");
  const auto label = [](const json::Value& before) -> api::ApiResult<json::Value> {
    json::Value after = before;
    after.at("metadata").as_object()["labels"] = json::Object{{"x", "y"}};
    return after;
  };
  const ObjectId id{.name_space = "", .name = "p"};
  const auto labelled = registry->update(kind("project"), id, label, {});
  ASSERT_TRUE(labelled);
  EXPECT_EQ(api::field_at(labelled->object, {"metadata", "generation"})->as_int64(), 1);
  const auto wish = [](const json::Value& before) -> api::ApiResult<json::Value> {
    json::Value after = before;
    after.at("spec").as_object()["name"] = "b";
    return after;
  };
  EXPECT_EQ(
      api::field_at(registry->update(kind("project"), id, wish, {})->object, {"metadata", "generation"})->as_int64(),
      2);
}

TEST_F(RegistryTest, a_write_that_changes_nothing_is_none) {
  const json::Value made = create("configmap", "default", kConfigMap);
  const auto written =
      registry->update(maps(), {.name_space = "default", .name = "a"},
                       [](const json::Value& before) -> api::ApiResult<json::Value> { return before; }, {});
  ASSERT_TRUE(written);
  EXPECT_EQ(written->object, made);
  EXPECT_EQ(store->revision().value(), test::version_of(made));
}

TEST_F(RegistryTest, refuses_a_stale_version) {
  const json::Value old = create("configmap", "default", kConfigMap);
  const auto change = [](const std::string& value, const json::Value& base) {
    return [=](const json::Value&) -> api::ApiResult<json::Value> {
      json::Value after = base;
      after.at("data").as_object()["k"] = value;
      return after;
    };
  };
  const ObjectId id{.name_space = "default", .name = "a"};
  ASSERT_TRUE(registry->update(maps(), id, change("1", old), {}));
  const auto stale = registry->update(maps(), id, change("2", old), {});
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, 409);
  EXPECT_EQ(
      stale.error().message,
      "Operation cannot be fulfilled on configmaps \"a\": the object has been modified; please apply your changes to "
      "the latest version and try again");
}

TEST_F(RegistryTest, writes_of_status_change_nothing_else) {
  create("project", "",
         R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Project","metadata":{"name":"p"},"spec":{"name":"a"}})");
  const auto both = [](const json::Value& before) -> api::ApiResult<json::Value> {
    json::Value after = before;
    after.at("spec").as_object()["name"] = "b";
    after.as_object()["status"] = json::Object{{"phase", "Active"}};
    return after;
  };
  const ObjectId id{.name_space = "", .name = "p"};
  WriteOptions options;
  options.subresource = "status";
  const json::Value after = registry->update(kind("project"), id, both, options)->object;
  EXPECT_EQ(api::text_at(after, {"spec", "name"}), "a");
  EXPECT_EQ(api::text_at(after, {"status", "phase"}), "Active");
  const json::Value main = registry
                               ->update(kind("project"), id,
                                        [](const json::Value& before) -> api::ApiResult<json::Value> {
                                          json::Value wiped = before;
                                          wiped.as_object().erase("status");
                                          return wiped;
                                        },
                                        {})
                               ->object;
  EXPECT_EQ(api::text_at(main, {"status", "phase"}), "Active");
}

TEST_F(RegistryTest, deletes_after_the_last_finalizer) {
  create("configmap", "default",
         R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","finalizers":["example.com/wait"]}})");
  const ObjectId id{.name_space = "default", .name = "a"};
  const auto deleted = registry->remove(maps(), id, {});
  ASSERT_TRUE(deleted);
  EXPECT_FALSE(deleted->removed);
  EXPECT_TRUE(is_being_deleted(deleted->object));
  EXPECT_EQ(registry->remove(maps(), id, {})->object, deleted->object);
  const auto freed = registry->update(maps(), id,
                                      [](const json::Value& before) -> api::ApiResult<json::Value> {
                                        json::Value after = before;
                                        after.at("metadata").as_object().erase("finalizers");
                                        return after;
                                      },
                                      {});
  ASSERT_TRUE(freed);
  EXPECT_TRUE(freed->removed);
  EXPECT_EQ(registry->get(maps(), id).error().code, 404);
}

TEST_F(RegistryTest, deletes_only_the_object_that_is_meant) {
  const json::Value made = create("configmap", "default", kConfigMap);
  const ObjectId id{.name_space = "default", .name = "a"};
  EXPECT_EQ(registry->remove(maps(), id, {.uid = "another"}).error().code, 409);
  EXPECT_EQ(registry->remove(maps(), id, {.resource_version = "1"}).error().code, 409);
  EXPECT_TRUE(registry->remove(maps(), id, {.uid = std::string(api::text_at(made, {"metadata", "uid"}))})->removed);
}

TEST_F(RegistryTest, dry_runs_store_nothing) {
  WriteOptions options;
  options.dry_run = true;
  const auto made = registry->create(maps(), "default", test::parse(kConfigMap), options);
  ASSERT_TRUE(made);
  EXPECT_THAT(names({}), IsEmpty());
  create("configmap", "default", kConfigMap);
  EXPECT_EQ(registry->create(maps(), "default", test::parse(kConfigMap), options).error().reason, "AlreadyExists");
  EXPECT_TRUE(registry->remove(maps(), {.name_space = "default", .name = "a"}, {.dry_run = true})->removed);
  EXPECT_THAT(names({}), ElementsAre("a"));
}

TEST_F(RegistryTest, lists_in_pages_of_one_moment) {
  make_maps(7);
  ListQuery query;
  query.limit = 3;
  ListEnd end;
  EXPECT_THAT(names(query, &end), ElementsAre("m00", "m01", "m02"));
  EXPECT_EQ(end.remaining, 4U);
  create("configmap", "default", R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m03b"}})");
  query.after = end.next;
  query.revision = end.revision;
  EXPECT_THAT(names(query, &end), ElementsAre("m03", "m04", "m05"));
  query.after = end.next;
  EXPECT_THAT(names(query, &end), ElementsAre("m06"));
  EXPECT_EQ(end.next, "");
}

TEST_F(RegistryTest, lists_what_a_selector_selects_in_full_pages) {
  make_maps(9);
  ListQuery query;
  query.selectors.labels = api::LabelSelector::parse("odd=1").value();
  query.limit = 3;
  ListEnd end;
  EXPECT_THAT(names(query, &end), ElementsAre("m01", "m03", "m05"));
  query.after = end.next;
  EXPECT_THAT(names(query, &end), ElementsAre("m07"));
  EXPECT_EQ(end.next, "");
}

TEST_F(RegistryTest, a_list_at_a_number_not_reached_says_so) {
  ListQuery query;
  query.revision = store->revision().value() + 100;
  const auto listed = registry->list(maps(), query, [](json::Value) {});
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().code, 504);
}

TEST_F(RegistryTest, a_change_is_tried_again_when_somebody_was_faster) {
  create("configmap", "default", kConfigMap);
  const ObjectId id{.name_space = "default", .name = "a"};
  int tries = 0;
  const auto written =
      registry->update(maps(), id,
                       [&](const json::Value& before) -> api::ApiResult<json::Value> {
                         json::Value after = before;
                         if (++tries == 1) {
                           const auto other = [](const json::Value& at) -> api::ApiResult<json::Value> {
                             json::Value changed = at;
                             changed.at("data").as_object()["other"] = "1";
                             return changed;
                           };
                           EXPECT_TRUE(registry->update(maps(), id, other, {}));
                         }
                         after.at("metadata").as_object().erase("resourceVersion");
                         after.at("data").as_object()["mine"] = "1";
                         return after;
                       },
                       {});
  ASSERT_TRUE(written);
  EXPECT_EQ(tries, 2);
  EXPECT_EQ(api::text_at(written->object, {"data", "other"}), "1");
}

}  // namespace
}  // namespace holdfast::registry
