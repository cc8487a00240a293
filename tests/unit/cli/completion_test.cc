#include "cli/completion.h"

#include <sstream>

#include <gmock/gmock.h>

#include "sample_tree.h"

#include "support/etcd_server.h"
#include "support/temp_dir.h"

namespace holdfast::cli {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::Not;

// What bash offers for the last of these words.
std::vector<std::string> bash_offers(const std::vector<std::string>& words) {
  const test::TempDir dir;
  const Sample sample;
  const std::string script = dir.file("completion");
  EXPECT_TRUE(os::write_file_atomically(os::real_file_system(), script, as_bytes(bash_completion(sample.root))));
  std::vector<std::string> command{"bash", "-c",
                                   "set -eu; . \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); _holdfast; "
                                   "printf '%s\\n' \"${COMPREPLY[@]-}\"",
                                   "bash", script};
  command.insert(command.end(), words.begin(), words.end());
  const test::ProgramResult result = test::run_program(command);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  std::vector<std::string> offers;
  std::istringstream lines(result.out);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty()) offers.push_back(line);
  }
  return offers;
}

TEST(BashCompletionTest, offers_commands) {
  EXPECT_THAT(bash_offers({"holdfast", "p"}), ElementsAre("paint"));
  EXPECT_THAT(bash_offers({"holdfast", "paint", ""}), IsSupersetOf({"wall", "floor"}));
}

TEST(BashCompletionTest, offers_the_flags_of_the_command) {
  EXPECT_THAT(bash_offers({"holdfast", "paint", "wall", "--co"}), ElementsAre("--color", "--colour", "--config"));
}

TEST(BashCompletionTest, finds_the_command_behind_flags_with_values) {
  EXPECT_THAT(bash_offers({"holdfast", "-o", "json", "paint", "--color", "=", "red", "floor", "--fo"}),
              ElementsAre("--force"));
}

TEST(BashCompletionTest, offers_the_values_of_a_flag) {
  EXPECT_THAT(bash_offers({"holdfast", "paint", "wall", "--color", ""}), ElementsAre("red", "green", "blue"));
  EXPECT_THAT(bash_offers({"holdfast", "paint", "wall", "-c", "g"}), ElementsAre("green"));
  EXPECT_THAT(bash_offers({"holdfast", "paint", "wall", "--color", "=", "b"}), ElementsAre("blue"));
  EXPECT_THAT(bash_offers({"holdfast", "paint", "wall", "--color", "="}), ElementsAre("red", "green", "blue"));
}

TEST(BashCompletionTest, asks_the_program_for_the_values_of_a_flag_that_names_something) {
  // Stands for the program: what it is asked is what it offers.
  const test::TempDir dir;
  const std::string asked = dir.file("asked");
  ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), asked, as_bytes("#!/bin/sh\nprintf '%s\\n' \"$@\"\n")));
  ASSERT_EQ(test::run_program({"chmod", "+x", asked}).exit_code, 0);
  EXPECT_THAT(bash_offers({asked, "paint", "wall", "--painter", ""}),
              ElementsAre("__complete", "--", "paint", "wall", "--painter"));
  EXPECT_THAT(bash_offers({asked, "paint", "wall", "--painter", "=", "wa"}), ElementsAre("wall"));
}

TEST(BashCompletionTest, offers_files_where_a_file_is_meant) {
  EXPECT_THAT(bash_offers({"holdfast", "paint", "wall", "--config", "/etc/passw"}), Contains("/etc/passwd"));
}

TEST(BashCompletionTest, offers_nothing_where_it_knows_nothing) {
  EXPECT_THAT(bash_offers({"holdfast", "paint", "wall", "--tag", ""}), ElementsAre());
}

TEST(ZshCompletionTest, knows_commands_flags_and_values) {
  const Sample sample;
  const std::string script = zsh_completion(sample.root);
  EXPECT_THAT(script, HasSubstr("_holdfast_paint_wall() {"));
  EXPECT_THAT(script, HasSubstr("'--color=[what it looks like]:NAME:(red green blue)'"));
  EXPECT_THAT(script, HasSubstr("'*--tag=[a word about it]:TAG:'"));
  EXPECT_THAT(script, HasSubstr("'wall:paints a wall'"));
  EXPECT_THAT(script, HasSubstr("'--painter=[who does it]:PAINTER:{_holdfast_resources paint wall "
                                "\"${(@)words[2,CURRENT-1]}\" --painter}'"));
}

TEST(FishCompletionTest, knows_commands_flags_and_values) {
  const Sample sample;
  const std::string script = fish_completion(sample.root);
  EXPECT_THAT(script, HasSubstr("complete -c holdfast -n '__holdfast_at \"paint\"' -a wall -d 'paints a wall'"));
  EXPECT_THAT(script, HasSubstr("-l color -l colour -s c -x -a 'red green blue' -d 'what it looks like'"));
  EXPECT_THAT(script, Not(HasSubstr("-l force -x")));
  EXPECT_THAT(script, HasSubstr("-l painter -x -a '(__holdfast_resources --painter)'"));
}

}  // namespace
}  // namespace holdfast::cli
