#include "os/process.h"

#include <gmock/gmock.h>

#include "os/clock.h"
#include "os/file_system.h"
#include "support/temp_dir.h"

namespace holdfast::os {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Result<ProgramOutcome> run(Program program) {
  return real_processes().run(program, {});
}

Program shell(const std::string& script) {
  return {.words = {"/bin/sh", "-c", script}, .variables = {}, .input = {}};
}

TEST(Processes, OutputErrorsAndExitCodeComeBack) {
  const auto outcome = run(shell("echo out; echo err >&2; exit 7"));

  ASSERT_TRUE(outcome) << outcome.error().to_string();
  EXPECT_EQ(outcome->exit_code, 7);
  EXPECT_EQ(outcome->output.reveal(), "out\n");
  EXPECT_EQ(outcome->errors, "err\n");
}

TEST(Processes, ASignalIsAnExitCodeToo) {
  EXPECT_EQ(run(shell("kill -TERM $$"))->exit_code, 143);
}

TEST(Processes, WordsArriveAsTheyAreAndNoShellTouchesThem) {
  const auto outcome =
      run({.words = {"printf", "%s|", "a b", "$HOME", "*", "`id`", "\"", ""}, .variables = {}, .input = {}});

  ASSERT_TRUE(outcome) << outcome.error().to_string();
  EXPECT_EQ(outcome->output.reveal(), "a b|$HOME|*|`id`|\"||");
}

TEST(Processes, InputIsRead) {
  const std::string text(1'000'000, 'x');
  Program program{.words = {"wc", "-c"}, .variables = {}, .input = Secret(text)};

  EXPECT_EQ(run(program)->output.reveal(), "1000000\n");
}

TEST(Processes, WithoutInputItIsEmpty) {
  EXPECT_EQ(run({.words = {"cat"}, .variables = {}, .input = {}})->output.reveal(), "");
}

TEST(Processes, VariablesComeBeforeOurOwn) {
  Program program = shell("echo $HOME-$EXTRA; test -n \"$PATH\"");
  program.variables = {{"HOME", "/nowhere"}, {"EXTRA", "x"}};

  const auto outcome = run(program);

  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->output.reveal(), "/nowhere-x\n");
  EXPECT_EQ(outcome->exit_code, 0);
}

TEST(Processes, NothingOfOursIsInAnEnvironmentOfItsOwn) {
  Program program{.words = {"/usr/bin/env"}, .variables = {{"A", "1"}}, .only_variables = true, .input = {}};

  EXPECT_EQ(run(program)->output.reveal(), "A=1\n");
}

TEST(Processes, MoreInputIsOnDescriptorThree) {
  Program program = shell("cat; cat <&3; ls /proc/self/fd | tr '\\n' ' '");
  program.input = Secret("first,");
  program.more_input = Secret("second,");

  EXPECT_EQ(run(program)->output.reveal(), "first,second,0 1 2 3 4 ");
}

TEST(Processes, OutputCanBeTakenAsItComes) {
  std::string taken;
  int looks = 0;
  Program program = shell("echo out; echo err >&2; echo out again; sleep 0.2; exit 3");
  program.output_limit = 3;
  program.on_output = [&](std::string_view piece) {
    taken += piece;
    looks += piece.empty() ? 1 : 0;
  };

  const auto outcome = run(program);

  ASSERT_TRUE(outcome) << outcome.error().to_string();
  EXPECT_EQ(taken, "out\nerr\nout again\n");
  EXPECT_GT(looks, 0) << "it is called while nothing comes";
  EXPECT_EQ(outcome->exit_code, 3);
  EXPECT_TRUE(outcome->output.empty());
  EXPECT_EQ(outcome->errors, "");
}

TEST(Processes, WhatItWroteBeforeItWasEndedWasTaken) {
  std::string taken;
  Program program = shell("echo begun; sleep 600");
  program.time_limit = std::chrono::milliseconds(500);
  program.on_output = [&](std::string_view piece) { taken += piece; };

  const auto outcome = run(program);

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Code::timeout);
  EXPECT_EQ(taken, "begun\n");
}

