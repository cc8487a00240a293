#include "os/environment.h"

#include <cstdlib>

#include <gtest/gtest.h>

namespace holdfast::os {
namespace {

TEST(Environment, GivesWhatItWasMadeOf) {
  const Environment environment({{"NAME", "value"}, {"EMPTY", ""}});
  EXPECT_EQ(environment.get("NAME"), "value");
  EXPECT_EQ(environment.get("EMPTY"), std::nullopt);
  EXPECT_EQ(environment.get("OTHER"), std::nullopt);
}

TEST(Environment, NamesWhatBeginsSoAndIsNotEmpty) {
  const Environment environment({{"B_TWO", "2"}, {"A_ONE", "1"}, {"B_ONE", "1"}, {"B_EMPTY", ""}, {"C", "3"}});
  EXPECT_EQ(environment.names_with("B_"), (std::vector<std::string>{"B_ONE", "B_TWO"}));
}

TEST(Environment, CopiesTheProcesss) {
  ASSERT_EQ(::setenv("HOLDFAST_PROBE", "a=b", 1), 0);
  const Environment environment = Environment::of_process();
  ::unsetenv("HOLDFAST_PROBE");
  EXPECT_EQ(environment.get("HOLDFAST_PROBE"), "a=b");
}

TEST(Terminal, IsNoneBehindAPipe) {
  EXPECT_FALSE(is_terminal(-1));
  EXPECT_EQ(terminal_width(-1), 80);
}

}  // namespace
}  // namespace holdfast::os
