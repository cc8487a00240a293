#include "cli/command_line.h"

#include <gmock/gmock.h>

#include "sample_tree.h"

namespace holdfast::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class CommandLineTest : public ::testing::Test {
 protected:
  Result<CommandLine> parse(const std::vector<std::string>& words) { return parse_command_line(sample_.root, words); }
  CommandLine parsed(const std::vector<std::string>& words) {
    auto line = parse(words);
    EXPECT_TRUE(line) << line.error().to_string();
    return line ? std::move(*line) : CommandLine{};
  }
  Error error(const std::vector<std::string>& words) {
    const auto line = parse(words);
    EXPECT_FALSE(line);
    return line ? Error{} : line.error();
  }

  Sample sample_;
};

TEST_F(CommandLineTest, finds_the_command_its_arguments_and_values) {
  const CommandLine line = parsed({"paint", "wall", "north", "--color", "green", "south"});
  EXPECT_EQ(line.command->name, "wall");
  EXPECT_THAT(line.words, ElementsAre("paint", "wall"));
  EXPECT_THAT(line.arguments, ElementsAre("north", "south"));
  EXPECT_THAT(line.values.at("color"), ElementsAre("green"));
}

TEST_F(CommandLineTest, options_may_stand_before_the_command) {
  const CommandLine line = parsed({"--color=blue", "-o", "json", "paint", "--tag", "wall", "wall", "north"});
  EXPECT_EQ(line.command->name, "wall");
  EXPECT_THAT(line.values.at("color"), ElementsAre("blue"));
  EXPECT_THAT(line.values.at("output"), ElementsAre("json"));
  EXPECT_THAT(line.values.at("tag"), ElementsAre("wall"));
  EXPECT_THAT(line.arguments, ElementsAre("north"));
}

TEST_F(CommandLineTest, aliases_and_letters_mean_the_option) {
  EXPECT_THAT(parsed({"paint", "floor", "--colour", "blue"}).values.at("color"), ElementsAre("blue"));
  EXPECT_THAT(parsed({"paint", "floor", "-c", "blue"}).values.at("color"), ElementsAre("blue"));
  EXPECT_THAT(parsed({"paint", "floor", "-wjson"}).values.at("output"), ElementsAre("json"));
}

TEST_F(CommandLineTest, a_repeatable_option_keeps_every_value_another_one_the_last) {
  const CommandLine line = parsed({"paint", "floor", "--tag", "a", "--color", "red", "--tag=b,c", "--color", "blue"});
  EXPECT_THAT(line.values.at("tag"), ElementsAre("a", "b,c"));
  EXPECT_THAT(line.values.at("color"), ElementsAre("blue"));
}

TEST_F(CommandLineTest, a_repeatable_option_takes_one_word_only) {
  const CommandLine line = parsed({"paint", "wall", "--tag", "a", "north"});
  EXPECT_THAT(line.values.at("tag"), ElementsAre("a"));
  EXPECT_THAT(line.arguments, ElementsAre("north"));
}

TEST_F(CommandLineTest, values_are_taken_as_they_are) {
  const CommandLine line = parsed({"paint", "floor", "--tag", "[x,y]", "--tag=-5", "--tag", "", "--user="});
  EXPECT_THAT(line.values.at("tag"), ElementsAre("[x,y]", "-5", ""));
  EXPECT_THAT(line.values.at("user"), ElementsAre(""));
}

TEST_F(CommandLineTest, a_switch_can_be_turned_off) {
  EXPECT_THAT(parsed({"paint", "floor", "--force"}).values.at("force"), ElementsAre("true"));
  EXPECT_THAT(parsed({"paint", "floor", "--force=false"}).values.at("force"), ElementsAre("false"));
}

TEST_F(CommandLineTest, everything_behind_two_dashes_is_an_argument) {
  EXPECT_THAT(parsed({"paint", "wall", "--", "--color", "-x"}).arguments, ElementsAre("--color", "-x"));
}

TEST_F(CommandLineTest, help_needs_no_arguments) {
  EXPECT_TRUE(parsed({"paint", "wall", "--help"}).help);
  EXPECT_TRUE(parsed({"paint", "-h"}).help);
}

TEST_F(CommandLineTest, an_unknown_command_suggests_the_nearest) {
  const Error unknown = error({"paint", "wal", "north"});
  EXPECT_EQ(unknown.code, Code::usage);
  EXPECT_EQ(unknown.message, "\"wal\" is not a command of holdfast paint");
  EXPECT_EQ(unknown.hint, "did you mean \"holdfast paint wall\"?");
}

TEST_F(CommandLineTest, an_unknown_command_far_from_all_lists_them) {
  EXPECT_EQ(error({"paint", "horse"}).hint, "choose one of: wall, floor");
}

TEST_F(CommandLineTest, an_unknown_flag_suggests_the_nearest) {
  const Error unknown = error({"paint", "floor", "--colr", "red"});
  EXPECT_EQ(unknown.message, "holdfast paint floor has no flag --colr");
  EXPECT_EQ(unknown.hint, "did you mean --color?");
}

TEST_F(CommandLineTest, the_value_of_an_unknown_flag_is_not_shown) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"paint", "floor", "--pasword=hunter2"}, {"paint", "floor", "--pasword", "hunter2"}}) {
    const Error unknown = error(words);
    EXPECT_THAT(unknown.to_string() + unknown.hint, Not(HasSubstr("hunter2")));
    EXPECT_EQ(unknown.hint, "did you mean --password?");
  }
}

TEST_F(CommandLineTest, a_missing_value_is_named) {
  EXPECT_EQ(error({"paint", "floor", "--color"}).message, "--color needs a value");
}

TEST_F(CommandLineTest, a_missing_argument_is_named) {
  EXPECT_EQ(error({"paint", "wall"}).message, "WALL is missing: which wall");
}

TEST_F(CommandLineTest, an_argument_too_many_is_named) {
  EXPECT_THAT(error({"paint", "floor", "north"}).message, HasSubstr("\"north\" is one too many"));
}

TEST_F(CommandLineTest, no_words_mean_the_root) {
  const CommandLine line = parsed({});
  EXPECT_EQ(line.command, &sample_.root);
  EXPECT_THAT(line.arguments, IsEmpty());
}

}  // namespace
}  // namespace holdfast::cli
