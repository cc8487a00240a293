#include "http/proxy.h"

#include <gtest/gtest.h>

namespace holdfast::http {
namespace {

TEST(ProxyRules, AreEmptyWithoutVariables) {
  const ProxyRules rules = proxy_rules(os::Environment{});
  EXPECT_EQ(rules.http, "");
  EXPECT_EQ(rules.https, "");
  EXPECT_EQ(rules.no_proxy, "");
}

TEST(ProxyRules, PreferSmallLetters) {
  const ProxyRules rules = proxy_rules(os::Environment({{"http_proxy", "http://a"},
                                                        {"HTTP_PROXY", "http://A"},
                                                        {"HTTPS_PROXY", "http://B"},
                                                        {"no_proxy", "x,y"},
                                                        {"NO_PROXY", "z"}}));
  EXPECT_EQ(rules.http, "http://a");
  EXPECT_EQ(rules.https, "http://B");
  EXPECT_EQ(rules.no_proxy, "x,y");
}

TEST(ProxyRules, FallBackToAllProxy) {
  const ProxyRules rules = proxy_rules(os::Environment({{"ALL_PROXY", "http://all"}, {"https_proxy", "http://s"}}));
  EXPECT_EQ(rules.http, "http://all");
  EXPECT_EQ(rules.https, "http://s");
}

TEST(ProxyRules, IgnoreWhatACgiClientCouldHaveSet) {
  const ProxyRules rules = proxy_rules(os::Environment({{"HTTP_PROXY", "http://evil"}, {"REQUEST_METHOD", "GET"}}));
  EXPECT_EQ(rules.http, "");
}

}  // namespace
}  // namespace holdfast::http
