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

TEST(ErrorReportTest, never_takes_more_than_three_lines) {
  const std::string text = reported(
      {.code = Code::internal, .message = "a\nb", .hint = "c\nd", .retryable = false, .context = {"e\nf", "g\nh"}});
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
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
