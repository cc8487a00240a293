#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/objectstore/credentials_test_support.h"

#include "objectstore/s3/sts_reply.h"
#include "support/http_server.h"

namespace holdfast::objectstore::s3::test {
namespace {

using holdfast::test::Fault;
using holdfast::test::HttpReply;
using holdfast::test::HttpServer;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr const char* kAnswer =
    "<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
    "<AssumeRoleWithWebIdentityResult><SubjectFromWebIdentityToken>system:serviceaccount:a:b</"
    "SubjectFromWebIdentityToken>"
    "<Credentials><SessionToken>the+token/==</SessionToken><SecretAccessKey>the-secret</SecretAccessKey>"
    "<Expiration>2026-11-21T11:37:00Z</Expiration><AccessKeyId>ASIA1</AccessKeyId></Credentials>"
    "</AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>";

std::string refusal(const std::string& code, const std::string& message) {
  return "<ErrorResponse><Error><Type>Sender</Type><Code>" + code + "</Code><Message>" + message +
         "</Message></Error><RequestId>r</RequestId></ErrorResponse>";
}

class WebIdentityCredentials : public testing::Test {
 protected:
  WebIdentityCredentials() {
    machine_.set("AWS_WEB_IDENTITY_TOKEN_FILE", machine_.write("token", "ey.J0b2tlbg.x-y_z\n"));
    machine_.set("AWS_ROLE_ARN", "arn:aws:iam::123456789012:role/backup");
    machine_.set("AWS_ROLE_SESSION_NAME", "one two");
    machine_.set("AWS_ENDPOINT_URL_STS", server_.url());
  }
  Result<Credentials> get() { return source_->get({}); }

