#include "etcd/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::etcd {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Case {
  std::string text;
  bool bare_means_tls;
  bool tls;
  std::string host;
  std::string port;
  std::string authority;
};

class EndpointForms : public testing::TestWithParam<Case> {};

TEST_P(EndpointForms, AreUnderstood) {
  const Case& expected = GetParam();
  const auto endpoint = parse_endpoint(expected.text, expected.bare_means_tls);
  ASSERT_TRUE(endpoint) << endpoint.error().to_string();
  EXPECT_EQ(endpoint->text, expected.text);
  EXPECT_EQ(endpoint->tls, expected.tls);
  EXPECT_EQ(endpoint->host, expected.host);
  EXPECT_EQ(endpoint->port, expected.port);
  EXPECT_EQ(endpoint->authority(), expected.authority);
}

INSTANTIATE_TEST_SUITE_P(All, EndpointForms,
                         testing::Values(Case{"127.0.0.1:2379", false, false, "127.0.0.1", "2379", "127.0.0.1:2379"},
                                         Case{"127.0.0.1:2379", true, true, "127.0.0.1", "2379", "127.0.0.1:2379"},
                                         Case{"http://etcd-0:1234", true, false, "etcd-0", "1234", "etcd-0:1234"},
                                         Case{"https://etcd-0", false, true, "etcd-0", "2379", "etcd-0:2379"},
                                         Case{"https://etcd-0:2379/", false, true, "etcd-0", "2379", "etcd-0:2379"},
                                         Case{"http://[::1]:2379", false, false, "::1", "2379", "[::1]:2379"},
                                         Case{"[fd00::7]", false, false, "fd00::7", "2379", "[fd00::7]:2379"}));

TEST(Endpoint, CanBeAUnixSocket) {
  const auto endpoint = parse_endpoint("unix:///run/etcd.sock", true);
  ASSERT_TRUE(endpoint);
  EXPECT_EQ(endpoint->unix_path, "/run/etcd.sock");
  EXPECT_FALSE(endpoint->tls);
  EXPECT_EQ(endpoint->authority(), "localhost");
  EXPECT_TRUE(parse_endpoint("unixs:///run/etcd.sock", false)->tls);
}

class BadEndpoints : public testing::TestWithParam<const char*> {};

TEST_P(BadEndpoints, AreUsageErrorsThatNameThem) {
  const auto endpoint = parse_endpoint(GetParam(), false);
  ASSERT_FALSE(endpoint);
  EXPECT_EQ(endpoint.error().code, Code::usage);
  EXPECT_THAT(endpoint.error().message, HasSubstr(GetParam()));
  EXPECT_NE(endpoint.error().hint, "");
}

INSTANTIATE_TEST_SUITE_P(All, BadEndpoints,
                         testing::Values("", "http://", ":2379", "host:", "host:0", "host:65536", "host:port",
                                         "::1:2379", "[::1", "[::1]x", "ftp://host", "http://host/path",
                                         "unix://relative", "two words:2379"));

TEST(Endpoint, NeverRepeatsAPasswordWrittenIntoIt) {
  const auto endpoint = parse_endpoint("https://root:hunter2@etcd-0:2379", false);
  ASSERT_FALSE(endpoint);
  EXPECT_EQ(endpoint.error().code, Code::usage);
  EXPECT_THAT(endpoint.error().to_string(), Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace holdfast::etcd
