// Sources that ask a service beside the machine: the container endpoint and the instance metadata.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/objectstore/credentials_test_support.h"

#include "objectstore/s3/credential_document.h"
#include "support/etcd_server.h"
#include "support/http_server.h"

namespace holdfast::objectstore::s3::test {
namespace {

using holdfast::test::Exchange;
using holdfast::test::HttpReply;
using holdfast::test::HttpServer;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kDocument =
    "{\"Code\":\"Success\",\"LastUpdated\":\"2026-11-21T05:37:00Z\",\"Type\":\"AWS-HMAC\",\"AccessKeyId\":\"ASIA2\","
    "\"SecretAccessKey\":\"the-secret\",\"Token\":\"the-token\",\"Expiration\":\"2026-11-21T11:37:00Z\"}";

void expect_document(const Result<Credentials>& credentials) {
  ASSERT_TRUE(credentials) << credentials.error().to_string();
  EXPECT_EQ(credentials->access_key_id, "ASIA2");
  EXPECT_EQ(credentials->secret_access_key.reveal(), "the-secret");
  EXPECT_EQ(credentials->session_token.reveal(), "the-token");
  EXPECT_EQ(credentials->expiry, parse_time("2026-11-21T11:37:00Z").value());
}

// Remembers the URL and answers with credentials, whatever host it is.
class Anywhere final : public http::Transport {
 public:
  Status stream(const http::Request& request, const http::HeadReceiver& on_head, const http::BodyReceiver& on_body,
                const std::stop_token& /*stop*/) override {
    url = request.url;
    HF_TRY(on_head({.status = 200}));
    return on_body(as_bytes(kDocument));
  }
  std::string url;
};

TEST(ContainerCredentials, AreNotSetUpWithoutVariables) {
  Machine machine;
  const auto transport = make_transport();
  EXPECT_EQ(make_container_credentials(machine.system(), *transport)->get({}).error().code, Code::not_found);
}

TEST(ContainerCredentials, OfEcsAreAtItsFixedAddress) {
  Machine machine({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/credentials/abc"},
                   {"AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://ignored.example.test/"}});
  Anywhere transport;
  expect_document(make_container_credentials(machine.system(), transport)->get({}));
  EXPECT_EQ(transport.url, "http://169.254.170.2/v2/credentials/abc");
}

TEST(ContainerCredentials, RelativeUrisCannotNameAnotherHost) {
  Machine machine({{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "@evil.example.test/"}, {"X", "y"}});
  Anywhere transport;
  EXPECT_EQ(make_container_credentials(machine.system(), transport)->get({}).error().code, Code::usage);
  EXPECT_EQ(transport.url, "");
}

TEST(ContainerCredentials, GoWithoutTlsOnlyToThisMachineAndTheAgents) {
  Anywhere transport;
  const auto code_for = [&](const std::string& url) {
    Machine machine;
    machine.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", url);
    const auto credentials = make_container_credentials(machine.system(), transport)->get({});
    return credentials ? std::string("allowed") : std::string(code_name(credentials.error().code));
  };
  for (const char* url : {"http://127.0.0.1:1338/x", "http://127.9.9.9/x", "http://localhost/x", "http://[::1]/x",
                          "http://169.254.170.2/x", "http://169.254.170.23/v1/credentials", "http://[fd00:ec2::23]/x",
                          "https://anywhere.example.test/x"}) {
    EXPECT_EQ(code_for(url), "allowed") << url;
    EXPECT_EQ(transport.url, url);
  }
  for (const char* url :
       {"http://192.0.2.1/x", "http://127.evil.example.test/x", "http://localhost.example.test/x",
        "http://169.254.169.254/x", "http://[fd00:ec2::24]/x", "http://169.254.170.2.example.test/"}) {
    EXPECT_EQ(code_for(url), "REFUSED") << url;
  }
  EXPECT_EQ(code_for("ftp://localhost/"), "USAGE");
}

class ContainerEndpoint : public testing::Test {
 protected:
  ContainerEndpoint() { machine_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server_.url() + "/v1/credentials"); }
  Result<Credentials> get() { return source_->get({}); }

