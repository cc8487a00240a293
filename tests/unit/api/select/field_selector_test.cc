#include "api/select/field_selector.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace holdfast::api {
namespace {

using testing::HasSubstr;

const std::vector<std::string> kOfEvents{
    "involvedObject.name", "involvedObject.kind", "reason", "source", "type", "count"};

json::Value event() {
  return json::Object{
      {"metadata", json::Object{{"name", "e1"}, {"namespace", "ns"}}},
      {"involvedObject", json::Object{{"kind", "Secret"}, {"name", "a,b=c\\d"}}},
      {"source", json::Object{{"component", "scheduler"}}},
      {"count", 3},
      {"reason", "Failed"},
  };
}

bool selects(std::string_view text) {
  const auto selector = FieldSelector::parse(text, kOfEvents);
  if (!selector) ADD_FAILURE() << selector.error().message;
  return selector && selector->matches(event());
}

std::string error_of(std::string_view text) {
  const auto selector = FieldSelector::parse(text, kOfEvents);
  if (selector) return "accepted";
  EXPECT_EQ(selector.error().code, 400);
  return selector.error().message;
}

TEST(FieldSelector, SelectsEverythingWhenEmpty) {
  EXPECT_TRUE(FieldSelector::parse("", {})->everything());
  EXPECT_TRUE(FieldSelector().matches(json::Object()));
}

TEST(FieldSelector, ComparesNameAndNamespaceOfEveryKind) {
  const auto selector = FieldSelector::parse("metadata.name=e1,metadata.namespace==ns", {});
  ASSERT_TRUE(selector);
  EXPECT_TRUE(selector->matches(event()));
  EXPECT_FALSE(FieldSelector::parse("metadata.name!=e1", {})->matches(event()));
}

TEST(FieldSelector, ComparesTheFieldsOfTheKind) {
  EXPECT_TRUE(selects("involvedObject.kind=Secret,reason!=Started"));
  EXPECT_FALSE(selects("involvedObject.kind=Secret,reason=Started"));
  EXPECT_TRUE(selects("count=3"));
}

TEST(FieldSelector, TakesAMissingFieldForEmpty) {
  EXPECT_TRUE(selects("type="));
  EXPECT_TRUE(selects("type!=Warning"));
  EXPECT_FALSE(selects("type=Warning"));
}

TEST(FieldSelector, LooksUpTheComponentAsSource) {
  EXPECT_TRUE(selects("source=scheduler"));
}

TEST(FieldSelector, UnescapesValues) {
  EXPECT_TRUE(selects(R"(involvedObject.name=a\,b\=c\\d,reason=Failed)"));
}

TEST(FieldSelector, RefusesFieldsThatCannotBeAskedFor) {
  EXPECT_EQ(error_of("spec.name=x"), "field label not supported: spec.name");
  EXPECT_EQ(error_of("metadata.name=x,metadata.labels=y"), "field label not supported: metadata.labels");
}

TEST(FieldSelector, RefusesWhatItCannotParse) {
  for (const char* bad : {"a", "metadata.name", "metadata.name!x", "metadata.name===x", "metadata.name=a=b",
                          "reason=\\", "reason=\\x", "metadata.name>5"}) {
    EXPECT_THAT(error_of(bad), HasSubstr("invalid field selector: ")) << bad;
  }
}

TEST(FieldSelector, TellsTheOneValueThatAFieldMustHave) {
  const auto selector = FieldSelector::parse("reason!=x,metadata.name=e1", kOfEvents);
  ASSERT_TRUE(selector);
  EXPECT_EQ(selector->required("metadata.name"), "e1");
  EXPECT_EQ(selector->required("reason"), std::nullopt);
}

RC_GTEST_PROP(FieldSelector, SelectsWhatBruteForceSelectsAfterAnyEscaping, ()) {
  const auto value = rc::gen::container<std::string>(rc::gen::elementOf(std::string("a,=\\")));
  json::Object object;
  std::string text;
  bool wanted = true;
  for (const std::string& field : {std::string("reason"), std::string("type")}) {
    const std::string own = *value;
    const std::string asked = *rc::gen::weightedOneOf<std::string>({{1, rc::gen::just(own)}, {1, value}});
    const bool equal = *rc::gen::arbitrary<bool>();
    object[field] = own;
    wanted = wanted && ((own == asked) == equal);
    text += (text.empty() ? "" : ",") + field + (equal ? "=" : "!=");
    for (const char c : asked) {
      text += (c == 'a' ? "" : "\\") + std::string(1, c);
    }
  }
  const auto selector = FieldSelector::parse(text, kOfEvents);
  RC_ASSERT(selector.has_value());
  RC_ASSERT(selector->matches(object) == wanted);
  RC_ASSERT(*FieldSelector::parse(selector->to_string(), kOfEvents) == *selector);
}

}  // namespace
}  // namespace holdfast::api
