#include <gmock/gmock.h>

#include "sample_tree.h"

#include "cli/settings.h"

namespace holdfast::cli {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class EnvironmentCheckTest : public ::testing::Test {
 protected:
  Status check(const std::string& name, const std::string& value) {
    return check_environment(sample_.root, os::Environment({{name, value}, {"PATH", "/bin"}, {"HOLDFASTER", "x"}}));
  }
  Error error(const std::string& name, const std::string& value) {
    const Status status = check(name, value);
    EXPECT_FALSE(status) << name;
    return status ? Error{} : status.error();
  }

  Sample sample_;
};

TEST_F(EnvironmentCheckTest, a_setting_of_any_command_is_known) {
  EXPECT_TRUE(check("HOLDFAST_COLOR", "red"));
  EXPECT_TRUE(check("HOLDFAST_OUTPUT", "json"));
  EXPECT_TRUE(check("HOLDFAST_CONFIG", "c.yaml"));
}

TEST_F(EnvironmentCheckTest, an_unknown_one_suggests_the_nearest) {
  const Error unknown = error("HOLDFAST_TAGS", "a");
  EXPECT_EQ(unknown.code, Code::usage);
  EXPECT_EQ(unknown.message, "the environment variable HOLDFAST_TAGS is not a setting");
  EXPECT_EQ(unknown.hint, "did you mean HOLDFAST_TAG?");
}

TEST_F(EnvironmentCheckTest, one_far_from_all_is_told_how_they_are_named) {
  EXPECT_THAT(error("HOLDFAST_XYZZY", "1").hint, HasSubstr("HOLDFAST_LIMIT_RATE is for --limit-rate"));
}

TEST_F(EnvironmentCheckTest, its_value_is_never_shown) {
  const Error unknown = error("HOLDFAST_PASWORD", "hunter2");
  EXPECT_THAT(unknown.to_string() + unknown.hint, Not(HasSubstr("hunter2")));
}

TEST_F(EnvironmentCheckTest, what_only_a_flag_can_set_is_refused_and_not_passed_over) {
  const Error refused = error("HOLDFAST_FORCE", "true");
  EXPECT_EQ(refused.code, Code::usage);
  EXPECT_EQ(refused.message, "HOLDFAST_FORCE: \"force\" belongs to one run and cannot be set in the environment");
  EXPECT_EQ(refused.hint, "give --force on the command line");
}

TEST_F(EnvironmentCheckTest, an_empty_one_counts_as_not_set) {
  EXPECT_TRUE(check("HOLDFAST_XYZZY", ""));
  EXPECT_TRUE(check("HOLDFAST_FORCE", ""));
}

TEST_F(EnvironmentCheckTest, those_of_our_scripts_are_passed_over) {
  for (const char* name : {"HOLDFAST_SERVERS", "HOLDFAST_RGW", "HOLDFAST_JOBS", "HOLDFAST_BENCH_DIR"})
    EXPECT_TRUE(check(name, "x")) << name;
}

TEST_F(EnvironmentCheckTest, those_of_a_kubernetes_service_are_passed_over) {
  EXPECT_TRUE(check("HOLDFAST_SERVICE_HOST", "10.0.0.1"));
  EXPECT_TRUE(check("HOLDFAST_API_SERVICE_PORT_HTTPS", "443"));
  EXPECT_TRUE(check("HOLDFAST_PORT", "tcp://10.0.0.1:443"));
  EXPECT_TRUE(check("HOLDFAST_API_PORT_443_TCP_ADDR", "10.0.0.1"));
  EXPECT_FALSE(check("HOLDFAST_PORT", "443"));
}

}  // namespace
}  // namespace holdfast::cli
