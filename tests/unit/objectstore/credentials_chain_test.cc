// The order of the sources, seen from outside, and the region.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/objectstore/credentials_test_support.h"

#include "support/http_server.h"

namespace holdfast::objectstore::s3::test {
namespace {

using holdfast::test::HttpReply;
using holdfast::test::HttpRequest;
using holdfast::test::HttpServer;
using testing::HasSubstr;

// Plays STS, the container endpoint and the instance metadata, each giving keys by its own name.
HttpReply play_services(const HttpRequest& request) {
  const std::string json =
      R"({"AccessKeyId":"%","SecretAccessKey":"s","Token":"t","Expiration":"2030-01-01T00:00:00Z"})";
  const auto keys = [&](const std::string& id) {
    return HttpReply{.body = std::string(json).replace(json.find('%'), 1, id)};
  };
  if (request.method == "POST") {
    return {
        .body =
            "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>web-identity"
            "</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>"
            "2030-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>"
            "</AssumeRoleWithWebIdentityResponse>"};
  }
  if (request.target == "/container") return keys("container");
  if (request.target == "/latest/api/token") return {.body = "session"};
  if (request.target == "/latest/meta-data/iam/security-credentials/") return {.body = "role"};
  if (request.target == "/latest/meta-data/iam/security-credentials/role") return keys("instance");
  if (request.target == "/latest/meta-data/placement/region") return {.body = "region-of-instance"};
  return {.status = 404};
}

class CredentialChain : public testing::Test {
 protected:
  CredentialChain() {
    server_.handle(play_services);
    machine_.set("AWS_ENDPOINT_URL_STS", server_.url());
    machine_.set("AWS_EC2_METADATA_DISABLED", "true");
  }
  Result<Credentials> get(const CredentialOptions& options = {}) {
    return make_credentials(options, machine_.system())->get({});
  }
  std::string id(const CredentialOptions& options = {}) {
    const auto credentials = get(options);
    return credentials ? credentials->access_key_id : credentials.error().to_string();
  }

  HttpServer server_;
  Machine machine_;
};

TEST_F(CredentialChain, AsksTheSourcesInTheOrderOfTheAwsTools) {
  machine_.set("AWS_EC2_METADATA_DISABLED", "");
  machine_.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server_.url());
  EXPECT_EQ(id(), "instance");

  machine_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server_.url() + "/container");
  EXPECT_EQ(id(), "container");

  machine_.set("AWS_SHARED_CREDENTIALS_FILE",
               machine_.write("credentials", "[default]\naws_access_key_id=shared\naws_secret_access_key=s\n"));
  EXPECT_EQ(id(), "shared");

  machine_.set("AWS_WEB_IDENTITY_TOKEN_FILE", machine_.write("token", "t"));
  machine_.set("AWS_ROLE_ARN", "arn:x");
  EXPECT_EQ(id(), "web-identity");

  machine_.set("AWS_ACCESS_KEY_ID", "environment");
  machine_.set("AWS_SECRET_ACCESS_KEY", "s");
  EXPECT_EQ(id(), "environment");

  EXPECT_EQ(id({.access_key_id = "explicit", .secret_access_key = Secret("s")}), "explicit");
}

TEST_F(CredentialChain, ProfileNamedInTheOptionsComesBeforeTheEnvironment) {
  machine_.set("AWS_SHARED_CREDENTIALS_FILE",
               machine_.write("credentials", "[p]\naws_access_key_id=shared\naws_secret_access_key=s\n"));
  machine_.set("AWS_ACCESS_KEY_ID", "environment");
  machine_.set("AWS_SECRET_ACCESS_KEY", "s");
  EXPECT_EQ(id({.profile = "p"}), "shared");

  machine_.set("AWS_PROFILE", "p");
  EXPECT_EQ(id({.profile = "p"}), "environment");
}

TEST_F(CredentialChain, SaysForEverySourceWhyItDidNotApply) {
  machine_.set("HOME", machine_.directory().path());

  const auto credentials = get();

  ASSERT_FALSE(credentials);
  EXPECT_EQ(credentials.error().code, Code::refused);
  EXPECT_FALSE(credentials.error().hint.empty());
  for (const char* reason :
       {"AWS_ACCESS_KEY_ID is not set", "AWS_WEB_IDENTITY_TOKEN_FILE is not set", "no profile default in",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_EC2_METADATA_DISABLED is set"}) {
    EXPECT_THAT(credentials.error().message, HasSubstr(reason));
  }
}

TEST_F(CredentialChain, DoesNotHideASourceThatIsBrokenBehindTheNextOne) {
  machine_.set("AWS_WEB_IDENTITY_TOKEN_FILE", machine_.directory().file("absent"));
  machine_.set("AWS_ROLE_ARN", "arn:x");
  machine_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server_.url() + "/container");

  const auto credentials = get();

  ASSERT_FALSE(credentials);
  EXPECT_THAT(credentials.error().to_string(), HasSubstr("web identity"));
  EXPECT_THAT(credentials.error().to_string(), HasSubstr("absent"));
}

