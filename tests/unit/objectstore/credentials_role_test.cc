// Profiles that take on a role: whose keys ask STS, what is sent, and what is said when it cannot work.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/objectstore/credentials_test_support.h"

#include "base/sha256.h"
#include "objectstore/s3/sigv4.h"
#include "support/http_server.h"

namespace holdfast::objectstore::s3::test {
namespace {

using holdfast::test::HttpReply;
using holdfast::test::HttpRequest;
using holdfast::test::HttpServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

HttpReply role_keys(const std::string& id, const std::string& action = "AssumeRole",
                    const std::string& expiry = "2030-01-01T00:00:00Z") {
  return {.body = fmt::format("<{0}Response><{0}Result><Credentials><AccessKeyId>{1}</AccessKeyId><SecretAccessKey>{1}-"
                              "secret</SecretAccessKey><SessionToken>{1}-token</SessionToken><Expiration>{2}"
                              "</Expiration></Credentials></{0}Result></{0}Response>",
                              action, id, expiry)};
}

// What is wrong with the signature of a request, checked with the same keys as the server of STS would; empty: nothing.
std::string check_signature(const HttpRequest& request, const Credentials& by, const std::string& region,
                            WallTime now) {
  const std::string token(by.session_token.reveal());
  if (request.header("x-amz-security-token").value_or("") != token) return "not the session token of its keys";
  RequestToSign as_received{.method = request.method,
                            .path = request.target,
                            .headers = {{"Host", request.header("Host").value_or("")},
                                        {"Content-Type", request.header("Content-Type").value_or("")}},
                            .payload_sha256 = to_hex(Sha256::of(as_bytes(request.body)))};
  const auto expected = sign_v4(as_received, by, {.region = region, .service = "sts"}, now, SigningStyle::generic);
  const std::string got = request.header("Authorization").value_or("none");
  return got == expected.back().value ? "" : got + " is not " + expected.back().value;
}

Credentials keys(const std::string& id) {
  return {.access_key_id = id,
          .secret_access_key = Secret(id + "-secret"),
          .session_token = {},
          .expiry = {},
          .source = {}};
}

Credentials temporary_keys(const std::string& id) {
  Credentials temporary = keys(id);
  temporary.session_token = Secret(id + "-token");
  return temporary;
}

class RoleCredentials : public testing::Test {
 protected:
  RoleCredentials() {
    machine_.set("AWS_ENDPOINT_URL_STS", server_.url());
    machine_.set("AWS_REGION", "eu-west-1");
    machine_.set(
        "AWS_SHARED_CREDENTIALS_FILE",
        machine_.write("credentials", "[base]\naws_access_key_id=AKBASE\naws_secret_access_key=AKBASE-secret\n"));
  }
  void write_config(const std::string& text) { machine_.set("AWS_CONFIG_FILE", machine_.write("config", text)); }
  Result<Credentials> get(const std::string& profile = "backup") {
    return make_profile_credentials({.profile = profile}, machine_.system(), *transport_, *transport_)->get({});
  }
  // STS gives `answer` to a question that `by` has signed.
  void expect_question(const Credentials& by, const std::string& answer) {
    server_.expect({.method = "POST",
                    .target = "/",
                    .check =
                        [this, by](const HttpRequest& request) {
                          return check_signature(request, by, "eu-west-1", machine_.clock().now());
                        },
                    .reply = role_keys(answer)});
  }
  void expect_keys(const Result<Credentials>& credentials, const std::string& id) {
    ASSERT_TRUE(credentials) << credentials.error().to_string();
    EXPECT_EQ(credentials->access_key_id, id);
    EXPECT_EQ(credentials->secret_access_key.reveal(), id + "-secret");
    EXPECT_EQ(credentials->session_token.reveal(), id + "-token");
    EXPECT_THAT(server_.complaints(), IsEmpty());
  }

