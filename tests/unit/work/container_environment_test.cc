#include "own_container_support.h"
#include "work/container/environment.h"

namespace holdfast::work {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsSupersetOf;
using testing::Pair;
using testing::UnorderedElementsAre;

class ContainerEnvironmentTest : public OwnContainerTest {
 protected:
  Result<ContainerEnvironment> environment(std::vector<control::ContainerVariable> variables,
                                           control::ContainerRole role = control::ContainerRole::store) {
    const control::OwnContainer container{.role = role, .variables = std::move(variables)};
    return container_environment(container, names_, destination_, world_);
  }

  // Names and values, sorted.
  std::map<std::string, std::string> values(std::vector<control::ContainerVariable> variables,
                                            control::ContainerRole role = control::ContainerRole::store) {
    std::map<std::string, std::string> values;
    const auto made = environment(std::move(variables), role);
    EXPECT_TRUE(made) << (made ? "" : made.error().to_string());
    if (!made) return values;
    for (const auto& [name, value] : made->variables)
      values[name] = value.reveal();
    return values;
  }

  static control::ContainerVariable from(bool secret, const char* variable, const char* name, const char* key,
                                         bool optional = false) {
    return {.name = variable,
            .value = "",
            .source = control::ValueSource{.secret = secret, .name = name, .key = key, .optional = optional}};
  }
};

TEST_F(ContainerEnvironmentTest, AStoreContainerGetsExactlyWhatKkpPromises) {
  EXPECT_THAT(values({}),
              UnorderedElementsAre(Pair("ACCESS_KEY_ID", kAccessKey), Pair("SECRET_ACCESS_KEY", kSecretKey),
                                   Pair("BUCKET_NAME", "backups"), Pair("ENDPOINT", "http://s3.example.com:9000"),
                                   Pair("INSECURE", "true"), Pair("CLUSTER", "prod"),
                                   Pair("BACKUP_TO_CREATE", "nightly.db.gz"), Pair("BACKUP_SCHEDULE", "@daily"),
                                   Pair("BACKUP_KEEP_COUNT", "7"), Pair("BACKUP_CONFIG", "nightly")));
}

TEST_F(ContainerEnvironmentTest, ADeleteContainerIsToldWhatToDelete) {
  const auto all = values({}, control::ContainerRole::removal);
  EXPECT_EQ(all.size(), 10U);
  EXPECT_EQ(all.at("BACKUP_TO_DELETE"), "nightly.db.gz");
  EXPECT_FALSE(all.contains("BACKUP_TO_CREATE"));
}

TEST_F(ContainerEnvironmentTest, OnlyAUrlOfHttpWithAHostIsInsecure) {
  for (const char* secure : {"foo.com", "foo.com:443", "https", "https:433", "https://foo.com", "HtTpS://foo.com:80",
                             "http", "http:", "http://", "http:///x", ""})
    EXPECT_FALSE(is_insecure(secure)) << secure;
  for (const char* insecure : {"http://foo.com", "hTtP://foo.com"})
    EXPECT_TRUE(is_insecure(insecure)) << insecure;
}

TEST_F(ContainerEnvironmentTest, WhatIsPromisedComesBeforeWhatTheContainerSays) {
  const auto all = values({{.name = "bucket_name", .value = "mine", .source = {}},
                           {.name = "SECRET_ACCESS_KEY", .value = "mine", .source = {}},
                           {.name = "CLUSTER", .value = "mine", .source = {}},
                           {.name = "cluster", .value = "another variable", .source = {}}});
  EXPECT_EQ(all.at("BUCKET_NAME"), "backups");
  EXPECT_EQ(all.at("SECRET_ACCESS_KEY"), kSecretKey);
  EXPECT_EQ(all.at("CLUSTER"), "prod");
  EXPECT_FALSE(all.contains("bucket_name")) << "the first five are compared without regard to case";
  EXPECT_EQ(all.at("cluster"), "another variable");
}

TEST_F(ContainerEnvironmentTest, ValuesComeFromSecretsAndConfigMaps) {
  make("secret", "kube-system", "mine", {{"stringData", {{"a", "secret a"}, {"b", "secret b"}}}});
  make("configmap", "kube-system", "settings", {{"data", {{"level", "9"}}}});
  const auto made = environment({from(true, "S_", "mine", ""),
                                 from(true, "A", "mine", "a"),
                                 from(false, "LEVEL", "settings", "level"),
                                 {.name = "BOTH", .value = "$(A)-$(LEVEL)-$(UNKNOWN)-$$(A)", .source = {}}});
  ASSERT_TRUE(made) << made.error().to_string();
  EXPECT_EQ(made->variables.at("S_a").reveal(), "secret a");
  EXPECT_EQ(made->variables.at("S_b").reveal(), "secret b");
  EXPECT_EQ(made->variables.at("A").reveal(), "secret a");
  EXPECT_EQ(made->variables.at("LEVEL").reveal(), "9");
  EXPECT_EQ(made->variables.at("BOTH").reveal(), "secret a-9-$(UNKNOWN)-$(A)");
  EXPECT_THAT(made->secret_names, IsSupersetOf({"A", "S_a", "S_b", "BOTH", "ACCESS_KEY_ID", "SECRET_ACCESS_KEY"}));
  EXPECT_FALSE(made->secret_names.contains("LEVEL"));
}

TEST_F(ContainerEnvironmentTest, WhatIsMissingIsNamedUnlessItMayBe) {
  EXPECT_THAT(environment({from(true, "A", "none", "a")}).error().to_string(),
              HasSubstr("the Secret kube-system/none does not exist"));
  EXPECT_THAT(environment({from(true, "A", "bucket", "nokey")}).error().to_string(),
              HasSubstr("Secret kube-system/bucket for the variable A has no key nokey"));
  EXPECT_TRUE(environment({from(true, "A", "none", "a", true), from(true, "A", "bucket", "nokey", true)}));
}

TEST_F(ContainerEnvironmentTest, NoSecretGetsOntoACommandLine) {
  const auto made = environment({});
  ASSERT_TRUE(made);
  EXPECT_THAT(expand_words({"put", "$(BUCKET_NAME)/$(CLUSTER)", "$BUCKET_NAME", "$$(CLUSTER)", "$("}, *made).value(),
              ElementsAre("put", "backups/prod", "$BUCKET_NAME", "$(CLUSTER)", "$("));
  const auto refused = expand_words({"--secret_key=$(SECRET_ACCESS_KEY)"}, *made);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::usage);
  EXPECT_EQ(refused.error().to_string().find(kSecretKey), std::string::npos);
}

TEST_F(ContainerEnvironmentTest, WithoutCredentialsNoneAreHandedOver) {
  destination_ = json::Value(json::Object{{"bucketName", "b"}, {"useIAM", true}, {"region", "eu-west-1"}});
  const auto all = values({});
  EXPECT_FALSE(all.contains("SECRET_ACCESS_KEY"));
  EXPECT_EQ(all.at("ENDPOINT"), "s3.eu-west-1.amazonaws.com");
}

}  // namespace
}  // namespace holdfast::work
