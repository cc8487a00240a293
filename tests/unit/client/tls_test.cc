// What a kubeconfig says about certificates, on a TLS server.
#include "client_fixture.h"

#include "base/bytes.h"
#include "support/certificates.h"

namespace holdfast::client {
namespace {

using ::testing::HasSubstr;

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() : certificates_(test::make_certificates(dir_.path())) {}

  void SetUp() override {
    ASSERT_TRUE(certificates_) << certificates_.error().to_string();
    server_ = std::make_unique<test::HttpServer>(test::HttpServerOptions{
        .certificate_file = certificates_->server_certificate_file, .key_file = certificates_->server_key_file});
    server_->handle([](const test::HttpRequest&) { return test::HttpReply{.body = "{}"}; });
    connection_.server = server_->url();
    const auto pem = os::read_file(os::real_file_system(), certificates_->ca_file, kMiB);
    ASSERT_TRUE(pem);
    connection_.authority_pem = as_text(*pem);
  }

  Result<json::Value> ask() const {
    const os::Environment environment;
    const auto client = ApiClient::create(connection_, os::real_file_system(), environment, os::real_clock());
    return client->ask({.path = "/x"}, {});
  }

  test::TempDir dir_;
  Result<test::Certificates> certificates_;
  std::unique_ptr<test::HttpServer> server_;
  Connection connection_;
};

TEST_F(TlsTest, the_authority_of_the_kubeconfig_is_trusted) {
  const auto answer = ask();
  EXPECT_TRUE(answer) << answer.error().to_string();
}

TEST_F(TlsTest, another_authority_is_refused_with_a_hint) {
  connection_.authority_pem.clear();
  const auto answer = ask();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Code::refused);
  EXPECT_THAT(answer.error().hint, HasSubstr("certificate-authority"));
}

TEST_F(TlsTest, checks_can_be_turned_off) {
  connection_.authority_pem.clear();
  connection_.insecure_skip_verify = true;
  EXPECT_TRUE(ask());
}

TEST_F(TlsTest, the_certificate_must_be_good_for_the_name_that_is_said) {
  connection_.tls_server_name = "etcd.test";
  const auto answer = ask();
  EXPECT_TRUE(answer) << answer.error().to_string();
  const auto host = server_->requests().back().header("host");
  EXPECT_EQ(host, server_->host());

  connection_.tls_server_name = "other.test";
  EXPECT_EQ(ask().error().code, Code::refused);
}

}  // namespace
}  // namespace holdfast::client
