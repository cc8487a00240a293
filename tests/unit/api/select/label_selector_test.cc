#include "api/select/label_selector.h"

#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "base/bytes.h"

namespace holdfast::api {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using Labels = std::map<std::string, std::string>;

json::Value object_with(const Labels& labels) {
  json::Object map;
  for (const auto& [name, value] : labels) {
    map[name] = value;
  }
  return json::Object{{"metadata", json::Object{{"labels", map}}}};
}

bool selects(std::string_view text, const Labels& labels) {
  const auto selector = LabelSelector::parse(text);
  if (!selector) ADD_FAILURE() << selector.error().message;
  return selector && selector->matches(object_with(labels));
}

std::string error_of(std::string_view text) {
  const auto selector = LabelSelector::parse(text);
  if (selector) return "accepted";
  EXPECT_EQ(selector.error().code, 400);
  EXPECT_EQ(selector.error().reason, "BadRequest");
  return selector.error().message;
}

TEST(LabelSelector, SelectsEverythingWhenEmpty) {
  for (const char* text : {"", " ", "\t"}) {
    EXPECT_TRUE(LabelSelector::parse(text)->everything()) << text;
  }
  EXPECT_TRUE(LabelSelector().matches(json::Object()));
}

TEST(LabelSelector, ComparesValues) {
  EXPECT_TRUE(selects("a=b", {{"a", "b"}}));
  EXPECT_TRUE(selects("a==b", {{"a", "b"}}));
  EXPECT_FALSE(selects("a=b", {{"a", "c"}}));
  EXPECT_FALSE(selects("a=b", {}));
  EXPECT_TRUE(selects("a!=b", {{"a", "c"}}));
  EXPECT_FALSE(selects("a!=b", {{"a", "b"}}));
}

TEST(LabelSelector, LetsObjectsWithoutTheKeyPassNegations) {
  EXPECT_TRUE(selects("a!=b", {}));
  EXPECT_TRUE(selects("a notin (b)", {{"c", "b"}}));
}

TEST(LabelSelector, LooksIntoLists) {
  EXPECT_TRUE(selects("a in (x, y)", {{"a", "y"}}));
  EXPECT_FALSE(selects("a in (x,y)", {{"a", "z"}}));
  EXPECT_FALSE(selects("a in (x,y)", {}));
  EXPECT_TRUE(selects("a notin(x,y)", {{"a", "z"}}));
  EXPECT_FALSE(selects("a notin ( x , y )", {{"a", "x"}}));
  EXPECT_TRUE(selects("a in (,x)", {{"a", ""}}));
}

TEST(LabelSelector, AsksWhetherALabelIsThere) {
  EXPECT_TRUE(selects("a", {{"a", ""}}));
  EXPECT_FALSE(selects("a", {}));
  EXPECT_TRUE(selects("!a", {}));
  EXPECT_FALSE(selects("! a", {{"a", "x"}}));
}

TEST(LabelSelector, ComparesNumbers) {
  EXPECT_TRUE(selects("a>5", {{"a", "6"}}));
  EXPECT_FALSE(selects("a > 5", {{"a", "5"}}));
  EXPECT_TRUE(selects("a<5", {{"a", "-7"}}));
  EXPECT_FALSE(selects("a>5", {{"a", "six"}}));
  EXPECT_FALSE(selects("a<5", {}));
}

TEST(LabelSelector, TakesAnEmptyValue) {
  EXPECT_TRUE(selects("a=", {{"a", ""}}));
  EXPECT_TRUE(selects("a=,b", {{"a", ""}, {"b", "x"}}));
  EXPECT_FALSE(selects("a!=", {{"a", ""}}));
}

TEST(LabelSelector, WantsAllRequirementsToHold) {
  EXPECT_TRUE(selects("a=b,c in (d,e),!f", {{"a", "b"}, {"c", "e"}}));
  EXPECT_FALSE(selects("a=b,c in (d,e),!f", {{"a", "b"}, {"c", "e"}, {"f", ""}}));
}

TEST(LabelSelector, KnowsKeysAndValuesThatLookLikeOperators) {
  EXPECT_TRUE(selects("in in (in)", {{"in", "in"}}));
  EXPECT_TRUE(selects("notin", {{"notin", "x"}}));
  EXPECT_TRUE(selects("a=notin", {{"a", "notin"}}));
}

TEST(LabelSelector, TakesKeysWithAPrefix) {
  EXPECT_TRUE(selects("kubernetes.io/metadata.name=default", {{"kubernetes.io/metadata.name", "default"}}));
}

TEST(LabelSelector, RefusesWhatItCannotParse) {
  for (const char* bad :
       {",",         "a,",      "a,,b",       "=b",         "a=b c", "a b", "a in", "a in x", "a in (x",
        "a in (x,(", "a in ()", "a notin ()", "!",          "!a=b",  "a>",  "a>x",  "a<1.5",  "a>99999999999999999999",
        "a===b",     "a=b=c",   "a!b",        "a in (x) y", "(a)",   "a~b", "-a=b", "a=-b",   "/a=b",
        "a/=b",      "a=b/c",   "a=\xc3\xa4"}) {
    EXPECT_THAT(error_of(bad), StartsWith("unable to parse requirement: ")) << bad;
  }
}

TEST(LabelSelector, SaysWhatIsWrong) {
  EXPECT_THAT(error_of("a in (x"), HasSubstr("it ends where ',' or ')' is expected"));
  EXPECT_THAT(error_of("a b"), HasSubstr("found \"b\" where one of"));
  EXPECT_THAT(error_of("a=" + std::string(64, 'x')), HasSubstr("cannot be the value of a label"));
}

TEST(LabelSelector, RefusesOneThatIsTooLong) {
  EXPECT_THAT(error_of("a in (" + std::string(kMiB, ',') + ")"), HasSubstr("at most"));
}

// A requirement as a predicate that a reader of the grammar would write down.
struct Wanted {
  std::string text;
  std::function<bool(const Labels&)> holds;
};

Wanted arbitrary_requirement() {
  const std::string key = *rc::gen::element<std::string>("a", "b", "in");
  const std::string value = *rc::gen::element<std::string>("", "1", "2", "x");
  const std::string other = *rc::gen::element<std::string>("", "1", "2", "x");
  const auto has = [key](const Labels& labels) { return labels.contains(key); };
  const auto is = [key](const Labels& labels, const std::string& wanted) {
    return labels.contains(key) && labels.at(key) == wanted;
  };
  switch (*rc::gen::inRange(0, 8)) {
    case 0:
      return {key, has};
    case 1:
      return {"!" + key, [has](const Labels& labels) { return !has(labels); }};
    case 2:
      return {key + " = " + value, [=](const Labels& labels) { return is(labels, value); }};
    case 3:
      return {key + "!=" + value, [=](const Labels& labels) { return !is(labels, value); }};
    case 4:
      return {key + " in (" + value + "," + other + ")",
              [=](const Labels& labels) { return is(labels, value) || is(labels, other); }};
    case 5:
      return {key + " notin (" + value + "," + other + ")",
              [=](const Labels& labels) { return !is(labels, value) && !is(labels, other); }};
    case 6:
      return {key + ">1", [=](const Labels& labels) { return is(labels, "2"); }};
    default:
      return {key + "<2", [=](const Labels& labels) { return is(labels, "1"); }};
  }
}

RC_GTEST_PROP(LabelSelector, SelectsWhatBruteForceSelects, ()) {
  std::vector<Wanted> all;
  std::string text;
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    all.push_back(arbitrary_requirement());
    text += (text.empty() ? "" : ",") + all.back().text;
  }
  const auto selector = LabelSelector::parse(text);
  RC_ASSERT(selector.has_value());
  Labels labels;
  for (const char* name : {"a", "b", "in"}) {
    if (*rc::gen::arbitrary<bool>()) labels[name] = *rc::gen::element<std::string>("", "1", "2", "x");
  }
  const bool wanted = std::all_of(all.begin(), all.end(), [&](const Wanted& each) { return each.holds(labels); });
  RC_ASSERT(selector->matches(object_with(labels)) == wanted);
}

RC_GTEST_PROP(LabelSelector, PrintedAndReadIsTheSame, ()) {
  const auto selector = LabelSelector::parse(arbitrary_requirement().text + "," + arbitrary_requirement().text);
  RC_ASSERT(selector.has_value());
  const auto again = LabelSelector::parse(selector->to_string());
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == *selector);
}

}  // namespace
}  // namespace holdfast::api
