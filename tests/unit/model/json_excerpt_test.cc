#include "model/json_excerpt.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/bytes.h"
#include "model/json.h"

namespace holdfast::json {
namespace {

Excerpt sample() {
  Excerpt excerpt;
  excerpt.keep("whole");
  excerpt.keep("some", "a");
  excerpt.keep("some", "b");
  excerpt.keep_without("most", "a");
  return excerpt;
}

TEST(JsonExcerpt, HasTheMembersThatAreWanted) {
  const auto cut = sample().cut(
      R"({"x":[1,{"whole":2}],"whole":{"a":"}\""},"y":null,"some":{"c":"\\","a":[{"c":1}],"d":{},"b":-1.5e3},"most":{"a":{"z":1},"b":true}})");

  EXPECT_EQ(cut, R"({"whole":{"a":"}\""},"some":{"a":[{"c":1}],"b":-1.5e3},"most":{"b":true}})");
}

TEST(JsonExcerpt, LeavesWhatIsNoObjectInsideAsItIs) {
  EXPECT_EQ(sample().cut(R"({"some":[1,2],"most":"a"})"), R"({"some":[1,2],"most":"a"})");
}

TEST(JsonExcerpt, KeepsNamesThatHideBehindEscapes) {
  EXPECT_EQ(sample().cut(R"({"\u0077hole":1,"some":{"\u0061":2}})"), R"({"\u0077hole":1,"some":{"\u0061":2}})");
}

TEST(JsonExcerpt, MindsSpacesNowhere) {
  EXPECT_EQ(sample().cut("\n{ \"x\" : [ ] ,\t\"whole\" : 7 , \"some\": { \"c\" : 1 , \"a\" : 2 } }\r\n"),
            R"({"whole":7,"some":{"a":2}})");
}

TEST(JsonExcerpt, OfWhatIsNoObjectIsNothing) {
  for (const char* text : {"", "[1]", "7", "{", R"({"x")", R"({"x":)", R"({"x":"y)", R"({"x":"y\"})", R"({"x":[1})",
                           R"({"x":1 "y":2})", R"({"x":1}})", R"({1:2})"})
    EXPECT_EQ(sample().cut(text), std::nullopt) << text;
}

// What is written with an escape is not looked at closely.
bool is_escaped(std::string_view name) {
  return name.find('"') != std::string_view::npos;
}

Value wanted_of(const Object& object) {
  Object wanted;
  for (const auto& [name, value] : object) {
    if (name == "whole" || is_escaped(name)) wanted[name] = value;
    if (name != "some" && name != "most") continue;
    if (!value.is_object()) {
      wanted[name] = value;
      continue;
    }
    Object inner;
    for (const auto& [key, each] : value.get_object()) {
      const bool is_wanted = name == "some" ? key == "a" || key == "b" || is_escaped(key) : key != "a";
      if (is_wanted) inner[key] = each;
    }
    wanted[name] = inner;
  }
  return wanted;
}

rc::Gen<Value> any_value(int depth) {
  const auto text = rc::gen::container<std::string>(rc::gen::element('a', '"', '\\', '{', '}', '[', ']', ',', ':'));
  const auto plain = rc::gen::oneOf(rc::gen::map(text, [](const std::string& raw) { return Value(raw); }),
                                    rc::gen::element(Value(17), Value(true), Value(nullptr)));
  if (depth == 0) return plain;
  const auto name = rc::gen::element<std::string>("whole", "some", "most", "a", "b", "c", "{\\\"");
  const auto object = rc::gen::map(rc::gen::container<std::map<std::string, Value>>(name, any_value(depth - 1)),
                                   [](const auto& members) {
                                     Object result;
                                     for (const auto& [key, value] : members)
                                       result[key] = value;
                                     return Value(result);
                                   });
  const auto list = rc::gen::map(rc::gen::container<std::vector<Value>>(any_value(depth - 1)),
                                 [](const auto& all) { return Value(Array(all.begin(), all.end())); });
  return rc::gen::oneOf(plain, object, list);
}

RC_GTEST_PROP(JsonExcerpt, IsWhatReadingTheWholeWouldGive, ()) {
  const Value value = *rc::gen::resize(5, any_value(3)).as("value");
  if (!value.is_object()) {
    RC_ASSERT(!sample().cut(to_string(value)));
    return;
  }
  for (const std::string& text : {to_string(value), to_pretty_string(value)}) {
    const auto cut = sample().cut(text);
    RC_ASSERT(cut.has_value());
    RC_ASSERT(parse(*cut, kMiB).value() == wanted_of(value.get_object()));
  }
}

}  // namespace
}  // namespace holdfast::json