  HttpServer server_;
  Machine machine_;
  std::unique_ptr<http::Transport> transport_ = make_transport();
};

TEST_F(RoleCredentials, AreAskedForWithTheKeysOfTheSourceProfile) {
  write_config(
      "[profile backup]\nrole_arn = arn:aws:iam::123456789012:role/backup\nsource_profile = base\n"
      "role_session_name = nightly\n");
  expect_question(keys("AKBASE"), "ASIA1");

  const auto credentials = get();

  expect_keys(credentials, "ASIA1");
  EXPECT_EQ(server_.requests().front().body,
            "Action=AssumeRole&Version=2011-06-15&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fbackup"
            "&RoleSessionName=nightly");
  EXPECT_EQ(credentials->expiry, parse_time("2030-01-01T00:00:00Z").value());
  EXPECT_THAT(credentials->source, AllOf(HasSubstr("role/backup"), HasSubstr("profile backup")));
}

TEST_F(RoleCredentials, DurationAndExternalIdAreSentAlong) {
  write_config(
      "[profile backup]\nrole_arn = arn:r\nsource_profile = base\nexternal_id = a b\nduration_seconds = 3600\n");
  expect_question(keys("AKBASE"), "ASIA1");

  expect_keys(get(), "ASIA1");

  EXPECT_THAT(server_.requests().front().body, HasSubstr("&DurationSeconds=3600&ExternalId=a%20b"));
}

TEST_F(RoleCredentials, OfAProfileWithKeysOfItsOwnAreTheRolesAllTheSame) {
  write_config(
      "[profile backup]\nrole_arn = arn:r\nsource_profile = "
      "base\naws_access_key_id=X\naws_secret_access_key=X-secret\n");
  expect_question(keys("AKBASE"), "ASIA1");

  expect_keys(get(), "ASIA1");
}

TEST_F(RoleCredentials, AProfileThatNamesItselfAsksWithItsOwnKeys) {
  write_config("[profile base]\nrole_arn = arn:r\nsource_profile = base\n");
  expect_question(keys("AKBASE"), "ASIA1");

  expect_keys(get("base"), "ASIA1");
}

TEST_F(RoleCredentials, RolesCanBeTakenOneAfterTheOther) {
  write_config(
      "[profile backup]\nrole_arn = arn:second\nsource_profile = middle\n"
      "[profile middle]\nrole_arn = arn:first\nsource_profile = base\n");
  expect_question(keys("AKBASE"), "ASIA1");
  expect_question(temporary_keys("ASIA1"), "ASIA2");

  expect_keys(get(), "ASIA2");

  EXPECT_THAT(server_.requests().front().body, HasSubstr("RoleArn=arn%3Afirst"));
}

TEST_F(RoleCredentials, CanStandOnAWebIdentity) {
  const std::string token = machine_.write("token", "t");
  write_config(
      "[profile backup]\nrole_arn = arn:r\nsource_profile = pod\n"
      "[profile pod]\nrole_arn = arn:pod\nweb_identity_token_file = " +
      token + "\n");
  server_.expect({.method = "POST",
                  .target = "/",
                  .absent_headers = {"Authorization"},
                  .reply = role_keys("ASIA1", "AssumeRoleWithWebIdentity")});
  expect_question(temporary_keys("ASIA1"), "ASIA2");

  expect_keys(get(), "ASIA2");
}

TEST_F(RoleCredentials, AreAskedForWithTheKeysInTheEnvironment) {
  machine_.set("AWS_ACCESS_KEY_ID", "ASENV");
  machine_.set("AWS_SECRET_ACCESS_KEY", "ASENV-secret");
  machine_.set("AWS_SESSION_TOKEN", "ASENV-token");
  write_config("[profile backup]\nrole_arn = arn:r\ncredential_source = Environment\n");
  expect_question(temporary_keys("ASENV"), "ASIA1");

  expect_keys(get(), "ASIA1");
}

constexpr const char* kServiceKeys =
    R"({"AccessKeyId":"ASSVC","SecretAccessKey":"ASSVC-secret","Token":"ASSVC-token","Expiration":"2030-01-01T00:00:00Z"})";

TEST_F(RoleCredentials, AreAskedForWithTheKeysOfTheContainer) {
  machine_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server_.url() + "/container");
  write_config("[profile backup]\nrole_arn = arn:r\ncredential_source = EcsContainer\n");
  server_.expect({.target = "/container", .reply = {.body = kServiceKeys}});
  expect_question(temporary_keys("ASSVC"), "ASIA1");

  expect_keys(get(), "ASIA1");
}

TEST_F(RoleCredentials, AreAskedForWithTheKeysOfTheInstance) {
  machine_.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server_.url());
  write_config("[profile backup]\nrole_arn = arn:r\ncredential_source = Ec2InstanceMetadata\n");
  const std::string roles = "/latest/meta-data/iam/security-credentials/";
  server_.expect({.method = "PUT", .target = "/latest/api/token", .reply = {.body = "session"}});
  server_.expect({.target = roles, .reply = {.body = "node"}});
  server_.expect({.target = roles + "node", .reply = {.body = kServiceKeys}});
  expect_question(temporary_keys("ASSVC"), "ASIA1");

  expect_keys(get(), "ASIA1");
}

TEST_F(RoleCredentials, AreRenewedBeforeTheyExpireAndSignedAnew) {
  write_config("[profile backup]\nrole_arn = arn:r\nsource_profile = base\n");
  server_.handle([this](const HttpRequest& request) {
    if (!check_signature(request, keys("AKBASE"), "eu-west-1", machine_.clock().now()).empty()) {
      return HttpReply{.status = 403};
    }
    return role_keys("ASIA1", "AssumeRole", format_time(machine_.clock().now() + std::chrono::hours(1)));
  });
  const auto provider = make_credentials({.profile = "backup", .transport = {.proxy = ""}}, machine_.system());
  const auto first = provider->get({});
  ASSERT_TRUE(first) << first.error().to_string();
  machine_.clock().advance(std::chrono::minutes(54));
  ASSERT_TRUE(provider->get({}));
  EXPECT_THAT(server_.requests(), SizeIs(1));
  machine_.clock().advance(std::chrono::minutes(2));

  const auto second = provider->get({});

  ASSERT_TRUE(second) << second.error().to_string();
  EXPECT_THAT(server_.requests(), SizeIs(2));
  EXPECT_GT(*second->expiry, *first->expiry);
}

