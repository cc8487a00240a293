#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/bytes.h"
#include "model/json.h"

namespace holdfast::json {
namespace {

// Any value of strings, whole numbers, lists and objects, at most `depth` deep.
rc::Gen<Value> any_value(int depth) {
  const auto text = rc::gen::map(rc::gen::string<std::string>(), [](std::string raw) {
    for (char& c : raw)
      c = static_cast<char>(static_cast<unsigned char>(c) & 0x7FU);  // valid UTF-8, control characters too
    return raw;
  });
  const auto plain = rc::gen::oneOf(
      rc::gen::map(text, [](const std::string& raw) { return Value(raw); }),
      rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t number) { return Value(number); }),
      rc::gen::element(Value(true), Value(false), Value(nullptr)));
  if (depth == 0) return plain;
  const auto inner = any_value(depth - 1);
  const auto list = rc::gen::map(rc::gen::container<std::vector<Value>>(inner), [](const std::vector<Value>& elements) {
    return Value(Array(elements.begin(), elements.end()));
  });
  const auto object =
      rc::gen::map(rc::gen::container<std::map<std::string, Value>>(text, inner), [](const auto& members) {
        Object result;
        for (const auto& [name, value] : members)
          result[name] = value;
        return Value(result);
      });
  return rc::gen::oneOf(plain, list, object);
}

RC_GTEST_PROP(JsonWrite, IsReadBackAsItWas, ()) {
  // A small size, or the nested lists grow with its power.
  const Value value = *rc::gen::resize(6, any_value(3)).as("value");
  RC_ASSERT(parse(to_string(value), kMiB).value() == value);
  RC_ASSERT(parse(to_pretty_string(value), kMiB).value() == value);
}

TEST(JsonWrite, KeepsTheOrderOfMembers) {
  Object object;
  object["z"] = 1;
  object["a"] = 2;
  EXPECT_EQ(to_string(object), R"({"z":1,"a":2})");
}

TEST(JsonWrite, WritesNumbersWithAFractionAsPeopleDo) {
  const Value value(Array{0.134, 1.5, -2.25, 5.0, 1e20, 0.00001, 1234567.5, "a \"1.5E0\" b\\", 7});
  EXPECT_EQ(to_string(value), R"([0.134,1.5,-2.25,5.0,1e+20,1e-05,1234567.5,"a \"1.5E0\" b\\",7])");
  EXPECT_EQ(to_pretty_string(Value(0.134)), "0.134\n");
  EXPECT_EQ(parse(to_string(value), kMiB).value(), value);
}

TEST(JsonWrite, IndentsForPeople) {
  const Value value = parse(R"({"a":[1,{"b":"c"}],"empty":{},"none":[]})", kMiB).value();
  EXPECT_EQ(to_pretty_string(value), R"({
  "a": [
    1,
    {
      "b": "c"
    }
  ],
  "empty": {},
  "none": []
}
)");
}

}  // namespace
}  // namespace holdfast::json