TEST(Processes, WhatIsNotThereAndWhatMayNotRunAreTold) {
  test::TempDir directory;
  ASSERT_TRUE(write_file_atomically(real_file_system(), directory.file("data"), as_bytes("x")));

  EXPECT_EQ(run({.words = {"/no/such/program"}, .variables = {}, .input = {}}).error().code, Code::not_found);
  EXPECT_EQ(run({.words = {directory.file("data")}, .variables = {}, .input = {}}).error().code, Code::refused);
  EXPECT_EQ(run({}).error().code, Code::usage);
}

TEST(Processes, InTheForegroundTheStreamsAndTheGroupAreOurs) {
  const test::TempDir dir;
  const auto code = real_processes().run_in_foreground(
      {"sh", "-c", "ps -o pgid= -p $$ > \"$1\"; ps -o pgid= -p $PPID >> \"$1\"; exit 7", "sh", dir.file("groups")});

  ASSERT_TRUE(code) << code.error().to_string();
  EXPECT_EQ(*code, 7);
  const auto groups = read_file(real_file_system(), dir.file("groups"), 100);
  ASSERT_TRUE(groups);
  const std::string text(as_text(*groups));
  EXPECT_EQ(text.substr(0, text.find('\n')), text.substr(text.find('\n') + 1, text.find('\n')));
}

TEST(Processes, InTheForegroundASignalIsAnExitCodeAndWhatIsNotThereIsTold) {
  EXPECT_EQ(real_processes().run_in_foreground({"sh", "-c", "kill -9 $$"}), 137);
  EXPECT_EQ(real_processes().run_in_foreground({"/no/such/program"}).error().code, Code::not_found);
}

TEST(Processes, TooMuchOutputEndsIt) {
  Program program = shell("yes hunter2");
  program.output_limit = 10000;

  const auto outcome = run(program);

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Code::no_space);
  EXPECT_THAT(outcome.error().to_string(), Not(HasSubstr("hunter2")));
}

TEST(Processes, TooMuchOnStandardErrorIsCutOffAndHoldsNobodyUp) {
  const auto outcome = run(shell("head -c 1000000 /dev/zero >&2; echo done"));

  ASSERT_TRUE(outcome) << outcome.error().to_string();
  EXPECT_EQ(outcome->output.reveal(), "done\n");
  EXPECT_EQ(outcome->errors.size(), 4096U);
}

TEST(Processes, TooLongEndsItWithEverythingItStarted) {
  test::TempDir directory;
  Program program = shell("(sleep 600; echo late) & echo $! > " + directory.file("pid") + "; wait");
  program.time_limit = std::chrono::milliseconds(300);

  const auto outcome = run(program);

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Code::timeout);
  const auto pid = read_file(real_file_system(), directory.file("pid"), 100);
  ASSERT_TRUE(pid);
  // Gone, or dead and not yet buried by whoever inherited it.
  Program look = shell(
      fmt::format("for i in $(seq 200); do grep -q 'State:.[^Z]' /proc/{}/status || exit 0; sleep 0.02; done; exit 1",
                  as_text(*pid).substr(0, pid->size() - 1)));
  look.variables = {{"LC_ALL", "C"}};
  EXPECT_EQ(run(look)->exit_code, 0) << "its child still runs";
}

TEST(Processes, StoppingEndsIt) {
  std::stop_source stop;
  stop.request_stop();

  const auto outcome = real_processes().run(shell("sleep 600"), stop.get_token());

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Code::cancelled);
}

TEST(Processes, WhatItLeavesInTheBackgroundIsNotWaitedFor) {
  const auto begin = real_clock().steady();

  const auto outcome = run(shell("sleep 5 & echo done"));

  ASSERT_TRUE(outcome);
  EXPECT_EQ(outcome->output.reveal(), "done\n");
  EXPECT_LT(real_clock().steady() - begin, std::chrono::seconds(4));
}

TEST(Processes, OurOpenFilesStayOurs) {
  const auto outcome = run({.words = {"ls", "/proc/self/fd"}, .variables = {}, .input = {}});

  EXPECT_EQ(outcome->output.reveal(), "0\n1\n2\n3\n");  // 3 is the directory that ls reads
}

}  // namespace
}  // namespace holdfast::os
