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

TEST(Log, BeginsWithTheTimeWhenItIsTold) {
  stamp([] { return std::string("2026-11-21T10:37:00.000Z"); });
  EXPECT_EQ(logged(Level::info, true, [] { event(Level::info, "saved"); }),
            "{\"time\":\"2026-11-21T10:37:00.000Z\",\"level\":\"info\",\"event\":\"saved\"}\n");
  EXPECT_EQ(logged(Level::info, false, [] { event(Level::info, "saved"); }),
            "time=\"2026-11-21T10:37:00.000Z\" level=\"info\" event=\"saved\"\n");
  stamp({});
  EXPECT_EQ(logged(Level::info, false, [] { event(Level::info, "saved"); }), "level=\"info\" event=\"saved\"\n");
}

TEST(Log, BytesThatAreNoTextAreShownByTheirNumbers) {
  EXPECT_EQ(logged(Level::info, true, [] { event(Level::info, "odd", {{"a", "\xff\x7f"}, {"b", "\xc3\xa9"}}); }),
            "{\"level\":\"info\",\"event\":\"odd\",\"a\":\"\\u00ff\\u007f\",\"b\":\"\xc3\xa9\"}\n");
}

}  // namespace
}  // namespace holdfast::log
