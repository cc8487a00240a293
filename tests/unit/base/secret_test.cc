#include "base/secret.h"

#include <utility>

#include <gtest/gtest.h>

namespace holdfast {
namespace {

TEST(Secret, RevealsItsValue) {
  const Secret secret("hunter2");
  EXPECT_EQ(secret.reveal(), "hunter2");
  EXPECT_FALSE(secret.empty());
  EXPECT_TRUE(Secret().empty());
}

TEST(Secret, CopiesAndAssigns) {
  const Secret secret("hunter2");
  Secret copy = secret;
  copy = secret;
  EXPECT_EQ(copy.reveal(), "hunter2");
}

TEST(Secret, LeavesNothingInTheOneItWasMovedFrom) {
  Secret from("short");  // short enough to stay inside the string object
  const Secret to = std::move(from);
  EXPECT_EQ(to.reveal(), "short");
  EXPECT_TRUE(from.empty());  // NOLINT(bugprone-use-after-move): that is the point
  Secret assigned("other");
  Secret source("a value too long for the string object itself");
  assigned = std::move(source);
  EXPECT_EQ(assigned.reveal(), "a value too long for the string object itself");
  EXPECT_TRUE(source.empty());  // NOLINT(bugprone-use-after-move)
}

TEST(Secret, WipesItsMemory) {
  alignas(Secret) unsigned char place[sizeof(Secret)];
  auto* secret = new (place) Secret("hunter2");
  const char* value = secret->reveal().data();  // inside `place`: short strings are
  ASSERT_GE(reinterpret_cast<const unsigned char*>(value), place);
  ASSERT_LT(reinterpret_cast<const unsigned char*>(value), place + sizeof place);
  const auto at = reinterpret_cast<const unsigned char*>(value) - place;
  secret->~Secret();
  const volatile unsigned char* left = place + at;
  for (int i = 0; i < 7; ++i)
    EXPECT_EQ(left[i], 0) << i;
}

}  // namespace
}  // namespace holdfast
