#include "cli/program.h"

#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "sample_tree.h"
#include "world_bench.h"

#include "model/version.h"

namespace holdfast::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class ProgramTest : public ::testing::Test, protected WorldBench {
 protected:
  int run_words(const std::vector<std::string>& words) { return run(sample_.root, sample_.general, words, world_); }

  Sample sample_;
};

TEST_F(ProgramTest, runs_the_command_with_its_arguments) {
  sample_.answer = 5;
  EXPECT_EQ(run_words({"paint", "wall", "north", "south"}), 5);
  EXPECT_THAT(sample_.arguments, ElementsAre("north", "south"));
}

TEST_F(ProgramTest, without_words_it_shows_the_help) {
  EXPECT_EQ(run_words({}), 0);
  EXPECT_THAT(out_.str(), StartsWith("holdfast: a program for tests"));
}

TEST_F(ProgramTest, help_is_a_result_not_an_error) {
  EXPECT_EQ(run_words({"paint", "wall", "--help"}), 0);
  EXPECT_THAT(out_.str(), HasSubstr("holdfast paint wall [flags] WALL..."));
  EXPECT_THAT(out_.str(), HasSubstr("# the north wall, in green\n  holdfast paint wall north -c green"));
  EXPECT_THAT(err_.str(), IsEmpty());
}

TEST_F(ProgramTest, a_group_of_commands_alone_is_a_usage_error) {
  EXPECT_EQ(run_words({"paint"}), 2);
  EXPECT_EQ(err_.str(), "holdfast: holdfast paint needs a command\n  try: \"holdfast paint --help\" lists them\n");
}

TEST_F(ProgramTest, an_error_of_the_command_decides_the_exit_code) {
  sample_.answer = in_context({.code = Code::unavailable, .message = "no route"}, "paint north");
  EXPECT_EQ(run_words({"paint", "wall", "north"}), 6);
  EXPECT_EQ(err_.str(), "holdfast: cannot paint north\n  because: no route\n");
}

TEST_F(ProgramTest, with_json_output_errors_are_json_too) {
  sample_.answer = fail(Code::not_found, "no wall");
  EXPECT_EQ(run_words({"paint", "wall", "north", "-o", "json"}), 3);
  EXPECT_THAT(err_.str(), StartsWith("{\"error\":{\"code\":\"NOT_FOUND\""));
}

TEST_F(ProgramTest, with_json_output_usage_errors_are_json_too) {
  EXPECT_EQ(run_words({"paint", "wall", "--output=json", "--nonsense"}), 2);
  EXPECT_THAT(err_.str(), StartsWith("{\"error\":{\"code\":\"USAGE\""));
}

TEST_F(ProgramTest, a_result_that_cannot_be_written_is_a_failure) {
  out_.setstate(std::ios::badbit);
  EXPECT_EQ(run_words({"paint", "wall", "north"}), 1);
  EXPECT_THAT(err_.str(), StartsWith("holdfast: cannot write the result to standard output"));
  sample_.answer = 5;
  EXPECT_EQ(run_words({"paint", "wall", "north"}), 5);
}

class QuietTest : public ProgramTest {
 protected:
  QuietTest() {
    sample_.root.commands[0].commands[1].run = [this](Session& session, const auto&) -> Result<int> {
      session.warn("wet paint");
      session.print("document", [](std::ostream& out) { out << "painted\n"; }, code_);
      return code_;
    };
  }
  int code_ = 0;
};

TEST_F(QuietTest, a_good_result_is_left_out_but_no_warning) {
  EXPECT_EQ(run_words({"paint", "floor"}), 0);
  EXPECT_EQ(out_.str(), "painted\n");
  out_.str("");
  err_.str("");
  EXPECT_EQ(run_words({"paint", "floor", "--quiet"}), 0);
  EXPECT_THAT(out_.str(), IsEmpty());
  EXPECT_EQ(err_.str(), "holdfast: warning: wet paint\n");
}

TEST_F(QuietTest, a_bad_result_is_printed) {
  code_ = 5;
  EXPECT_EQ(run_words({"paint", "floor", "-q"}), 5);
  EXPECT_EQ(out_.str(), "painted\n");
}

TEST_F(QuietTest, a_document_that_was_asked_for_is_printed) {
  EXPECT_EQ(run_words({"paint", "floor", "-q", "-o", "json"}), 0);
  EXPECT_EQ(out_.str(), "\"document\"\n");
}

TEST_F(ProgramTest, both_version_flags_show_the_version_wherever_they_stand) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--version"}, {"-v"}, {"paint", "wall", "--version"}}) {
    out_.str("");
    EXPECT_EQ(run_words(words), 0);
    EXPECT_EQ(out_.str(), fmt::format("holdfast {}\n", kVersion));
  }
}

TEST_F(ProgramTest, an_unknown_variable_ends_it_before_the_command) {
  environment_ = os::Environment(std::map<std::string, std::string>{{"HOLDFAST_COLORS", "red"}});
  EXPECT_EQ(run_words({"paint", "wall", "north"}), 2);
  EXPECT_THAT(err_.str(), HasSubstr("try: did you mean HOLDFAST_COLOR?"));
  EXPECT_THAT(sample_.arguments, IsEmpty());
}

TEST_F(ProgramTest, an_unknown_variable_does_not_keep_anybody_from_the_help) {
  environment_ = os::Environment(std::map<std::string, std::string>{{"HOLDFAST_COLORS", "red"}});
  EXPECT_EQ(run_words({"paint", "wall", "--help"}), 0);
}

}  // namespace
}  // namespace holdfast::cli
