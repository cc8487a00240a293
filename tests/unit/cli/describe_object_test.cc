#include "cli/resources/describe_object.h"

#include <sstream>

#include <gmock/gmock.h>

namespace holdfast::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string described(std::string_view object, std::string_view events = "[]") {
  const client::Resource resource{
      .kind = {.group = "g", .version = "v1", .kind = "Thing", .plural = "things"}, .name_space = "n", .name = "a"};
  const auto value = json::parse(object, 4000);
  const auto happened = json::parse(events, 4000);
  EXPECT_TRUE(value && happened);
  std::ostringstream out;
  print_description(out, resource, *value, happened->get_array(), *parse_time("2026-01-01T01:00:00Z"));
  return out.str();
}

TEST(PrintDescription, shows_head_fields_conditions_and_events) {
  const std::string text = described(
      R"({"apiVersion":"g/v1","kind":"Thing","metadata":{"labels":{"x":"y"},"creationTimestamp":"2026-01-01T00:00:00Z"},
          "spec":{"keep":5,"list":["a","b"]},
          "status":{"phase":"Done","conditions":[{"type":"Ready","status":"True","reason":"Fine","message":"all is well",
          "lastTransitionTime":"2026-01-01T00:58:00Z"}]}})",
      R"([{"type":"Warning","reason":"Failed","message":"no","count":3,"lastTimestamp":"2026-01-01T00:59:30Z"}])");

  EXPECT_THAT(text, HasSubstr("Name        a\nNamespace   n\nKind        Thing (g/v1)\nLabels      x=y\n"));
  EXPECT_THAT(text, HasSubstr("2026-01-01T00:00:00Z (60m ago)"));
  EXPECT_THAT(text, HasSubstr("\nSpec:\n  keep: 5\n  list:\n"));
  EXPECT_THAT(text, HasSubstr("\nStatus:\n  phase: Done\n\n"));
  EXPECT_THAT(text, HasSubstr("Ready   True     2m      Fine     all is well\n"));
  EXPECT_THAT(text, HasSubstr("30s    Warning   Failed   3       no\n"));
}

TEST(PrintDescription, conditions_come_before_the_status_and_no_list_comes_twice) {
  const std::string text = described(
      R"({"spec":{"keep":5},"status":{"currentBackups":[{"backupName":"x"}],"lastBackups":[{"backupName":"x"}],
          "conditions":[{"type":"Ready","status":"True"}]}})");

  EXPECT_LT(text.find("Conditions:"), text.find("Status:"));
  EXPECT_THAT(text, HasSubstr("lastBackups"));
  EXPECT_THAT(text, Not(HasSubstr("currentBackups")));
}

TEST(PrintDescription, lets_nothing_through_to_the_terminal) {
  const std::string text = described(R"({"spec":{"a":"\u001b[31m"},"metadata":{"labels":{"x":"\u001b"}}})",
                                     R"([{"message":"\u001b","reason":"a\nb"}])");
  EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  EXPECT_THAT(text, Not(HasSubstr("a\nb")));
}

TEST(PrintDescription, leaves_out_what_is_not_there) {
  const std::string text = described(R"({"spec":{},"status":{"conditions":[]}})");
  EXPECT_THAT(text, Not(HasSubstr("Spec")));
  EXPECT_THAT(text, Not(HasSubstr("Conditions")));
  EXPECT_THAT(text, HasSubstr("Events: none"));
}

}  // namespace
}  // namespace holdfast::cli
