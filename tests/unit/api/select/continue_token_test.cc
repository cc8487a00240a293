#include "api/select/continue_token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "base/bytes.h"

namespace holdfast::api {
namespace {

using testing::HasSubstr;
using testing::StartsWith;
using namespace std::string_literals;

std::string encoded(std::string_view json) {
  return to_base64(as_bytes(json), false);
}

std::string error_of(std::string_view text) {
  const auto token = ContinueToken::parse(text);
  if (token) return "accepted";
  EXPECT_EQ(token.error().code, 400);
  return token.error().message;
}

TEST(ContinueToken, HasTheFormOfKubernetes) {
  const ContinueToken token{.revision = 42, .start = "ns/daily\0"s};
  EXPECT_EQ(token.to_string(), encoded(R"({"v":"meta.k8s.io/v1","rv":42,"start":"ns/daily\u0000"})"));
  EXPECT_EQ(*ContinueToken::parse(token.to_string()), token);
}

TEST(ContinueToken, UsesNoLetterThatAnAddressWouldEscape) {
  const ContinueToken token{.revision = 1, .start = "~~~\x3f\x3f\x3f>>>\xc3\xbf\xc3\xbf"};
  EXPECT_EQ(token.to_string().find_first_of("+/="), std::string::npos);
  EXPECT_EQ(*ContinueToken::parse(token.to_string()), token);
}

TEST(ContinueToken, RefusesWhatIsNone) {
  for (const std::string& bad :
       {""s, "x"s, "!!!!"s, "YQ=="s, encoded("{}"), encoded("[]"), encoded("not json"),
        encoded(R"({"v":"meta.k8s.io/v2","rv":1,"start":"a"})"),
        encoded(R"({"v":"meta.k8s.io/v1","rv":0,"start":"a"})"),
        encoded(R"({"v":"meta.k8s.io/v1","rv":-1,"start":"a"})"),
        encoded(R"({"v":"meta.k8s.io/v1","rv":"1","start":"a"})"),
        encoded(R"({"v":"meta.k8s.io/v1","rv":1,"start":""})"), encoded(R"({"v":"meta.k8s.io/v1","rv":1})")}) {
    EXPECT_THAT(error_of(bad), StartsWith("continue key is not valid: ")) << bad;
  }
}

TEST(ContinueToken, RefusesOneThatIsTooLong) {
  EXPECT_THAT(error_of(std::string(kMiB, 'A')), HasSubstr("longer than"));
}

RC_GTEST_PROP(ContinueToken, WrittenAndReadIsTheSame, ()) {
  const auto printable = rc::gen::container<std::string>(rc::gen::inRange<char>(0, 127));
  const ContinueToken token{.revision = *rc::gen::inRange<std::uint64_t>(1, UINT64_MAX),
                            .start = *rc::gen::nonEmpty(printable)};
  const auto again = ContinueToken::parse(token.to_string());
  RC_ASSERT(again.has_value());
  RC_ASSERT(*again == token);
}

}  // namespace
}  // namespace holdfast::api
