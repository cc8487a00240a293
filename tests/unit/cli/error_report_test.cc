#include "cli/error_report.h"

#include <algorithm>
#include <sstream>

#include <gtest/gtest.h>

#include "model/json.h"

namespace holdfast::cli {
namespace {

std::string reported(const Error& error) {
  std::ostringstream err;
  report_error(err, error);
  return err.str();
}

TEST(ErrorReportTest, says_what_why_and_what_to_do) {
  const Error error{.code = Code::unavailable,
                    .message = "connection reset by peer",
                    .hint = "run it again",
                    .retryable = true,
                    .context = {"upload part 7", "save snapshot to s3://b/x"}};
  EXPECT_EQ(reported(error),
            "holdfast: cannot save snapshot to s3://b/x\n"
            "  because: upload part 7: connection reset by peer\n"
            "  try: run it again\n");
}

TEST(ErrorReportTest, an_error_without_context_is_one_line) {
  EXPECT_EQ(reported({.code = Code::usage, .message = "PLACE is missing"}), "holdfast: PLACE is missing\n");
}

TEST(ErrorReportTest, what_was_done_and_the_hint_take_a_line_each) {
  const std::string text =
      reported({.code = Code::internal, .message = "a", .hint = "c\nd", .retryable = false, .context = {"e", "g\nh"}});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
}

TEST(ErrorReportTest, lines_of_a_server_stay_lines_and_look_like_none_of_ours) {
  EXPECT_EQ(reported({.code = Code::usage,
                      .message = "hour: 25 is too large\n0 25 * * *\n  ^^",
                      .hint = {},
                      .retryable = false,
                      .context = {"add the schedule x"}}),
            "holdfast: cannot add the schedule x\n"
            "  because: hour: 25 is too large\n"
            "      0 25 * * *\n"
            "        ^^\n");
}

TEST(ErrorReportTest, no_message_fills_the_screen) {
  const std::string text = reported({.code = Code::internal, .message = std::string(100, '\n')});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 8);
}

TEST(ErrorReportTest, for_programs_it_is_one_object) {
  std::ostringstream err;
  report_error_json(
      err, {.code = Code::not_found, .message = "no \"x\"", .hint = "look", .retryable = false, .context = {"list"}});
  EXPECT_EQ(err.str(),
            "{\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"list: no "
            "\\\"x\\\"\",\"hint\":\"look\",\"retryable\":false}}\n");
  EXPECT_TRUE(json::parse(err.str(), 1000));
}

}  // namespace
}  // namespace holdfast::cli
