// Sources that need nothing but this machine: options, environment, shared files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/objectstore/credentials_test_support.h"

#include "support/faulty_file_system.h"

namespace holdfast::objectstore::s3::test {
namespace {

using testing::HasSubstr;
using testing::Not;

void expect_keys(const Result<Credentials>& credentials, const std::string& id, const std::string& secret,
                 const std::string& token = "") {
  ASSERT_TRUE(credentials) << credentials.error().to_string();
  EXPECT_EQ(credentials->access_key_id, id);
  EXPECT_EQ(credentials->secret_access_key.reveal(), secret);
  EXPECT_EQ(credentials->session_token.reveal(), token);
}

TEST(ExplicitCredentials, AreUsedAsGiven) {
  const auto source = make_explicit_credentials(
      {.access_key_id = "AKIA", .secret_access_key = Secret("s"), .session_token = Secret("t")});
  expect_keys(source->get({}), "AKIA", "s", "t");
}

TEST(ExplicitCredentials, AreNotSetUpWithoutKeys) {
  EXPECT_EQ(make_explicit_credentials({})->get({}).error().code, Code::not_found);
}

TEST(ExplicitCredentials, MustBeComplete) {
  EXPECT_EQ(make_explicit_credentials({.access_key_id = "AKIA"})->get({}).error().code, Code::usage);
  const auto half = make_explicit_credentials({.secret_access_key = Secret("hunter2")})->get({});
  EXPECT_EQ(half.error().code, Code::usage);
  EXPECT_THAT(everything(half.error()), Not(HasSubstr("hunter2")));
}

TEST(EnvironmentCredentials, AreTakenFromTheThreeVariables) {
  Machine machine({{"AWS_ACCESS_KEY_ID", "AKIA"}, {"AWS_SECRET_ACCESS_KEY", "s"}, {"AWS_SESSION_TOKEN", "t"}});
  const auto credentials = make_environment_credentials(machine.system())->get({});
  expect_keys(credentials, "AKIA", "s", "t");
  EXPECT_FALSE(credentials->expiry);
}

TEST(EnvironmentCredentials, AreNotSetUpWithoutVariables) {
  Machine machine;
  EXPECT_EQ(make_environment_credentials(machine.system())->get({}).error().code, Code::not_found);
}

TEST(EnvironmentCredentials, MustBeComplete) {
  Machine machine({{"AWS_ACCESS_KEY_ID", "AKIA"}, {"AWS_SESSION_TOKEN", "t"}});
  const auto credentials = make_environment_credentials(machine.system())->get({});
  EXPECT_EQ(credentials.error().code, Code::usage);
  EXPECT_THAT(credentials.error().message, HasSubstr("AWS_SECRET_ACCESS_KEY"));
}

class ProfileCredentials : public testing::Test {
 protected:
  void write_credentials(const std::string& text) {
    machine_.set("AWS_SHARED_CREDENTIALS_FILE", machine_.write("credentials", text));
  }
  void write_config(const std::string& text) { machine_.set("AWS_CONFIG_FILE", machine_.write("config", text)); }
  Result<Credentials> get(const std::string& profile = "") {
    return make_profile_credentials({.profile = profile}, machine_.system(), *transport_, *transport_)->get({});
  }

