// TLS against a real server with certificates of a private authority.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/http/transport_test_support.h"

#include "os/file_system.h"
#include "support/certificates.h"
#include "support/temp_dir.h"

namespace holdfast::http::test {
namespace {

using holdfast::test::Certificates;
using holdfast::test::Fault;
using holdfast::test::HttpServer;
using holdfast::test::TempDir;
using testing::HasSubstr;
using testing::IsEmpty;

std::string read(const std::string& path) {
  return std::string(as_text(os::read_file(os::real_file_system(), path, kMiB).value()));
}

// Making certificates takes a moment: one set for all tests here.
class TransportTls : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    directory_ = new TempDir();
    certificates_ = holdfast::test::make_certificates(directory_->path()).value();
  }
  static void TearDownTestSuite() { delete directory_; }

  std::unique_ptr<HttpServer> make_server(const std::string& address = "127.0.0.1") {
    return std::make_unique<HttpServer>(
        holdfast::test::HttpServerOptions{.address = address,
                                          .certificate_file = certificates_.server_certificate_file,
                                          .key_file = certificates_.server_key_file});
  }

  static inline TempDir* directory_ = nullptr;
  static inline Certificates certificates_;
};

TEST_F(TransportTls, TrustsTheAuthorityInAFile) {
  const auto server = make_server();
  server->expect({.target = "/", .reply = {.body = "safe"}});
  const auto transport = make_transport({.ca_file = certificates_.ca_file});

  const auto response = get(*transport, server->url() + "/");

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(text(*response), "safe");
  EXPECT_THAT(server->complaints(), IsEmpty());
}

TEST_F(TransportTls, TrustsTheAuthorityGivenAsText) {
  const auto server = make_server();
  server->expect({.target = "/", .reply = {.body = "safe"}});
  const auto transport = make_transport({.ca_file = "/does/not/exist", .ca_pem = read(certificates_.ca_file)});

  const auto response = get(*transport, server->url() + "/");

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(text(*response), "safe");
}

TEST_F(TransportTls, RefusesAnAuthorityItDoesNotKnow) {
  const auto server = make_server();
  const auto transport = make_transport();

  const auto response = get(*transport, server->url() + "/");

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::refused);
  EXPECT_FALSE(response.error().retryable);
  EXPECT_THAT(response.error().message, HasSubstr(server->host()));
  EXPECT_THAT(response.error().hint, HasSubstr("--ca-file"));
  EXPECT_THAT(server->requests(), IsEmpty());
}

TEST_F(TransportTls, RefusesACertificateForAnotherAddress) {
  const auto server = make_server("127.0.0.2");  // the certificate only says 127.0.0.1
  const auto transport = make_transport({.ca_file = certificates_.ca_file});

  const auto response = get(*transport, server->url() + "/");

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::refused);
  EXPECT_THAT(response.error().message, HasSubstr("127.0.0.2"));
  EXPECT_THAT(server->requests(), IsEmpty());
}

TEST_F(TransportTls, SkipsTheCheckWhenToldTo) {
  const auto server = make_server();
  server->expect({.target = "/", .reply = {.body = "blind"}});
  const auto transport = make_transport({.insecure_skip_verify = true});

  const auto response = get(*transport, server->url() + "/");

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(text(*response), "blind");
}

TEST_F(TransportTls, SaysWhichCaFileCannotBeUsed) {
  const auto server = make_server();
  const auto transport = make_transport({.ca_file = directory_->file("missing.pem")});

  const auto response = get(*transport, server->url() + "/");

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::usage);
  EXPECT_THAT(response.error().message, HasSubstr("missing.pem"));
}

TEST_F(TransportTls, SaysWhenTheServerSpeaksPlainHttp) {
  HttpServer plain;
  const auto transport = make_transport();

  const auto response = get(*transport, fmt::format("https://{}/", plain.host()));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::unavailable);
  EXPECT_THAT(response.error().hint, HasSubstr("scheme"));
}

TEST_F(TransportTls, UploadsAndDownloadsLargeBodiesOnOneConnection) {
  const std::string body = pattern(9 * kMiB + 1);
  const auto server = make_server();
  server->expect({.method = "PUT", .target = "/k", .body = body});
  server->expect({.target = "/k", .reply = {.body = body}});
  const auto transport = make_transport({.ca_file = certificates_.ca_file});

  const auto put = transport->send({.method = "PUT", .url = server->url() + "/k", .body = as_bytes(body)}, kLimit, {});
  const auto got = get(*transport, server->url() + "/k");

  ASSERT_TRUE(put) << put.error().to_string();
  ASSERT_TRUE(got) << got.error().to_string();
  EXPECT_TRUE(text(*got) == body);
  EXPECT_EQ(server->connections(), 1);
  EXPECT_THAT(server->complaints(), IsEmpty());
}

TEST_F(TransportTls, SurvivesAResetInTheMiddleOfAnUpload) {
  const std::string body = pattern(16 * kMiB);
  const auto server = make_server();
  server->expect({.method = "PUT", .target = "/k", .reply = {.fault = Fault::reset_in_request, .fault_after = kMiB}});
  const auto transport = make_transport({.ca_file = certificates_.ca_file});

  const auto response =
      transport->send({.method = "PUT", .url = server->url() + "/k", .body = as_bytes(body)}, kLimit, {});

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::unavailable);
}

TEST_F(TransportTls, ABodyThatEndsEarlyIsUnavailable) {
  const auto server = make_server();
  server->expect({.target = "/", .reply = {.body = "0123456789", .fault = Fault::end_in_body, .fault_after = 5}});
  const auto transport = make_transport({.ca_file = certificates_.ca_file});

  const auto response = get(*transport, server->url() + "/");

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::unavailable);
}

}  // namespace
}  // namespace holdfast::http::test