TEST_F(CredentialChain, SaysWhatElseWasTriedAndWhatToSetWhenTheMetadataServiceRefuses) {
  holdfast::test::HttpServer refusing;
  refusing.expect({.method = "PUT", .target = "/latest/api/token", .reply = {.status = 403}});
  machine_.set("HOME", machine_.directory().path());
  machine_.set("AWS_EC2_METADATA_DISABLED", "");
  machine_.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", refusing.url());

  const auto credentials = get();

  ASSERT_FALSE(credentials);
  EXPECT_EQ(credentials.error().code, Code::refused);
  for (const char* reason : {"status 403", "AWS_ACCESS_KEY_ID is not set", "no profile default in",
                             "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"}) {
    EXPECT_THAT(credentials.error().message, HasSubstr(reason));
  }
  for (const char* setting :
       {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_EC2_METADATA_DISABLED=true"}) {
    EXPECT_THAT(credentials.error().hint, HasSubstr(setting));
  }
}

TEST_F(CredentialChain, ReachesTheServicesOfThisMachineWithoutAProxy) {
  machine_.set("http_proxy", "http://127.0.0.1:1");
  machine_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server_.url() + "/container");
  EXPECT_EQ(id(), "container");
}

TEST_F(CredentialChain, RemembersWhatItFound) {
  machine_.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", server_.url() + "/container");
  const auto provider = make_credentials({}, machine_.system());
  ASSERT_TRUE(provider->get({}));
  ASSERT_TRUE(provider->get({}));
  EXPECT_EQ(server_.requests().size(), 1U);
}

class FindRegion : public CredentialChain {
 protected:
  std::string region(const CredentialOptions& options = {}, bool ask_instance = false) {
    const auto found = find_region(options, machine_.system(), ask_instance, {});
    return found ? *found : std::string(code_name(found.error().code));
  }
};

TEST_F(FindRegion, LooksWhereTheAwsToolsLook) {
  EXPECT_EQ(region(), "NOT_FOUND");
  machine_.set("AWS_CONFIG_FILE",
               machine_.write("config", "[default]\nregion = of-default\n[profile p]\nregion = of-p\n"));
  EXPECT_EQ(region(), "of-default");
  EXPECT_EQ(region({.profile = "p"}), "of-p");
  machine_.set("AWS_DEFAULT_REGION", "of-default-variable");
  EXPECT_EQ(region(), "of-default-variable");
  machine_.set("AWS_REGION", "of-variable");
  EXPECT_EQ(region(), "of-variable");
  EXPECT_EQ(region({.region = "explicit"}), "explicit");
}

TEST_F(FindRegion, ComesWithTheEndpointOfTheProfile) {
  EXPECT_EQ(profile_endpoint("", machine_.system()).value(), "");
  machine_.set("AWS_CONFIG_FILE", machine_.write("config",
                                                 "[default]\nendpoint_url = https://s3.default.test\n"
                                                 "[profile p]\nendpoint_url = https://s3.p.test:9000\n"));
  EXPECT_EQ(profile_endpoint("", machine_.system()).value(), "https://s3.default.test");
  EXPECT_EQ(profile_endpoint("p", machine_.system()).value(), "https://s3.p.test:9000");
  machine_.set("AWS_PROFILE", "p");
  EXPECT_EQ(profile_endpoint("", machine_.system()).value(), "https://s3.p.test:9000");
  machine_.set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
  EXPECT_EQ(profile_endpoint("", machine_.system()).value(), "");
}

TEST_F(FindRegion, AsksTheInstanceOnlyWhenTold) {
  machine_.set("AWS_EC2_METADATA_DISABLED", "");
  machine_.set("AWS_EC2_METADATA_SERVICE_ENDPOINT", server_.url());
  EXPECT_EQ(region({}, false), "NOT_FOUND");
  EXPECT_EQ(region({}, true), "region-of-instance");
}

}  // namespace
}  // namespace holdfast::objectstore::s3::test