  HttpServer server_;
  Machine machine_;
  std::unique_ptr<http::Transport> transport_ = make_transport();
  std::unique_ptr<CredentialProvider> source_ = make_container_credentials(machine_.system(), *transport_);
};

TEST_F(ContainerEndpoint, GivesCredentials) {
  server_.expect({.target = "/v1/credentials", .absent_headers = {"Authorization"}, .reply = {.body = kDocument}});
  expect_document(get());
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST_F(ContainerEndpoint, IsShownTheTokenOfTheVariable) {
  machine_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Basic abc");
  server_.expect(
      {.target = "/v1/credentials", .headers = {{"Authorization", "Basic abc"}}, .reply = {.body = kDocument}});
  expect_document(get());
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST_F(ContainerEndpoint, IsShownTheTokenOfTheFileAsItIsNow) {
  machine_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "ignored");
  machine_.set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", machine_.write("token", "first\n"));
  server_.expect({.target = "/v1/credentials", .headers = {{"Authorization", "first"}}, .reply = {.body = kDocument}});
  server_.expect({.target = "/v1/credentials", .headers = {{"Authorization", "second"}}, .reply = {.body = kDocument}});
  expect_document(get());
  machine_.write("token", "second");
  expect_document(get());
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST_F(ContainerEndpoint, ThatRefusesIsNotAskedAgain) {
  server_.expect({.target = "/v1/credentials", .reply = {.status = 401, .body = "{\"message\":\"hunter2\"}"}});
  const auto credentials = get();
  EXPECT_EQ(credentials.error().code, Code::refused);
  EXPECT_THAT(credentials.error().message, HasSubstr("401"));
  EXPECT_THAT(everything(credentials.error()), Not(HasSubstr("hunter2")));
}

TEST_F(ContainerEndpoint, ThatIsBusyIsAskedAgain) {
  server_.expect({.target = "/v1/credentials", .reply = {.status = 429}});
  server_.expect({.target = "/v1/credentials", .reply = {.body = kDocument}});
  expect_document(get());
}

TEST(CredentialDocument, MustBeComplete) {
  for (const char* text :
       {"", "hunter2", "[]", "{}", "{\"AccessKeyId\":\"A\"}", "{\"AccessKeyId\":1,\"SecretAccessKey\":\"hunter2\"}",
        "{\"AccessKeyId\":\"\",\"SecretAccessKey\":\"hunter2\"}",
        "{\"AccessKeyId\":\"A\",\"SecretAccessKey\":\"hunter2\",\"Expiration\":\"soon\"}"}) {
    const auto credentials = parse_credential_document(text);
    ASSERT_FALSE(credentials) << text;
    EXPECT_EQ(credentials.error().code, Code::corrupt) << text;
    EXPECT_THAT(everything(credentials.error()), Not(HasSubstr("hunter2")));
  }
}

TEST(CredentialDocument, CanSayThatThereAreNone) {
  const auto credentials = parse_credential_document("{\"Code\":\"AssumeRoleUnauthorizedAccess\",\"Message\":\"no\"}");
  EXPECT_EQ(credentials.error().code, Code::refused);
  EXPECT_THAT(credentials.error().message, HasSubstr("AssumeRoleUnauthorizedAccess"));
}

class InstanceMetadata : public testing::Test {
 protected:
  InstanceMetadata() { machine_.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server_.url() + "/"); }
  Result<Credentials> get() { return make_instance_credentials(machine_.system(), *transport_)->get({}); }
  void expect_session() {
    server_.expect({.method = "PUT",
                    .target = "/latest/api/token",
                    .headers = {{"X-aws-ec2-metadata-token-ttl-seconds", "300"}, {"Content-Length", "0"}},
                    .reply = {.body = "session=="}});
  }
  void expect_question(const std::string& path, const HttpReply& reply) {
    server_.expect({.target = "/latest/meta-data/" + path,
                    .headers = {{"X-aws-ec2-metadata-token", "session=="}},
                    .reply = reply});
  }

  HttpServer server_;
  Machine machine_;
  std::unique_ptr<http::Transport> transport_ = make_transport();
};

TEST_F(InstanceMetadata, GivesTheCredentialsOfTheRole) {
  expect_session();
  expect_question("iam/security-credentials/", {.body = "backup role\n"});
  expect_question("iam/security-credentials/backup%20role", {.body = kDocument});

  const auto credentials = get();

  expect_document(credentials);
  EXPECT_THAT(credentials->source, HasSubstr("backup role"));
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST_F(InstanceMetadata, OfAnInstanceWithoutARoleIsNoSource) {
  expect_session();
  expect_question("iam/security-credentials/", {.status = 404});
  const auto credentials = get();
  EXPECT_EQ(credentials.error().code, Code::not_found);
  EXPECT_THAT(credentials.error().message, HasSubstr("no role"));
}

TEST_F(InstanceMetadata, CanBeSwitchedOff) {
  machine_.set("AWS_EC2_METADATA_DISABLED", "TRUE");
  EXPECT_EQ(get().error().code, Code::not_found);
  EXPECT_EQ(server_.connections(), 0);
}

TEST_F(InstanceMetadata, ThatNobodyServesIsNoSource) {
  machine_.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", fmt::format("http://127.0.0.1:{}", holdfast::test::free_port()));
  EXPECT_EQ(get().error().code, Code::not_found);
}

TEST_F(InstanceMetadata, ThatKeepsSilentIsNoSourceAfterASecond) {
  server_.expect(
      {.method = "PUT", .target = "/latest/api/token", .reply = {.fault = holdfast::test::Fault::stall_before_reply}});
  const auto begun = os::real_clock().steady();
  EXPECT_EQ(get().error().code, Code::not_found);
  EXPECT_LT(os::real_clock().steady() - begun, std::chrono::seconds(5));
}

TEST_F(InstanceMetadata, ThatRefusesASessionIsAFailure) {
  server_.expect({.method = "PUT", .target = "/latest/api/token", .reply = {.status = 403}});
  EXPECT_EQ(get().error().code, Code::refused);
}

TEST_F(InstanceMetadata, ThatIsBusyIsAskedAgain) {
  expect_session();
  expect_question("iam/security-credentials/", {.status = 503});
  expect_question("iam/security-credentials/", {.body = "r"});
  expect_question("iam/security-credentials/r", {.body = kDocument});
  expect_document(get());
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST_F(InstanceMetadata, KnowsTheRegion) {
  expect_session();
  expect_question("placement/region", {.body = "eu-central-1"});
  EXPECT_EQ(instance_region(machine_.system(), *transport_, {}).value(), "eu-central-1");
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST(InstanceEndpoint, IsLinkLocalUnlessTold) {
  Anywhere transport;
  Machine machine;
  EXPECT_FALSE(instance_region(machine.system(), transport, {})->empty());
  EXPECT_EQ(transport.url, "http://169.254.169.254/latest/meta-data/placement/region");
  machine.set("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ipv6");
  EXPECT_FALSE(instance_region(machine.system(), transport, {})->empty());
  EXPECT_EQ(transport.url, "http://[fd00:ec2::254]/latest/meta-data/placement/region");
}

}  // namespace
}  // namespace holdfast::objectstore::s3::test