  HttpServer server_;
  Machine machine_;
  std::unique_ptr<http::Transport> transport_ = make_transport();
  std::unique_ptr<CredentialProvider> source_ = make_web_identity_credentials({}, machine_.system(), *transport_);
};

TEST_F(WebIdentityCredentials, AreExchangedForTheTokenInTheFile) {
  server_.expect({.method = "POST",
                  .target = "/",
                  .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                  .absent_headers = {"Authorization"},
                  .body = "Action=AssumeRoleWithWebIdentity&Version=2011-06-15"
                          "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fbackup"
                          "&RoleSessionName=one%20two&WebIdentityToken=ey.J0b2tlbg.x-y_z",
                  .reply = {.body = kAnswer}});

  const auto credentials = get();

  ASSERT_TRUE(credentials) << credentials.error().to_string();
  EXPECT_EQ(credentials->access_key_id, "ASIA1");
  EXPECT_EQ(credentials->secret_access_key.reveal(), "the-secret");
  EXPECT_EQ(credentials->session_token.reveal(), "the+token/==");
  EXPECT_EQ(credentials->expiry, parse_time("2026-11-21T11:37:00Z").value());
  EXPECT_THAT(credentials->source, HasSubstr("role/backup"));
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST_F(WebIdentityCredentials, ReadTheTokenAnewEachTime) {
  server_.handle([](const auto&) { return HttpReply{.body = kAnswer}; });
  ASSERT_TRUE(get());
  machine_.write("token", "second");

  ASSERT_TRUE(get());

  EXPECT_TRUE(server_.requests().back().body.ends_with("WebIdentityToken=second"));
}

TEST_F(WebIdentityCredentials, AreNotSetUpWithoutATokenFile) {
  machine_.set("AWS_WEB_IDENTITY_TOKEN_FILE", "");
  EXPECT_EQ(get().error().code, Code::not_found);
}

TEST_F(WebIdentityCredentials, NeedARole) {
  machine_.set("AWS_ROLE_ARN", "");
  EXPECT_EQ(get().error().code, Code::usage);
}

TEST_F(WebIdentityCredentials, AMissingTokenFileIsAMistakeNotAnotherSource) {
  machine_.set("AWS_WEB_IDENTITY_TOKEN_FILE", machine_.directory().file("absent"));
  const auto credentials = get();
  EXPECT_EQ(credentials.error().code, Code::usage);
  EXPECT_THAT(credentials.error().message, HasSubstr("absent"));
}

TEST_F(WebIdentityCredentials, AnUnusableTokenFileIsNamedButNotShown) {
  for (const char* text : {"", " \n", "hunter2 with words", "hunter2\nhunter2"}) {
    machine_.write("token", text);
    const auto credentials = get();
    EXPECT_EQ(credentials.error().code, Code::usage);
    EXPECT_THAT(everything(credentials.error()), HasSubstr("/token"));
    EXPECT_THAT(everything(credentials.error()), Not(HasSubstr("hunter2")));
  }
  EXPECT_EQ(server_.connections(), 0);
}

TEST_F(WebIdentityCredentials, ARefusalSaysWhyWithoutTheToken) {
  server_.expect(
      {.method = "POST",
       .target = "/",
       .reply = {.status = 400, .body = refusal("ExpiredTokenException", "Token expired: ey.J0b2tlbg.x-y_z")}});

  const auto credentials = get();

  EXPECT_EQ(credentials.error().code, Code::refused);
  EXPECT_FALSE(credentials.error().retryable);
  EXPECT_THAT(credentials.error().message, HasSubstr("ExpiredTokenException"));
  EXPECT_THAT(credentials.error().hint, HasSubstr("trust policy"));
  EXPECT_THAT(everything(credentials.error()), Not(HasSubstr("J0b2tlbg")));
}

TEST_F(WebIdentityCredentials, ABusyServiceIsAskedAgain) {
  server_.expect({.method = "POST", .target = "/", .reply = {.fault = Fault::reset_before_reply}});
  server_.expect({.method = "POST", .target = "/", .reply = {.status = 503}});
  server_.expect({.method = "POST", .target = "/", .reply = {.body = kAnswer}});

  const auto credentials = get();

  EXPECT_TRUE(credentials) << credentials.error().to_string();
  EXPECT_EQ(machine_.clock().sleeps().size(), 2U);
  EXPECT_THAT(server_.complaints(), IsEmpty());
}

TEST_F(WebIdentityCredentials, AServiceThatStaysBusyIsUnavailable) {
  server_.handle([](const auto&) { return HttpReply{.status = 500}; });
  const auto credentials = get();
  EXPECT_EQ(credentials.error().code, Code::unavailable);
  EXPECT_TRUE(credentials.error().retryable);
  EXPECT_EQ(server_.requests().size(), 3U);
}

TEST_F(WebIdentityCredentials, AnswersThatAreNoneAreRefused) {
  const std::string whole = kAnswer;
  const auto without = [&](const std::string& text) {
    return whole.substr(0, whole.find(text)) + whole.substr(whole.find(text) + text.size());
  };
  for (const std::string& body : {std::string(), std::string("hunter2"), whole.substr(0, 100), std::string("<html/>"),
                                  without("<AccessKeyId>ASIA1</AccessKeyId>"), without("the-secret"),
                                  without("the+token/=="), without("2026-")}) {
    const auto credentials = parse_assumed_role(body);
    ASSERT_FALSE(credentials) << body;
    EXPECT_EQ(credentials.error().code, Code::corrupt);
  }
}

TEST_F(WebIdentityCredentials, AnEndlessAnswerIsCutOff) {
  server_.expect({.method = "POST", .target = "/", .reply = {.body = std::string(kMiB, '<')}});
  EXPECT_EQ(get().error().code, Code::no_space);
}

// Answers every request with nothing and remembers its URL.
class UrlRecorder final : public http::Transport {
 public:
  Status stream(const http::Request& request, const http::HeadReceiver& on_head, const http::BodyReceiver& /*on_body*/,
                const std::stop_token& /*stop*/) override {
    url = request.url;
    return on_head({.status = 400});
  }
  std::string url;
};

TEST(WebIdentityEndpoint, IsTheOneOfTheRegion) {
  Machine machine;
  const WebIdentity identity{.token_file = machine.write("token", "t"), .role_arn = "arn"};
  UrlRecorder recorder;
  const auto url_for = [&](const std::string& region) {
    recorder.url.clear();
    EXPECT_FALSE(assume_role(identity, region, machine.system(), recorder, {}));
    return recorder.url;
  };
  EXPECT_EQ(url_for("eu-central-1"), "https://sts.eu-central-1.amazonaws.com/");
  EXPECT_EQ(url_for("cn-north-1"), "https://sts.cn-north-1.amazonaws.com.cn/");
  EXPECT_EQ(url_for(""), "https://sts.amazonaws.com/");
  EXPECT_EQ(url_for("evil.example/"), "");
  machine.set("AWS_ENDPOINT_URL", "https://s3.example.test/base");
  EXPECT_EQ(url_for("eu-central-1"), "https://s3.example.test/base/");
  machine.set("AWS_ENDPOINT_URL_STS", "https://sts.example.test");
  EXPECT_EQ(url_for("eu-central-1"), "https://sts.example.test/");
}

TEST(WebIdentityProfile, ComesFromTheConfigFileToo) {
  HttpServer server;
  server.expect({.method = "POST", .target = "/", .reply = {.body = kAnswer}});
  Machine machine;
  machine.set("AWS_ENDPOINT_URL_STS", server.url());
  const std::string token = machine.write("token", "from-the-profile");
  machine.set("AWS_CONFIG_FILE", machine.write("config",
                                               "[profile pod]\nrole_arn = arn:aws:iam::1:role/r\n"
                                               "web_identity_token_file = " +
                                                   token + "\nregion = eu-west-1\n"));
  const auto transport = make_transport();

  const auto credentials =
      make_profile_credentials({.profile = "pod"}, machine.system(), *transport, *transport)->get({});

  ASSERT_TRUE(credentials) << credentials.error().to_string();
  EXPECT_EQ(credentials->access_key_id, "ASIA1");
  EXPECT_TRUE(server.requests().front().body.ends_with("WebIdentityToken=from-the-profile"));
}

}  // namespace
}  // namespace holdfast::objectstore::s3::test
