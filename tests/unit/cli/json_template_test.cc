#include "cli/json_template.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

namespace holdfast::cli {
namespace {

using ::testing::HasSubstr;

json::Value document() {
  const auto value = json::parse(
      R"({"kind":"List","n":3,"on":true,"nothing":null,"a.b":"dotted",
          "items":[{"name":"a","size":1,"tags":["x","y"],"state":{"phase":"Done"}},
                   {"name":"b","size":20,"state":{"phase":"Failed"}},
                   {"name":"c","size":3,"state":{"phase":"Done"},"extra":{"name":"deep"}}]})",
      1000);
  return value ? *value : json::Value();
}

std::string rendered(std::string_view text) {
  const auto parsed = JsonTemplate::parse(text);
  EXPECT_TRUE(parsed) << text << (parsed ? "" : ": " + parsed.error().to_string());
  return parsed ? parsed->render(document()) : "";
}

std::string refusal(std::string_view text) {
  const auto parsed = JsonTemplate::parse(text);
  EXPECT_FALSE(parsed) << text;
  return parsed ? "" : parsed.error().message;
}

TEST(JsonTemplate, finds_members_and_items) {
  EXPECT_EQ(rendered("{.kind}"), "List");
  EXPECT_EQ(rendered(".n"), "3");
  EXPECT_EQ(rendered("{$.items[0].name}"), "a");
  EXPECT_EQ(rendered("{.items[-1].name}"), "c");
  EXPECT_EQ(rendered("{.items[1:].name}"), "b c");
  EXPECT_EQ(rendered("{.items[:-1].name}"), "a b");
  EXPECT_EQ(rendered("{.items[*].name}"), "a b c");
  EXPECT_EQ(rendered("{['a.b']}"), "dotted");
  EXPECT_EQ(rendered("{.a\\.b}"), "dotted");
  EXPECT_EQ(rendered("{..phase}"), "Done Failed Done");
  EXPECT_EQ(rendered("{.items[2].*.name}"), "deep");
}

TEST(JsonTemplate, what_is_not_there_is_nothing) {
  EXPECT_EQ(rendered("{.missing.deeper}"), "");
  EXPECT_EQ(rendered("{.items[9].name}{.items[-9].name}{.kind[0]}"), "");
}

TEST(JsonTemplate, filters_items) {
  EXPECT_EQ(rendered("{.items[?(@.state.phase==\"Done\")].name}"), "a c");
  EXPECT_EQ(rendered("{.items[?(@.state.phase != 'Done')].name}"), "b");
  EXPECT_EQ(rendered("{.items[?(@.size>=3)].name}"), "b c");
  EXPECT_EQ(rendered("{.items[?(@.size<3)].name}"), "a");
  EXPECT_EQ(rendered("{.items[?(@.tags)].name}"), "a");
  EXPECT_EQ(rendered("{.items[?(@.name==\"]\")].name}"), "");
}

TEST(JsonTemplate, repeats_ranges_and_keeps_text) {
  EXPECT_EQ(rendered("{range .items[*]}{.name}={.size}{\"\\n\"}{end}"), "a=1\nb=20\nc=3\n");
  EXPECT_EQ(rendered("{range .items[0:1]}{range .tags[*]}<{@}>{end}{end} of {.kind}"), "<x><y> of List");
}

TEST(JsonTemplate, prints_what_is_no_text_as_json) {
  EXPECT_EQ(rendered("{.items[0].tags} {.on} {.nothing}"), R"(["x","y"] true null)");
}

TEST(JsonTemplate, says_what_it_does_not_understand) {
  EXPECT_THAT(refusal("{.a"), HasSubstr("brace"));
  EXPECT_THAT(refusal("{.a[0}"), HasSubstr("bracket"));
  EXPECT_THAT(refusal("{.a[x]}"), HasSubstr("[x]"));
  EXPECT_THAT(refusal("{.a[1:x]}"), HasSubstr("slice"));
  EXPECT_THAT(refusal("{range .a}"), HasSubstr("end"));
  EXPECT_THAT(refusal("{end}"), HasSubstr("range"));
  EXPECT_THAT(refusal("{.a[?(.b)]}"), HasSubstr("@"));
  EXPECT_THAT(refusal("{.a[?(@.b==c)]}"), HasSubstr("quotes"));
}

TEST(JsonTemplate, any_text_is_understood_or_refused) {
  EXPECT_TRUE(rc::check("parse and render", [](const std::vector<std::uint8_t>& picks) {
    static const std::vector<std::string> pieces{"{",      "}",     ".",    "items", "[", "]",   "*",  "0",
                                                 "-1",     ":",     "?(@.", "==",    ")", "'a'", "..", "name",
                                                 "range ", "{end}", "\"",   "\\",    "@", " "};
    std::string text;
    for (const std::uint8_t pick : picks)
      text += pieces[pick % pieces.size()];
    const auto parsed = JsonTemplate::parse(text);
    if (parsed) parsed->render(document());
    RC_ASSERT(parsed.has_value() || parsed.error().code == Code::usage);
  }));
}

}  // namespace
}  // namespace holdfast::cli
