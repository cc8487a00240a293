#include "server/bearer_token.h"

#include <gtest/gtest.h>

#include "os/random.h"

namespace holdfast::server {
namespace {

TEST(BearerToken, NamesItsObject) {
  const Secret token = new_bearer_token("ci.robot-1", os::real_random());

  EXPECT_TRUE(token.reveal().starts_with("hft_ci.robot-1."));
  EXPECT_EQ(token_name(token.reveal()), "ci.robot-1");
}

TEST(BearerToken, NoTwoAreAlike) {
  EXPECT_NE(new_bearer_token("a", os::real_random()).reveal(), new_bearer_token("a", os::real_random()).reveal());
}

TEST(BearerToken, WhatIsNoneHasNoName) {
  for (const std::string_view text :
       {"", "hft_", "hft_a", "hft_a.b", "abc.def.ghi", "hft_../x.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "hft_.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "hft_A.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}) {
    EXPECT_FALSE(token_name(text)) << text;
  }
}

TEST(BearerToken, DigestsAreComparedWhole) {
  EXPECT_TRUE(same_digest(token_digest("a"), token_digest("a")));
  EXPECT_FALSE(same_digest(token_digest("a"), token_digest("b")));
  EXPECT_FALSE(same_digest("", token_digest("b")));
}

}  // namespace
}  // namespace holdfast::server
