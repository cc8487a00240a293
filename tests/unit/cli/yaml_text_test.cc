#include "cli/yaml_text.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <yaml-cpp/yaml.h>

namespace holdfast::cli {
namespace {

TEST(YamlTextTest, writes_blocks) {
  const json::Value value{
      {"name", "nightly"},      {"hash", 4711}, {"ok", true}, {"none", nullptr}, {"list", {{{"a", 1}, {"b", 2}}, "x"}},
      {"empty", json::Object{}}};
  EXPECT_EQ(to_yaml(value),
            "name: nightly\nhash: 4711\nok: true\nnone: null\nlist:\n  - a: 1\n    b: 2\n  - x\nempty: {}\n");
}

TEST(YamlTextTest, text_that_looks_like_something_else_is_quoted) {
  for (const char* text : {"true", "No", "null", "1.5", "2026-01-31T08:30:00Z", "0x10", "", "- a", "a: b", "#x", "~"}) {
    EXPECT_EQ(to_yaml(json::Value(text)), "\"" + std::string(text) + "\"\n");
  }
}

TEST(YamlTextTest, any_text_comes_back_as_it_was) {
  EXPECT_TRUE(rc::check([](const std::vector<unsigned char>& bytes) {
    std::string text;
    for (const unsigned char byte : bytes)
      text += static_cast<char>(byte % 128);
    const std::string yaml = to_yaml(json::Value{{"value", text}, {"list", {text, {text}}}});
    const YAML::Node read = YAML::Load(yaml);
    RC_ASSERT(read["value"].Scalar() == text);
    RC_ASSERT(read["list"][0].Scalar() == text);
    RC_ASSERT(read["list"][1][0].Scalar() == text);
  }));
}

}  // namespace
}  // namespace holdfast::cli
