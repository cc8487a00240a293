#include "api/patch/field_set.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "unit/api/patch/json_text.h"

namespace holdfast::api {
namespace {

using test::parsed;
using testing::ElementsAre;
using testing::HasSubstr;

FieldSet set_of(std::string_view text) {
  auto set = FieldSet::parse(parsed(text));
  if (!set) ADD_FAILURE() << set.error().to_string();
  return set ? *set : FieldSet();
}

std::vector<std::string> paths_of(const FieldSet& set) {
  std::vector<std::string> paths;
  set.for_each([&](const FieldPath& path) { paths.push_back(path_text(path)); });
  return paths;
}

TEST(FieldSet, ReadsWhatKubernetesWrites) {
  const FieldSet set = set_of(R"({"f:metadata":{"f:labels":{".":{},"f:app":{}},"f:finalizers":{"v:\"x/y\"":{}}},
    "f:spec":{"f:ports":{"k:{\"number\":80,\"protocol\":\"TCP\"}":{".":{},"f:name":{}}},"f:keep":{}}})");
  EXPECT_THAT(paths_of(set),
              ElementsAre(R"(.metadata.finalizers[="x/y"])", ".metadata.labels", ".metadata.labels.app", ".spec.keep",
                          R"(.spec.ports[number=80,protocol="TCP"])", R"(.spec.ports[number=80,protocol="TCP"].name)"));
  EXPECT_EQ(set.size(), 6U);
}

TEST(FieldSet, WritesCanonically) {
  EXPECT_EQ(
      json::to_string(set_of(R"({"f:b":{"f:z":{},".":{},"f:a":{}},"k:{ \"b\":1, \"a\":2.0 }":{},"f:a":{}})").to_json()),
      R"({"f:a":{},"f:b":{".":{},"f:a":{},"f:z":{}},"k:{\"a\":2,\"b\":1}":{}})");
}

TEST(FieldSet, TakesTwoWritingsOfOneElementTogether) {
  EXPECT_EQ(test::canonical(set_of(R"({"k:{\"a\":1}":{"f:x":{}},"k:{\"a\":1.0}":{"f:y":{}}})").to_json()),
            R"({"k:{\"a\":1}":{"f:x":{},"f:y":{}}})");
}

TEST(FieldSet, RefusesWhatIsNone) {
  for (const char* bad : {R"([])",
                          R"("x")",
                          R"({"f:a":1})",
                          R"({"a":{}})",
                          R"({"":{}})",
                          R"({"x:a":{}})",
                          R"({"i:x":{}})",
                          R"({"i:01":{}})",
                          R"({"i:-1":{}})",
                          R"({"v:":{}})",
                          R"({"v:0.5":{}})",
                          R"({"v:1e300":{}})",
                          R"({"k:{\"a\":1.5}":{}})",
                          R"({"v:{}":{}})",
                          R"({"v:x":{}})",
                          R"({"k:":{}})",
                          R"({"k:{}":{}})",
                          R"({"k:[]":{}})",
                          R"({"k:{\"a\":{}}":{}})",
                          R"({"k:{\"a\":1,\"a\":1}":{}})",
                          R"({"f:a":{"f:b":{"nonsense":{}}}})"}) {
    EXPECT_FALSE(FieldSet::parse(parsed(bad))) << bad;
  }
}

TEST(FieldSet, RefusesPathsThatAreTooLong) {
  FieldPath path(kMaxFieldPath, "f:a");
  FieldSet set;
  set.insert(path);
  EXPECT_TRUE(FieldSet::parse(set.to_json()));
  path.emplace_back("f:a");
  set.insert(path);
  const auto result = FieldSet::parse(set.to_json());
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("too many elements"));
}

TEST(FieldSet, KnowsWhatIsInItAndWhatIsOnlyOnTheWay) {
  const FieldSet set = set_of(R"({"f:spec":{"f:keep":{}}})");
  EXPECT_TRUE(set.has({"f:spec", "f:keep"}));
  EXPECT_FALSE(set.has({"f:spec"}));
  EXPECT_FALSE(set.has({"f:spec", "f:keep", "f:x"}));
  EXPECT_NE(set.child("f:spec"), nullptr);
  EXPECT_EQ(set.child("f:status"), nullptr);
}

// The laws, against std::set of paths.
using Model = std::set<FieldPath>;

rc::Gen<Model> arbitrary_model() {
  const auto element = rc::gen::element<std::string>("f:a", "f:b", "v:1", R"(k:{"n":"x"})", "i:0");
  const auto path = rc::gen::mapcat(rc::gen::inRange<std::size_t>(1, 5), [element](std::size_t size) {
    return rc::gen::container<FieldPath>(size, element);
  });
  return rc::gen::container<Model>(path);
}

FieldSet built(const Model& model) {
  FieldSet set;
  for (const FieldPath& path : model) {
    set.insert(path);
  }
  return set;
}

Model contents(const FieldSet& set) {
  Model model;
  set.for_each([&](const FieldPath& path) { model.insert(path); });
  return model;
}

RC_GTEST_PROP(FieldSetLaws, UnionIntersectionAndDifferenceAreThoseOfSets, ()) {
  const Model a = *arbitrary_model();
  const Model b = *arbitrary_model();
  Model all = a;
  all.insert(b.begin(), b.end());
  Model common;
  Model left;
  for (const FieldPath& path : a) {
    (b.contains(path) ? common : left).insert(path);
  }
  RC_ASSERT(contents(unite(built(a), built(b))) == all);
  RC_ASSERT(contents(intersect(built(a), built(b))) == common);
  RC_ASSERT(contents(subtract(built(a), built(b))) == left);
}

RC_GTEST_PROP(FieldSetLaws, AUnionOfManyIsThatOfOneAfterTheOther, ()) {
  std::vector<FieldSet> sets;
  FieldSet all;
  for (std::size_t i = *rc::gen::inRange<std::size_t>(0, 8); i > 0; --i) {
    sets.push_back(built(*arbitrary_model()));
    all = unite(all, sets.back());
  }
  RC_ASSERT(unite_all(sets) == all);
}

RC_GTEST_PROP(FieldSetLaws, EqualContentsAreEqualNodes, ()) {
  const FieldSet a = built(*arbitrary_model());
  const FieldSet b = built(*arbitrary_model());
  RC_ASSERT(unite(a, b) == unite(b, a));
  RC_ASSERT(unite(a, a) == a);
  RC_ASSERT(intersect(a, a) == a);
  RC_ASSERT(subtract(a, a).empty());
  RC_ASSERT(unite(subtract(a, b), intersect(a, b)) == a);
  RC_ASSERT(subtract(unite(a, b), b) == subtract(a, b));
}

RC_GTEST_PROP(FieldSetLaws, WrittenAndReadIsTheSame, ()) {
  const Model model = *arbitrary_model();
  const FieldSet set = built(model);
  const auto read = FieldSet::parse(set.to_json());
  RC_ASSERT(read.has_value());
  RC_ASSERT(*read == set);
  RC_ASSERT(contents(*read) == model);
  RC_ASSERT(set.size() == model.size());
}

}  // namespace
}  // namespace holdfast::api
