#include "api/patch/merge_patch.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "unit/api/patch/json_text.h"

namespace holdfast::api {
namespace {

using test::arbitrary_json;
using test::canonical;
using test::parsed;
using test::text_of;

struct Example {
  const char* original;
  const char* patch;
  const char* result;
};

// RFC 7386, appendix A.
const std::vector<Example> kExamples{
    {R"({"a":"b"})", R"({"a":"c"})", R"({"a":"c"})"},
    {R"({"a":"b"})", R"({"b":"c"})", R"({"a":"b","b":"c"})"},
    {R"({"a":"b"})", R"({"a":null})", R"({})"},
    {R"({"a":"b","b":"c"})", R"({"a":null})", R"({"b":"c"})"},
    {R"({"a":["b"]})", R"({"a":"c"})", R"({"a":"c"})"},
    {R"({"a":"c"})", R"({"a":["b"]})", R"({"a":["b"]})"},
    {R"({"a":{"b":"c"}})", R"({"a":{"b":"d","c":null}})", R"({"a":{"b":"d"}})"},
    {R"({"a":[{"b":"c"}]})", R"({"a":[1]})", R"({"a":[1]})"},
    {R"(["a","b"])", R"(["c","d"])", R"(["c","d"])"},
    {R"({"a":"b"})", R"(["c"])", R"(["c"])"},
    {R"({"a":"foo"})", R"(null)", R"(null)"},
    {R"({"a":"foo"})", R"("bar")", R"("bar")"},
    {R"({"e":null})", R"({"a":1})", R"({"e":null,"a":1})"},
    {R"([1,2])", R"({"a":"b","c":null})", R"({"a":"b"})"},
    {R"({})", R"({"a":{"bb":{"ccc":null}}})", R"({"a":{"bb":{}}})"},
};

TEST(MergePatch, GivesWhatTheExamplesOfTheRfcGive) {
  for (const Example& each : kExamples) {
    EXPECT_EQ(canonical(merge_values(parsed(each.original), parsed(each.patch))), test::canonical_text(each.result))
        << each.patch;
  }
}

TEST(MergePatch, KeepsTheOrderOfMembers) {
  EXPECT_EQ(json::to_string(merge_values(parsed(R"({"c":1,"b":2,"a":3})"), parsed(R"({"d":4,"b":5,"c":null})"))),
            R"({"b":5,"a":3,"d":4})");
}

TEST(MergePatch, RefusesAPatchThatIsNoObject) {
  for (const char* bad : {"[]", "null", "1", R"("x")"}) {
    EXPECT_EQ(text_of(apply_merge_patch(json::Object(), parsed(bad))), "400: a merge patch is an object") << bad;
  }
}

// What must be sent to make `to` of `from`; neither holds null.
json::Value difference(const json::Value& from, const json::Value& to) {
  if (!from.is_object() || !to.is_object()) return to;
  json::Object patch;
  for (const auto& member : from.get_object()) {
    if (!to.get_object().contains(member.key())) patch[member.key()] = nullptr;
  }
  for (const auto& member : to.get_object()) {
    const json::Value* old = from.get_object().if_contains(member.key());
    if (old == nullptr) {
      patch[member.key()] = member.value();
    } else if (!json::equal(*old, member.value())) {
      patch[member.key()] = difference(*old, member.value());
    }
  }
  return patch;
}

RC_GTEST_PROP(MergePatch, MadeFromADifferenceRestoresTheOther, ()) {
  const json::Value from = *arbitrary_json(4, false);
  const json::Value to = *arbitrary_json(4, false);
  RC_ASSERT(canonical(merge_values(from, difference(from, to))) == canonical(to));
}

RC_GTEST_PROP(MergePatch, AppliedTwiceIsAppliedOnce, ()) {
  const json::Value patch = *arbitrary_json(4, true);
  const json::Value once = merge_values(*arbitrary_json(4, true), patch);
  RC_ASSERT(canonical(merge_values(once, patch)) == canonical(once));
}

TEST(MergePatch, RemovesManyMembersInReasonableTime) {
  json::Object object;
  json::Object patch;
  for (int i = 0; i < 200'000; ++i) {
    object[std::to_string(i)] = i;
    patch[std::to_string(i)] = nullptr;
  }
  EXPECT_TRUE(merge_values(std::move(object), patch).get_object().empty());
}

}  // namespace
}  // namespace holdfast::api
