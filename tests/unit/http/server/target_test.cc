// Targets, and the characters in them.
#include "http/server/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/utf8.h"
#include "http/url.h"

namespace holdfast::http::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(Target, IsDecoded) {
  const auto target = parse_target("/api/v1/a%20b+c?labelSelector=a%3Db%2Cc&x=1+2&x=&y&=z");
  ASSERT_TRUE(target) << target.error().to_string();
  EXPECT_EQ(target->path, "/api/v1/a b+c");
  EXPECT_THAT(target->query, ElementsAre(Pair("labelSelector", "a=b,c"), Pair("x", "1 2"), Pair("x", ""), Pair("y", ""),
                                         Pair("", "z")));
}

TEST(Target, KeepsDoubleSlashesAndASlashAtTheEnd) {
  EXPECT_EQ(parse_target("//version/")->path, "//version/");
}

TEST(Target, MayNameTheHostAgain) {
  EXPECT_EQ(parse_target("http://host:80/a?b=c")->path, "/a");
  EXPECT_EQ(parse_target("HTTPS://host")->path, "/");
}

TEST(Target, HasNoQueryWhenThereIsNone) {
  EXPECT_THAT(parse_target("/")->query, IsEmpty());
  EXPECT_THAT(parse_target("/?")->query, IsEmpty());
  EXPECT_THAT(parse_target("/?&&")->query, IsEmpty());
}

TEST(Target, IsRefused) {
  for (const char* bad : {"",     "a",    "*",   "host:1",  "ftp://h/", "/%",       "/%1",
                          "/%g1", "/?%",  "/#a", "/?a#b",   "/%80",     "/?%c0%af", "/?x=%ed%a0%80",
                          "/%0a", "/%7f", "/..", "/a/../b", "/./a",     "/%2e%2e/", "/a%2f..%2fb"}) {
    const auto target = parse_target(bad);
    EXPECT_FALSE(target.has_value()) << bad;
  }
}

TEST(Target, NamesWithDotsAreFine) {
  EXPECT_TRUE(parse_target("/...a/.b/c./..."));
}

TEST(Target, AnyTextSurvivesEncoding) {
  EXPECT_TRUE(rc::check([](const std::vector<std::pair<std::string, std::string>>& query) {
    std::string raw = "/?";
    std::vector<std::pair<std::string, std::string>> expected;
    for (const auto& [name, value] : query) {
      if (!is_utf8(name) || !is_utf8(value)) continue;
      raw += percent_encode(name) + "=" + percent_encode(value) + "&";
      expected.emplace_back(name, value);
    }
    const auto target = parse_target(raw);
    RC_ASSERT(target.has_value());
    RC_ASSERT(target->query == expected);
  }));
}

}  // namespace
}  // namespace holdfast::http::test
