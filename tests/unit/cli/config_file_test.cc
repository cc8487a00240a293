#include "cli/config_file.h"

#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "sample_tree.h"

namespace holdfast::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Error parse_error(std::string_view text) {
  const auto config = parse_config(text, "c.yaml");
  EXPECT_FALSE(config);
  return config ? Error{} : config.error();
}

Error check_error(std::string_view text) {
  const Sample sample;
  const auto config = parse_config(text, "c.yaml");
  EXPECT_TRUE(config);
  const Status checked = check_config(*config, sample.root);
  EXPECT_FALSE(checked);
  return checked ? Error{} : checked.error();
}

TEST(ConfigFileTest, reads_scalars_and_lists_with_their_lines) {
  const auto config = parse_config("# comment\ncolor: green\ntag: [a, 'b c']\nrate: 10MB\n", "c.yaml");
  ASSERT_TRUE(config);
  EXPECT_THAT(config->entries.at("color").values, ElementsAre("green"));
  EXPECT_THAT(config->entries.at("tag").values, ElementsAre("a", "b c"));
  EXPECT_EQ(config->entries.at("rate").line, 4);
}

TEST(ConfigFileTest, an_empty_file_sets_nothing) {
  for (const std::string_view text : {"", "\n\n", "# only a comment\n", "---\n"}) {
    const auto config = parse_config(text, "c.yaml");
    ASSERT_TRUE(config);
    EXPECT_THAT(config->entries, IsEmpty());
  }
}

TEST(ConfigFileTest, what_is_not_yaml_names_the_line) {
  EXPECT_THAT(parse_error("color: green\ntag: [a, b\n").message, HasSubstr("c.yaml:"));
  EXPECT_THAT(parse_error("color: green\n\tx: y\n").message, HasSubstr("c.yaml:2"));
}

TEST(ConfigFileTest, a_mapping_inside_is_refused) {
  EXPECT_EQ(parse_error("color:\n  name: green\n").message,
            "c.yaml:1: the value must be text, a number or a list of these");
}

TEST(ConfigFileTest, a_document_that_is_no_mapping_is_refused) {
  EXPECT_THAT(parse_error("- a\n- b\n").message, HasSubstr("c.yaml:1: not a mapping"));
}

TEST(ConfigFileTest, a_name_set_twice_is_refused) {
  EXPECT_EQ(parse_error("color: red\ncolor: green\n").message,
            "c.yaml:2: a name is set a second time; it was set in line 1");
}

TEST(ConfigFileTest, a_second_document_is_refused) {
  EXPECT_THAT(parse_error("color: red\n---\ncolor: green\n").message, HasSubstr("c.yaml:2: a second YAML document"));
}

TEST(ConfigFileTest, a_large_file_is_refused) {
  EXPECT_THAT(parse_error(std::string(kMaxConfigSize + 1, '#')).message, HasSubstr("larger than"));
}

TEST(ConfigFileTest, deep_nesting_is_refused) {
  EXPECT_EQ(parse_error("color: " + std::string(100'000, '[')).code, Code::usage);
}

TEST(ConfigFileTest, an_unknown_name_names_the_line_and_the_nearest) {
  const Error error = check_error("color: red\ncolr: green\n");
  EXPECT_EQ(error.message, "c.yaml:2: the name in this line is not a setting");
  EXPECT_EQ(error.hint, "did you mean \"color\"?");
}

TEST(ConfigFileTest, no_error_repeats_what_stands_in_the_file) {
  const Sample sample;
  for (const std::string_view text :
       {"hunter2:$6$x:19000:0:99999:7:::\nhunter2b:*:19000:0:99999:7:::\n", "hunter2: x\nhunter2: y\n",
        "hunter2: {a: b}\n", "hunter2: [[a]]\n", "x: *hunter2\n", "x: \"\\hunter2\"\n", "hunter2\n", "hunter2: x\n",
        "- hunter2\n", "!hunter2 x: [\n", "%hunter2 x\n---\na\n"}) {
    const auto config = parse_config(text, "c.yaml");
    const Status checked = config ? check_config(*config, sample.root) : Status(tl::unexpected(config.error()));
    ASSERT_FALSE(checked) << text;
    EXPECT_THAT(checked.error().message, HasSubstr("c.yaml:"));
    EXPECT_THAT(checked.error().to_string() + checked.error().hint, Not(HasSubstr("hunter2"))) << text;
  }
}

TEST(ConfigFileTest, what_belongs_to_one_run_is_refused) {
  EXPECT_THAT(check_error("force: true\n").message, HasSubstr("belongs to one run"));
}

TEST(ConfigFileTest, a_secret_is_refused_and_not_shown) {
  for (const std::string_view text : {"password: hunter2\n", "user: root:hunter2\n"}) {
    const Error error = check_error(text);
    EXPECT_THAT(error.message, HasSubstr("holds a secret"));
    EXPECT_THAT(error.to_string() + error.hint, Not(HasSubstr("hunter2")));
  }
}

TEST(ConfigFileTest, a_list_for_a_single_value_is_refused) {
  EXPECT_THAT(check_error("color: [red, green]\n").message, HasSubstr("takes one value"));
}

TEST(ConfigFileTest, whatever_is_in_the_file_the_answer_is_a_config_or_a_usage_error) {
  EXPECT_TRUE(rc::check([](const std::vector<int>& picks) {
    constexpr std::string_view kPieces[] = {"color", ": ", "\n", "- ",  "[",  "]",  "{",  "}", "&a ",   "*a",
                                            "!!x ",  "\"", "'",  "|\n", "? ", "\t", "  ", "#", "---\n", "\xff"};
    std::string text;
    for (const int pick : picks)
      text += kPieces[static_cast<unsigned>(pick) % std::size(kPieces)];
    const auto config = parse_config(text, "c.yaml");
    RC_ASSERT(config || config.error().code == Code::usage);
  }));
}

}  // namespace
}  // namespace holdfast::cli
