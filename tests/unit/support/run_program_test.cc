#include <csignal>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/child_process.h"
#include "support/etcd_server.h"

namespace holdfast::test {
namespace {

TEST(RunProgram, CapturesBothOutputsAndTheExitCode) {
  const ProgramResult result = run_program({"sh", "-c", "echo out; echo err >&2; exit 7"});
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(result.out, "out\n");
  EXPECT_EQ(result.err, "err\n");
}

TEST(RunProgram, FeedsLargeInputToAProgramThatAnswersWithIt) {
  const std::string input(5'000'000, 'x');
  EXPECT_EQ(run_program({"cat"}, input).out, input);
}

TEST(RunProgram, SetsVariablesOverTheOwnEnvironment) {
  EXPECT_EQ(run_program({"sh", "-c", "printf %s \"$HOLDFAST_PROBE\""}, "", {"HOLDFAST_PROBE=yes"}).out, "yes");
}

TEST(RunProgram, SaysThatAProgramIsMissing) {
  const ProgramResult result = run_program({"holdfast-no-such-program"});
  EXPECT_EQ(result.exit_code, 127);
  EXPECT_THAT(result.err, testing::HasSubstr("cannot run holdfast-no-such-program"));
}

TEST(RunProgram, ReportsASignalAsTheShellDoes) {
  EXPECT_EQ(run_program({"sh", "-c", "kill -9 $$"}).exit_code, 128 + SIGKILL);
}

TEST(ChildProcess, OutlivesTheThreadThatStartedIt) {
  Result<ChildProcess> child = fail(Code::internal, "not started");
  std::jthread([&] { child = ChildProcess::start({.arguments = {"sleep", "60"}}); }).join();
  ASSERT_TRUE(child);
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  EXPECT_TRUE(child->running());
}

}  // namespace
}  // namespace holdfast::test
