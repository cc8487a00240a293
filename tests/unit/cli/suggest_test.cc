#include "cli/suggest.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace holdfast::cli {
namespace {

TEST(SuggestTest, counts_single_changes) {
  EXPECT_EQ(edit_distance("save", "save"), 0U);
  EXPECT_EQ(edit_distance("save", "sav"), 1U);
  EXPECT_EQ(edit_distance("save", "asve"), 1U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
}

TEST(SuggestTest, distance_is_the_same_both_ways) {
  EXPECT_TRUE(rc::check([](const std::string& a, const std::string& b) {
    RC_ASSERT(edit_distance(a, b) == edit_distance(b, a));
    RC_ASSERT((edit_distance(a, b) == 0) == (a == b));
  }));
}

TEST(SuggestTest, finds_the_nearest) {
  const std::vector<std::string> names{"save", "status", "verify", "restore"};
  EXPECT_EQ(nearest("sav", names), "save");
  EXPECT_EQ(nearest("resotre", names), "restore");
  EXPECT_EQ(nearest("rest", names), "restore");
  EXPECT_EQ(nearest("elephant", names), "");
}

}  // namespace
}  // namespace holdfast::cli
