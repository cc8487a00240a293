#include "cli/secrets.h"

#include <sstream>

#include <gmock/gmock.h>

#include "sample_tree.h"
#include "world_bench.h"

#include "support/temp_dir.h"

namespace holdfast::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The words as a process would show them after hide_secrets().
std::vector<std::string> shown(std::vector<std::string> words, bool* found = nullptr) {
  Sample sample;
  std::vector<Option>& options = sample.root.groups.front().options;
  options.push_back({.name = "proxy", .value_name = "URL", .hides = Hides::url_password});
  options.push_back({.name = "key", .value_name = "FILE", .hides = Hides::private_key});
  std::vector<char*> argv;
  for (std::string& word : words)
    argv.push_back(word.data());
  const bool any = hide_secrets(sample.root, static_cast<int>(argv.size()), argv.data());
  if (found != nullptr) *found = any;
  return words;
}

TEST(HideSecretsTest, a_password_is_overwritten_in_both_spellings) {
  EXPECT_THAT(shown({"holdfast", "paint", "--password", "hunter2"}),
              ElementsAre("holdfast", "paint", "--password", "*******"));
  EXPECT_THAT(shown({"holdfast", "--password=hunter2", "paint"}),
              ElementsAre("holdfast", "--password=*******", "paint"));
}

TEST(HideSecretsTest, of_a_user_only_the_password_is_overwritten) {
  EXPECT_THAT(shown({"holdfast", "--user", "root:hunter2"}), ElementsAre("holdfast", "--user", "root:*******"));
  EXPECT_THAT(shown({"holdfast", "--user=root:a:b"}), ElementsAre("holdfast", "--user=root:***"));
}

TEST(HideSecretsTest, of_a_url_only_the_password_is_overwritten) {
  const auto hidden = [](const std::string& url) { return shown({"holdfast", "--proxy", url}).back(); };
  EXPECT_EQ(hidden("http://me:hunter2@proxy:3128/"), "http://me:*******@proxy:3128/");
  EXPECT_EQ(hidden("me:hunt/r2@proxy"), "me:*******@proxy");
  EXPECT_EQ(hidden("http://me:h@nter2@proxy"), "http://me:*******@proxy");
  EXPECT_EQ(hidden("http://me@proxy:3128"), "http://me@proxy:3128");
  EXPECT_EQ(hidden("http://proxy:3128"), "http://proxy:3128");
}

TEST(HideSecretsTest, a_private_key_in_the_place_of_its_file_is_overwritten) {
  EXPECT_THAT(shown({"holdfast", "--key", "age-Secret-key-1X"}), ElementsAre("holdfast", "--key", "*****************"));
  EXPECT_THAT(shown({"holdfast", "--key=key.txt"}), ElementsAre("holdfast", "--key=key.txt"));
}

TEST(HideSecretsTest, says_whether_there_was_one) {
  bool found = true;
  EXPECT_THAT(shown({"holdfast", "paint", "--user", "root", "--color", "red"}, &found),
              ElementsAre("holdfast", "paint", "--user", "root", "--color", "red"));
  EXPECT_FALSE(found);
  shown({"holdfast", "--password=x"}, &found);
  EXPECT_TRUE(found);
}

TEST(HideSecretsTest, a_missing_value_is_no_problem) {
  EXPECT_THAT(shown({"holdfast", "--password"}), ElementsAre("holdfast", "--password"));
}

class SecretInputTest : public ::testing::Test, protected WorldBench {
 protected:
  std::string file(std::string_view text) {
    const std::string path = dir_.file("secret");
    EXPECT_TRUE(os::write_file_atomically(os::real_file_system(), path, as_bytes(text)));
    return path;
  }

  test::TempDir dir_;
};

TEST_F(SecretInputTest, the_first_line_of_a_file_is_the_secret) {
  EXPECT_EQ(read_secret_file(world_.files, file("hunter2\r\nnext\n"))->reveal(), "hunter2");
  EXPECT_EQ(read_secret_file(world_.files, file(" with spaces "))->reveal(), " with spaces ");
}

TEST_F(SecretInputTest, an_empty_first_line_is_refused) {
  const auto secret = read_secret_file(world_.files, file("\nhunter2\n"));
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().code, Code::usage);
}

TEST_F(SecretInputTest, a_large_file_is_refused) {
  EXPECT_FALSE(read_secret_file(world_.files, file(std::string(kMaxSecretSize + 1, 'x'))));
}

TEST_F(SecretInputTest, a_new_secret_is_asked_for_until_it_is_typed_twice) {
  prompter_.secrets = {"a", "b", "hunter2", "hunter2"};
  EXPECT_EQ(ask_new_secret(world_, "passphrase")->reveal(), "hunter2");
  EXPECT_THAT(err_.str(), HasSubstr("not the same"));
}

TEST_F(SecretInputTest, with_nobody_to_ask_the_hint_names_the_file) {
  prompter_.somebody = false;
  const auto secret = ask_known_secret(world_, "passphrase");
  ASSERT_FALSE(secret);
  EXPECT_EQ(secret.error().code, Code::usage);
  EXPECT_THAT(secret.error().hint, HasSubstr("--passphrase-file FILE"));
  EXPECT_THAT(ask_known_secret(world_, "password of root").error().hint, HasSubstr("--password-file FILE"));
}

}  // namespace
}  // namespace holdfast::cli
