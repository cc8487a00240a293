#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "etcd/client.h"

namespace holdfast::etcd {
namespace {

using testing::HasSubstr;

Error refusal(const ClientOptions& options) {
  const auto client = make_client(options);
  EXPECT_FALSE(client);
  return client ? Error{} : client.error();
}

TEST(MakeClient, NeedsAnEndpoint) {
  EXPECT_EQ(refusal({}).code, Code::usage);
}

TEST(MakeClient, RefusesAMalformedEndpoint) {
  ClientOptions options;
  options.endpoints = {"127.0.0.1:2379", "ftp://x"};
  EXPECT_EQ(refusal(options).code, Code::usage);
}

TEST(MakeClient, NeedsUserAndPasswordTogether) {
  ClientOptions options;
  options.endpoints = {"127.0.0.1:2379"};
  options.user = "root";
  EXPECT_THAT(refusal(options).message, HasSubstr("without a password"));
  options.user.clear();
  options.password = Secret("x");
  EXPECT_THAT(refusal(options).message, HasSubstr("without a user"));
}

TEST(MakeClient, SaysWhichCertificateFileIsMissing) {
  ClientOptions options;
  options.endpoints = {"https://127.0.0.1:2379"};
  options.tls.ca_file = "/nowhere/ca.pem";
  const Error error = refusal(options);
  EXPECT_EQ(error.code, Code::not_found);
  EXPECT_THAT(error.to_string(), HasSubstr("/nowhere/ca.pem"));
}

TEST(MakeClient, ConnectsToNobodyYet) {
  ClientOptions options;
  options.endpoints = {"127.0.0.1:1"};
  const auto client = make_client(options);
  ASSERT_TRUE(client);
  EXPECT_EQ((*client)->endpoints(), options.endpoints);
}

}  // namespace
}  // namespace holdfast::etcd
