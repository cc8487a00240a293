#include "store/limits.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace holdfast::store {
namespace {

TEST(KeyRangeOf, HoldsExactlyTheKeysWithThePrefix) {
  EXPECT_TRUE(rc::check([](const std::string& prefix, const std::string& key, bool below) {
    const std::string tried = below ? prefix + key : key;
    RC_ASSERT(key_range(prefix).contains(tried) == tried.starts_with(prefix));
  }));
}

TEST(KeyRangeOf, APrefixOfLargestBytesHasNoEnd) {
  EXPECT_EQ(key_range("\xff\xff").end, "");
  EXPECT_TRUE(key_range("\xff").contains("\xff\xff\xff"));
  EXPECT_EQ(key_range("a\xff").end, "b");
}

TEST(KeyRangeOf, BeginsAtTheStartWhenThatIsLater) {
  EXPECT_EQ(key_range("p/", "p/b").first, "p/b");
  EXPECT_EQ(key_range("p/", "a").first, "p/");
  EXPECT_TRUE(key_range("p/", "q").empty());
}

TEST(KeyAfter, HasNothingBetween) {
  EXPECT_TRUE(rc::check(
      [](const std::string& key, const std::string& other) { RC_ASSERT((other > key) == (other >= key_after(key))); }));
}

TEST(CheckTransaction, NamesTheKey) {
  const auto refused = check_transaction({.conditions = {}, .writes = {{.key = "a\n", .value = "1"}, {.key = "a\n"}}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "a transaction writes key \"a?\" twice");
}

TEST(CheckTransaction, CountsConditionsAndWritesTogether) {
  Transaction transaction;
  for (int i = 0; i < 64; ++i) {
    transaction.conditions.push_back({.key = "k"});
    transaction.writes.push_back({.key = "k" + std::to_string(i), .value = "x"});
  }
  EXPECT_TRUE(check_transaction(transaction));
  transaction.conditions.push_back({.key = "k"});
  EXPECT_FALSE(check_transaction(transaction));
}

}  // namespace
}  // namespace holdfast::store
