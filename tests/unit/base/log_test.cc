#include "base/log.h"

#include <gtest/gtest.h>

namespace holdfast::log {
namespace {

std::string logged(Level level, bool json, const std::function<void()>& act) {
  configure(level, json);
  testing::internal::CaptureStderr();
  act();
  configure(Level::warning, false);
  return testing::internal::GetCapturedStderr();
}

TEST(Log, WritesOneLogfmtLinePerEvent) {
  EXPECT_EQ(logged(Level::info, false, [] { event(Level::info, "saved", {{"size", "12"}, {"name", "a b"}}); }),
            "level=\"info\" event=\"saved\" size=\"12\" name=\"a b\"\n");
}

TEST(Log, WritesOneJsonLinePerEventAndEscapesWhatWouldBreakIt) {
  EXPECT_EQ(logged(Level::info, true, [] { event(Level::error, "failed", {{"why", "a \"b\"\n\\c"}}); }),
            "{\"level\":\"error\",\"event\":\"failed\",\"why\":\"a \\\"b\\\"\\u000a\\\\c\"}\n");
}

TEST(Log, DropsWhatIsBelowTheLevel) {
  EXPECT_EQ(logged(Level::warning, false, [] { event(Level::info, "chatter"); }), "");
}

}  // namespace
}  // namespace holdfast::log