  Machine machine_;
  std::unique_ptr<http::Transport> transport_ = make_transport();
};

TEST_F(ProfileCredentials, AreThoseOfTheDefaultProfile) {
  write_credentials("[default]\naws_access_key_id=A\naws_secret_access_key=s\naws_session_token=t\n[other]\n");
  expect_keys(get(), "A", "s", "t");
}

TEST_F(ProfileCredentials, AreFoundInTheHomeDirectory) {
  const std::string home = machine_.directory().path();
  ASSERT_TRUE(os::real_file_system().make_directories(home + "/.aws"));
  machine_.write(".aws/credentials", "[default]\naws_access_key_id=A\naws_secret_access_key=s\n");
  machine_.set("HOME", home);
  expect_keys(get(), "A", "s");
}

TEST_F(ProfileCredentials, FollowAwsProfileAndTheOptionBeforeIt) {
  write_credentials(
      "[one]\naws_access_key_id=1\naws_secret_access_key=s1\n[two]\naws_access_key_id=2\naws_secret_access_key=s2\n");
  machine_.set("AWS_PROFILE", "one");
  expect_keys(get(), "1", "s1");
  expect_keys(get("two"), "2", "s2");
}

TEST_F(ProfileCredentials, AreFoundInTheConfigFileToo) {
  write_config("[profile one]\naws_access_key_id=1\naws_secret_access_key=s1\n");
  expect_keys(get("one"), "1", "s1");
}

TEST_F(ProfileCredentials, PreferTheCredentialsFileAndNeverMixHalves) {
  write_credentials("[default]\naws_access_key_id=A\n");
  write_config("[default]\naws_secret_access_key=hunter2\n");
  const auto credentials = get();
  EXPECT_EQ(credentials.error().code, Code::usage);
  EXPECT_THAT(everything(credentials.error()), Not(HasSubstr("hunter2")));
}

TEST_F(ProfileCredentials, AreReadAnewEachTime) {
  write_credentials("[default]\naws_access_key_id=A\naws_secret_access_key=s\n");
  const auto source = make_profile_credentials({}, machine_.system(), *transport_, *transport_);
  ASSERT_TRUE(source->get({}));
  write_credentials("[default]\naws_access_key_id=B\naws_secret_access_key=s\n");
  expect_keys(source->get({}), "B", "s");
}

TEST_F(ProfileCredentials, AreNotSetUpWhenThereAreNoFiles) {
  machine_.set("HOME", machine_.directory().path());
  const auto credentials = get();
  EXPECT_EQ(credentials.error().code, Code::not_found);
  EXPECT_THAT(credentials.error().message, HasSubstr(machine_.directory().path() + "/.aws/credentials"));
}

TEST_F(ProfileCredentials, AreNotSetUpWithoutAHomeDirectory) {
  EXPECT_EQ(get().error().code, Code::not_found);
}

TEST_F(ProfileCredentials, InAHomeThatIsNotOursAreNotSetUp) {
  machine_.set("HOME", "/somebody");
  holdfast::test::FaultyFileSystem files(os::real_file_system());
  files.fail_call(holdfast::test::FileCall::open, 1, Code::refused);
  CredentialSystem system{.files = files,
                          .clock = machine_.clock(),
                          .environment = machine_.system().environment,
                          .processes = machine_.processes()};

  const auto credentials = make_profile_credentials({}, system, *transport_, *transport_)->get({});

  EXPECT_EQ(credentials.error().code, Code::not_found);
  EXPECT_THAT(credentials.error().message, HasSubstr("cannot read /somebody/.aws/credentials"));
  EXPECT_THAT(files.unreached_faults(), testing::IsEmpty());
}

TEST_F(ProfileCredentials, InAGivenFileMustBeReadable) {
  write_credentials("[default]\n");
  holdfast::test::FaultyFileSystem files(os::real_file_system());
  files.fail_call(holdfast::test::FileCall::open, 1, Code::refused);
  CredentialSystem system{.files = files,
                          .clock = machine_.clock(),
                          .environment = machine_.system().environment,
                          .processes = machine_.processes()};

  EXPECT_EQ(make_profile_credentials({}, system, *transport_, *transport_)->get({}).error().code, Code::refused);
}

TEST_F(ProfileCredentials, MustExistWhenAskedForByName) {
  write_credentials("[default]\naws_access_key_id=A\naws_secret_access_key=s\n");
  const auto credentials = get("backup");
  EXPECT_EQ(credentials.error().code, Code::usage);
  EXPECT_THAT(credentials.error().message, HasSubstr("backup"));
}

TEST_F(ProfileCredentials, SayWhichOtherWayTheProfileHasAndWhatToDoInstead) {
  write_config("[profile sso]\nsso_session = corp\n[profile old]\nsso_start_url = https://hunter2.example\n");
  for (const auto& [profile, way] : {std::pair("sso", "sso_session"), std::pair("old", "sso_start_url")}) {
    const auto credentials = get(profile);
    EXPECT_EQ(credentials.error().code, Code::unsupported);
    EXPECT_THAT(credentials.error().message, HasSubstr(way));
    EXPECT_THAT(credentials.error().hint, HasSubstr(std::string("export-credentials --profile ") + profile));
    EXPECT_THAT(everything(credentials.error()), Not(HasSubstr("hunter2")));
  }
}

TEST_F(ProfileCredentials, NameTheFileThatCannotBeParsed) {
  write_credentials("[default]\nhunter2\n");
  const auto credentials = get();
  EXPECT_EQ(credentials.error().code, Code::usage);
  EXPECT_THAT(credentials.error().to_string(), HasSubstr("/credentials: line 2"));
  EXPECT_THAT(everything(credentials.error()), Not(HasSubstr("hunter2")));
}

TEST_F(ProfileCredentials, ATooLargeFileIsRefused) {
  write_credentials(std::string(2 * kMiB, '#'));
  EXPECT_EQ(get().error().code, Code::no_space);
}

}  // namespace
}  // namespace holdfast::objectstore::s3::test