TEST_F(RoleCredentials, ARefusalSaysWhatIsNeededAndShowsNoSecret) {
  machine_.set("AWS_ACCESS_KEY_ID", "ASENV");
  machine_.set("AWS_SECRET_ACCESS_KEY", "ASENV-secret");
  machine_.set("AWS_SESSION_TOKEN", "ASENV-token");
  write_config("[profile backup]\nrole_arn = arn:r\ncredential_source = Environment\nexternal_id = hunter2\n");
  server_.expect({.method = "POST",
                  .target = "/",
                  .reply = {.status = 403,
                            .body = "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>should have been "
                                    "x-amz-security-token:ASENV-token</Message></Error></ErrorResponse>"}});

  const auto error = get().error();

  EXPECT_EQ(error.code, Code::refused);
  EXPECT_THAT(error.message, AllOf(HasSubstr("arn:r"), HasSubstr("SignatureDoesNotMatch")));
  EXPECT_THAT(error.hint, AllOf(HasSubstr("sts:AssumeRole"), HasSubstr("environment")));
  for (const char* secret : {"ASENV-secret", "ASENV-token", "hunter2"}) {
    EXPECT_THAT(everything(error), Not(HasSubstr(secret)));
  }
}

TEST_F(RoleCredentials, ProfilesThatNeverComeToKeysAreAMistake) {
  write_config(
      "[profile backup]\nrole_arn = arn:r\nsource_profile = b\n[profile b]\nrole_arn = arn:r\nsource_profile = c\n"
      "[profile c]\nrole_arn = arn:r\nsource_profile = b\n");

  const auto error = get().error();

  EXPECT_EQ(error.code, Code::usage);
  EXPECT_THAT(error.message, HasSubstr("backup -> b -> c -> b"));
  EXPECT_EQ(server_.connections(), 0);
}

TEST_F(RoleCredentials, AnEndlessRowOfProfilesIsAMistake) {
  std::string config = "[profile backup]\nrole_arn = arn:r\nsource_profile = p0\n";
  for (int i = 0; i < 5000; ++i) {
    config += fmt::format("[profile p{}]\nrole_arn = arn:r\nsource_profile = p{}\n", i, i + 1);
  }
  write_config(config);

  EXPECT_EQ(get().error().code, Code::usage);
}

struct Mistake {
  std::string settings;
  Code code;
  std::string said;
};

TEST_F(RoleCredentials, MistakesAreNamedBeforeAnybodyIsAsked) {
  for (const Mistake& one : std::vector<Mistake>{
           {"role_arn = arn:r\nsource_profile = absent\n", Code::usage, "no profile absent"},
           {"role_arn = arn:r\nsource_profile = empty\n", Code::usage, "profile empty has no keys"},
           {"role_arn = arn:r\nsource_profile = backup\n", Code::usage, "profile backup has no keys"},
           {"role_arn = arn:r\nsource_profile = base\ncredential_source = Environment\n", Code::usage, "both"},
           {"role_arn = arn:r\ncredential_source = Moon\n", Code::usage, "Moon"},
           {"role_arn = arn:r\ncredential_source = Environment\n", Code::usage, "AWS_ACCESS_KEY_ID is not set"},
           {"role_arn = arn:r\nsource_profile = base\nduration_seconds = 899\n", Code::usage, "899"},
           {"role_arn = arn:r\nsource_profile = base\nduration_seconds = 43201\n", Code::usage, "43201"},
           {"role_arn = arn:r\nsource_profile = base\nduration_seconds = 1h\n", Code::usage, "1h"},
           {"role_arn = arn:r\nsource_profile = base\nmfa_serial = arn:m\n", Code::unsupported, "mfa_serial"},
           {"role_arn = arn:r\nsource_profile = sso\n", Code::unsupported, "sso_session"},
           {"source_profile = base\n", Code::usage, "without role_arn"}}) {
    write_config("[profile backup]\n" + one.settings + "[profile empty]\nregion = x\n[profile sso]\nsso_session = y\n");

    const auto credentials = get();

    ASSERT_FALSE(credentials) << one.settings;
    EXPECT_EQ(credentials.error().code, one.code) << one.settings;
    EXPECT_THAT(credentials.error().to_string(), HasSubstr(one.said));
  }
  EXPECT_EQ(server_.connections(), 0);
}

}  // namespace
}  // namespace holdfast::objectstore::s3::test
