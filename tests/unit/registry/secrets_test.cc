#include <filesystem>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "registry_support.h"

#include "api/fields.h"
#include "registry/registry.h"
#include "registry/secret_values.h"

namespace holdfast::registry {
namespace {

constexpr std::string_view kSwordfish = "c3dvcmRmaXNo";  // "swordfish"
const ObjectId kId{.name_space = "default", .name = "s"};

class SecretsTest : public ::testing::Test, public test::RegistryFixture {
 protected:
  SecretsTest() {
    make_namespace("default");
    made_ = create("secret", "default", R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s","annotations":
      {"kubectl.kubernetes.io/last-applied-configuration":"{\"data\":{\"a\":\"c3dvcmRmaXNo\"},\"stringData\":{\"b\":\"marlin12\"}}"}},
      "data":{"a":"c3dvcmRmaXNo"},"stringData":{"b":"marlin12"}})");
  }

  api::ApiResult<Written> put(const std::string& data) {
    return registry->update(kind("secret"), kId,
                            [&](const json::Value& before) -> api::ApiResult<json::Value> {
                              json::Value after = before;
                              after.as_object()["data"] = test::parse(data);
                              return after;
                            },
                            {});
  }

  std::string value(const std::string& name) {
    return std::string(registry->secret_values(kId).value().at(name).reveal());
  }

  json::Value made_;
};

TEST_F(SecretsTest, values_come_back_as_names_only) {
  for (const json::Value& seen : {made_, registry->get(kind("secret"), kId).value()}) {
    EXPECT_EQ(api::text_at(seen, {"data", "a"}), kHiddenValue);
    EXPECT_EQ(api::text_at(seen, {"data", "b"}), kHiddenValue);
    EXPECT_EQ(seen.as_object().if_contains("stringData"), nullptr);
    const std::string text = json::to_string(seen);
    EXPECT_EQ(text.find(kSwordfish), std::string::npos);
    EXPECT_EQ(text.find("marlin12"), std::string::npos);
  }
}

TEST_F(SecretsTest, those_who_work_with_them_get_the_values) {
  EXPECT_EQ(value("a"), "swordfish");
  EXPECT_EQ(value("b"), "marlin12");
}

TEST_F(SecretsTest, no_byte_of_a_value_lies_in_the_files_of_the_store) {
  ASSERT_TRUE(put(R"({"a":"c3dvcmRmaXNo","c":"YmFycmFjdWRh"})"));
  for (const auto& each : std::filesystem::recursive_directory_iterator(dir.path())) {
    if (!each.is_regular_file()) continue;
    std::ifstream file(each.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    for (const std::string_view word : {"swordfish", "marlin12", "barracuda", "c3dvcmRmaXNo", "YmFycmFjdWRh"})
      EXPECT_EQ(bytes.find(word), std::string::npos) << each.path() << " holds " << word;
  }
}

TEST_F(SecretsTest, writing_back_what_was_read_destroys_nothing) {
  const auto written = put(R"({"a":"KGhpZGRlbik=","b":"KGhpZGRlbik="})");
  ASSERT_TRUE(written);
  EXPECT_EQ(written->object, made_);
  EXPECT_EQ(value("a"), "swordfish");
}

// Otherwise whoever may write could try values until a write changes nothing.
TEST_F(SecretsTest, whether_a_value_is_the_same_is_not_told) {
  const auto same = put(R"({"a":"c3dvcmRmaXNo","b":"KGhpZGRlbik="})");
  const auto other = put(R"({"a":"cGVyY2g=","b":"KGhpZGRlbik="})");
  ASSERT_TRUE(same && other);
  EXPECT_GT(test::version_of(same->object), test::version_of(made_));
  EXPECT_GT(test::version_of(other->object), test::version_of(same->object));
}

TEST_F(SecretsTest, values_can_be_replaced_and_removed) {
  const auto written = put(R"({"a":"cGVyY2g="})");
  ASSERT_TRUE(written);
  EXPECT_NE(test::version_of(written->object), test::version_of(made_));
  EXPECT_EQ(value("a"), "perch");
  EXPECT_EQ(registry->secret_values(kId)->count("b"), 0U);
}

TEST_F(SecretsTest, a_hidden_value_that_stands_for_nothing_is_refused) {
  const auto written = put(R"({"new":"KGhpZGRlbik="})");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, 422);
  EXPECT_EQ(written.error().causes.at(0).field, "data[new]");
}

}  // namespace
}  // namespace holdfast::registry
