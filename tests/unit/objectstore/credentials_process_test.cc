// Profiles that name a program for their credentials.
#include <gmock/gmock.h>

#include "credentials_test_support.h"

#include "objectstore/s3/command_words.h"

namespace holdfast::objectstore::s3::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(CommandWords, AreSeparatedByBlanksUnlessQuoted) {
  EXPECT_THAT(command_words("/bin/keys --user backup").value(), ElementsAre("/bin/keys", "--user", "backup"));
  EXPECT_THAT(command_words("  \"/opt/my keys\"\t'a  b' ").value(), ElementsAre("/opt/my keys", "a  b"));
  EXPECT_THAT(command_words(R"(a\ b "say \"x\" \n" '\' c"d"e "")").value(),
              ElementsAre("a b", "say \"x\" \\n", "\\", "cde", ""));
}

TEST(CommandWords, AreNotExpanded) {
  EXPECT_THAT(command_words("keys $HOME ~ * `id` $(id) a;b a|b >x").value(),
              ElementsAre("keys", "$HOME", "~", "*", "`id`", "$(id)", "a;b", "a|b", ">x"));
}

TEST(CommandWords, ThatDoNotEndAreAUsageError) {
  for (const char* line : {"", "  ", "keys \"a", "keys 'a", "keys a\\"})
    EXPECT_EQ(command_words(line).error().code, Code::usage) << line;
}

class ProcessCredentials : public ::testing::Test {
 protected:
  ProcessCredentials() {
    machine_.set("AWS_CONFIG_FILE", machine_.write("config",
                                                   "[profile proc]\n"
                                                   "credential_process = /bin/keys --pin hunter2\n"));
    machine_.set("AWS_SHARED_CREDENTIALS_FILE", machine_.directory().file("none"));
  }
  Result<Credentials> get() {
    CredentialOptions options;
    options.profile = "proc";
    return make_profile_credentials(options, machine_.system(), *transport_, *transport_)->get({});
  }
  void answer(const std::string& output, int exit_code = 0) {
    machine_.processes().answer(
        "/bin/keys",
        os::ProgramOutcome{.exit_code = exit_code, .output = Secret(output), .errors = "the key hunter2 is wrong"});
  }
  void expect_failure(Code code) {
    const auto credentials = get();
    ASSERT_FALSE(credentials);
    EXPECT_EQ(credentials.error().code, code) << credentials.error().to_string();
    EXPECT_THAT(credentials.error().to_string(), HasSubstr("profile proc"));
    EXPECT_FALSE(credentials.error().hint.empty());
    EXPECT_THAT(everything(credentials.error()), Not(HasSubstr("hunter2")));
  }

  Machine machine_;
  std::unique_ptr<http::Transport> transport_ = make_transport();
};

TEST_F(ProcessCredentials, AreReadFromItsOutput) {
  answer(R"({"Version": 1, "AccessKeyId": "AKID", "SecretAccessKey": "s3cret", "SessionToken": "t0ken",
             "Expiration": "2027-01-02T03:04:05Z"})");

  const auto credentials = get();

  ASSERT_TRUE(credentials) << credentials.error().to_string();
  EXPECT_EQ(credentials->access_key_id, "AKID");
  EXPECT_EQ(credentials->secret_access_key.reveal(), "s3cret");
  EXPECT_EQ(credentials->session_token.reveal(), "t0ken");
  EXPECT_EQ(credentials->expiry, parse_time("2027-01-02T03:04:05Z").value());
  EXPECT_EQ(credentials->source, "credential_process of profile proc");
  EXPECT_THAT(machine_.processes().calls(), ElementsAre(ElementsAre("/bin/keys", "--pin", "hunter2")));
}

TEST_F(ProcessCredentials, OfAnotherVersionAreUnsupported) {
  answer(R"({"Version": 2, "AccessKeyId": "AKID", "SecretAccessKey": "hunter2"})");
  expect_failure(Code::unsupported);
}

TEST_F(ProcessCredentials, AreRefusedWhenTheProgramFails) {
  answer("hunter2", 3);
  expect_failure(Code::refused);
}

TEST_F(ProcessCredentials, AreCorruptWhenTheOutputIsNoSuchDocument) {
  for (const char* output : {"", "hunter2", "[]", R"({"Version": 1})", R"({"AccessKeyId": "hunter2"})",
                             R"({"Version": 1, "AccessKeyId": "hunter2", "SecretAccessKey": ""})"}) {
    answer(output);
    expect_failure(Code::corrupt);
  }
}

TEST_F(ProcessCredentials, AProgramThatIsNotThereIsAMistakeAndNoReasonToLookElsewhere) {
  expect_failure(Code::usage);
}

TEST_F(ProcessCredentials, AProgramThatHangsIsATimeout) {
  machine_.processes().answer("/bin/keys", fail(Code::timeout, "/bin/keys did not end within 1m0s"));
  expect_failure(Code::timeout);
}

TEST_F(ProcessCredentials, OfARealProgram) {
  const std::string script =
      machine_.write("keys", "#!/bin/sh\necho '{\"Version\":1,\"AccessKeyId\":\"'$1'\",\"SecretAccessKey\":\"s\"}'\n");
  machine_.set("AWS_CONFIG_FILE",
               machine_.write("config", "[profile proc]\ncredential_process = sh " + script + " \"A ID\"\n"));
  CredentialSystem system{.files = machine_.system().files,
                          .clock = machine_.clock(),
                          .environment = machine_.system().environment,
                          .processes = os::real_processes()};
  CredentialOptions options;
  options.profile = "proc";

  const auto credentials = make_profile_credentials(options, system, *transport_, *transport_)->get({});

  ASSERT_TRUE(credentials) << credentials.error().to_string();
  EXPECT_EQ(credentials->access_key_id, "A ID");
}

}  // namespace
}  // namespace holdfast::objectstore::s3::test
