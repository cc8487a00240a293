#include "launcher/supervise/systemd/unit_show.h"

#include <gmock/gmock.h>

namespace holdfast::launcher {
namespace {

using ::testing::HasSubstr;

// As systemd 252 writes it.
constexpr std::string_view kRunning = R"(Type=notify
MainPID=4711
NRestarts=2
ExecMainStartTimestampMonotonic=61000000
ExecMainCode=0
ExecMainStatus=0
Result=success
LoadState=loaded
ActiveState=active
SubState=running
)";

std::string with(std::string_view name, const std::string& line) {
  std::string text(kRunning);
  const std::size_t at = text.find(std::string(name) + "=");
  return text.replace(at, text.find('\n', at) - at, line);
}

TEST(UnitShow, ARunningUnit) {
  const auto unit = parse_unit_show(kRunning);

  ASSERT_TRUE(unit) << unit.error().to_string();
  EXPECT_TRUE(unit->process_runs());
  EXPECT_FALSE(unit->at_rest());
  EXPECT_EQ(unit->main_pid, 4711);
  EXPECT_EQ(unit->restarts, 2U);
  EXPECT_EQ(unit->started, std::chrono::seconds(61));
  EXPECT_EQ(exit_reason(*unit), std::nullopt);
}

TEST(UnitShow, OneThatWasKilledAndIsAtRest) {
  auto unit = parse_unit_show(
      "LoadState=loaded\nActiveState=failed\nSubState=failed\nResult=oom-kill\nMainPID=0\nNRestarts=0\n"
      "ExecMainCode=2\nExecMainStatus=9\nExecMainStartTimestampMonotonic=0\n");

  ASSERT_TRUE(unit);
  EXPECT_TRUE(unit->at_rest());
  EXPECT_EQ(unit->started, std::nullopt);
  EXPECT_EQ(exit_reason(*unit)->text, "killed by signal 9; systemd: oom-kill");
  EXPECT_EQ(exit_reason(*unit)->exit_code, std::nullopt);
}

TEST(UnitShow, OneThatEndedByItselfAndWaits) {
  auto unit = parse_unit_show(
      "LoadState=loaded\nActiveState=activating\nSubState=auto-restart\nResult=exit-code\nMainPID=0\nNRestarts=1\n"
      "ExecMainCode=1\nExecMainStatus=1\nExecMainStartTimestampMonotonic=5\n");

  ASSERT_TRUE(unit);
  EXPECT_FALSE(unit->at_rest());
  EXPECT_EQ(exit_reason(*unit)->exit_code, 1);
}

TEST(UnitShow, WhatIsMissingOrNoNumberIsNamed) {
  EXPECT_THAT(parse_unit_show("").error().message, HasSubstr("LoadState"));
  EXPECT_THAT(parse_unit_show(with("MainPID", "Other=1")).error().message, HasSubstr("MainPID"));
  EXPECT_THAT(parse_unit_show(with("MainPID", "MainPID=-1")).error().message, HasSubstr("MainPID"));
  EXPECT_THAT(parse_unit_show(with("NRestarts", "NRestarts=many")).error().message, HasSubstr("NRestarts=many"));
  EXPECT_FALSE(
      parse_unit_show(with("ExecMainStartTimestampMonotonic", "ExecMainStartTimestampMonotonic=18446744073709551615")));
}

}  // namespace
}  // namespace holdfast::launcher
