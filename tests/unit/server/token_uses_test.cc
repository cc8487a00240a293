#include "server/token_uses.h"

#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

#include "api/fields.h"
#include "support/fake_clock.h"

namespace holdfast::test {
namespace {

using namespace std::chrono_literals;

constexpr const char* kTokens = "/apis/holdfast.dev/v1/tokens";

class TokenUsesTest : public testing::Test, public ServerFixture {
 protected:
  TokenUsesTest() {
    const Reply made = post(kTokens, R"({"apiVersion":"holdfast.dev/v1","kind":"Token","metadata":{"name":"ci"},)"
                                     R"("spec":{"user":"ann"}})");
    token_ = std::string(api::text_at(made.json(), {"status", "token"}));
  }
  std::string last_used() {
    return std::string(api::text_at(get(std::string(kTokens) + "/ci").json(), {"status", "lastUsedTime"}));
  }

  FakeClock uses_clock_{FakeClock::Sleep::waits};
  std::string token_;
};

TEST_F(TokenUsesTest, AreWrittenOnceAMinute) {
  server::TokenUses uses(*registry, uses_clock_);
  const std::string first = format_time(uses_clock_.now());
  uses.note("ci");
  uses.write();
  EXPECT_EQ(last_used(), first);

  uses_clock_.advance(2s);
  uses.note("ci");
  uses.write();
  EXPECT_EQ(last_used(), first);

  uses_clock_.advance(1min);
  uses.write();
  EXPECT_EQ(last_used(), format_time(uses_clock_.now() - 1min));
}

TEST_F(TokenUsesTest, OfATokenThatIsGoneAreForgotten) {
  server::TokenUses uses(*registry, uses_clock_);
  uses.note("nobody's");
  uses.write();
  EXPECT_EQ(last_used(), "");
}

TEST_F(TokenUsesTest, AreToldByTheAuthenticator) {
  std::vector<std::string> told;
  server::Authenticator known(*registry, uses_clock_, [&](const std::string& name) { told.push_back(name); });
  http::ServerRequest request;
  request.headers.push_back({"Authorization", "Bearer " + token_});
  EXPECT_TRUE(known.identify(request));
  request.headers.back().value += "x";
  EXPECT_FALSE(known.identify(request));
  EXPECT_EQ(told, std::vector<std::string>{"ci"});
}

}  // namespace
}  // namespace holdfast::test
