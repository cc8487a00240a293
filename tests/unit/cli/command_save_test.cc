#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "command_bench.h"

#include "pipeline/age.h"

namespace holdfast::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view kIdentity = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
constexpr std::string_view kRecipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";

class SaveCommandTest : public CommandBench {};

TEST_F(SaveCommandTest, a_plain_path_becomes_exactly_that_file_with_a_manifest_beside_it) {
  const std::string out = ok({"snapshot", "save", file("backup.db")});
  EXPECT_TRUE(exists("backup.db"));
  EXPECT_TRUE(exists("backup.db.manifest.json"));
  EXPECT_THAT(out, HasSubstr("saved"));
  EXPECT_EQ(read("backup.db").size() % 512, 32U);
}

TEST_F(SaveCommandTest, without_a_manifest_there_is_only_the_file) {
  ok({"snapshot", "save", file("backup"), "--no-manifest"});
  EXPECT_TRUE(exists("backup"));
  EXPECT_FALSE(exists("backup.manifest.json"));
}

TEST_F(SaveCommandTest, a_store_gets_zstd_and_the_suffix) {
  const json::Object document = this->document({"snapshot", "save", url("nightly"), "--cluster", "prod"});
  EXPECT_EQ(document.at("place").as_string(), url("nightly.db.zst"));
  EXPECT_TRUE(document.at("stored").as_bool());
  EXPECT_EQ(document.at("manifest").as_object().at("cluster").as_string(), "prod");
  EXPECT_TRUE(exists("nightly.db.zst"));
}

TEST_F(SaveCommandTest, a_folder_gets_a_name_from_the_time) {
  const json::Object document = this->document({"snapshot", "save", url("")});
  EXPECT_THAT(std::string(document.at("place").as_string()), HasSubstr("/snapshot-2026-02-02t02-40-00.db.zst"));
}

TEST_F(SaveCommandTest, an_existing_name_is_refused_unless_told_otherwise) {
  write("backup.db", "precious");
  const RunResult refused = run({"snapshot", "save", file("backup.db")});
  EXPECT_EQ(refused.code, 4);
  EXPECT_THAT(refused.err, StartsWith("holdfast: cannot save snapshot to " + file("backup.db")));
  EXPECT_EQ(read("backup.db"), "precious");
  ok({"snapshot", "save", file("backup.db"), "--overwrite"});
  EXPECT_NE(read("backup.db"), "precious");
}

TEST_F(SaveCommandTest, overwrite_replaces_regular_files_only) {
  ASSERT_EQ(::mkfifo(file("pipe").c_str(), 0600), 0);
  write("target.db", "precious");
  ASSERT_EQ(::symlink("target.db", file("link.db").c_str()), 0);
  for (const char* name : {"pipe", "link.db"}) {
    const RunResult refused = run({"snapshot", "save", file(name), "--overwrite"});
    EXPECT_EQ(refused.code, 4) << name;
    EXPECT_THAT(refused.err, HasSubstr("  try: ")) << name;
  }
  EXPECT_EQ(run({"snapshot", "save", "/dev/null", "--overwrite"}).code, 4);
  EXPECT_EQ(read("target.db"), "precious");
  EXPECT_EQ(os::real_file_system().stat(file("pipe")).value()->kind, os::FileKind::other);
}

TEST_F(SaveCommandTest, a_directory_is_not_a_name) {
  const RunResult result = run({"snapshot", "save", file("")});
  EXPECT_EQ(result.code, 0) << "a directory with '/' at its end is a folder";
  const RunResult bare = run({"snapshot", "save", file("").substr(0, file("").size() - 1)});
  EXPECT_EQ(bare.code, 2);
  EXPECT_THAT(bare.err, HasSubstr("is a directory"));
}

TEST_F(SaveCommandTest, a_data_directory_that_is_none_is_told_and_the_stream_taken) {
  EXPECT_EQ(document({"snapshot", "save", url("plain")}).at("source").as_string(), "stream");
  const json::Object streamed = document({"snapshot", "save", url("told"), "--data-dir", file("nowhere")});
  EXPECT_EQ(streamed.at("source").as_string(), "stream");
  EXPECT_THAT(std::string(streamed.at("whyNotDataDir").as_string()), HasSubstr("nowhere/member/wal"));
  const std::string out = ok({"snapshot", "save", url("seen"), "--data-dir", file("nowhere")});
  EXPECT_THAT(out, HasSubstr("the stream: cannot list"));
}

TEST_F(SaveCommandTest, recipients_make_an_age_file) {
  ok({"snapshot", "save", url("secret"), "--recipient", std::string(kRecipient)});
  EXPECT_THAT(read("secret.db.zst.age"), StartsWith("age-encryption.org/v1\n"));
}

TEST_F(SaveCommandTest, a_recipients_file_and_a_passphrase_cannot_be_combined) {
  write("recipients", std::string(kRecipient) + "\n");
  write("pass", "hunter2\n");
  const RunResult result =
      run({"snapshot", "save", url("x"), "-R", file("recipients"), "--passphrase-file", file("pass")});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("cannot be combined"));
}

TEST_F(SaveCommandTest, a_bad_recipient_is_found_before_anything_is_done) {
  const RunResult result = run({"snapshot", "save", url("x"), "--recipient", "age1nonsense"});
  EXPECT_EQ(result.code, 2);
  EXPECT_TRUE(last_options_.endpoints.empty());
}

TEST_F(SaveCommandTest, a_misspelt_recipient_variable_stores_nothing) {
  variables_ = {{"HOLDFAST_RECIPIENTS", std::string(kRecipient)}};
  const RunResult result = run({"snapshot", "save", url("x")});
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.err,
            "holdfast: the environment variable HOLDFAST_RECIPIENTS is not a setting\n"
            "  try: did you mean HOLDFAST_RECIPIENT?\n");
  EXPECT_FALSE(exists("x.db.zst"));
}

TEST_F(SaveCommandTest, overwrite_in_the_environment_is_refused) {
  variables_ = {{"HOLDFAST_OVERWRITE", "true"}};
  const RunResult result = run({"snapshot", "save", url("x")});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("try: give --overwrite on the command line"));
}

TEST_F(SaveCommandTest, switches_can_be_set_in_the_environment) {
  for (const auto& [word, there] : {std::pair<std::string, bool>{"1", false}, {"true", false}, {"0", true}}) {
    variables_ = {{"HOLDFAST_NO_MANIFEST", word}};
    ok({"snapshot", "save", url("with-" + word)});
    EXPECT_EQ(exists("with-" + word + ".db.zst.manifest.json"), there) << word;
  }
}

TEST_F(SaveCommandTest, a_level_the_method_has_not_is_found_before_etcd_is_asked) {
  const RunResult result = run({"snapshot", "save", url("x"), "--compression", "gzip", "--level", "12"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("try: gzip has the levels 1 to 9, zstd 1 to 19"));
  EXPECT_TRUE(last_options_.endpoints.empty());
  EXPECT_EQ(run({"snapshot", "save", url("x"), "--level", "20"}).code, 2);
  ok({"snapshot", "save", url("x"), "--compression", "gzip", "--level", "9"});
  ok({"snapshot", "save", url("y"), "--level", "12"});
}

TEST_F(SaveCommandTest, quiet_prints_nothing_when_all_is_well) {
  const RunResult result = run({"snapshot", "save", file("x.db"), "-q"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out + result.err, IsEmpty());
}

TEST_F(SaveCommandTest, a_dead_endpoint_is_listed_and_warned_about_once) {
  dead_ = {"http://dead:2379"};
  const RunResult result =
      run({"snapshot", "save", file("x.db"), "--endpoints", "http://dead:2379,http://alive:2379", "-q", "-o", "json"});
  EXPECT_EQ(result.code, 0);
  const auto document = json::parse(result.out, kMiB);
  ASSERT_TRUE(document);
  const json::Array& failed = document->get_object().at("failedMembers").as_array();
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0].as_string(), "http://dead:2379: connection refused");
  EXPECT_EQ(result.err, "{\"warning\":\"passed over http://dead:2379: connection refused\"}\n");
}

TEST_F(SaveCommandTest, a_typed_passphrase_is_asked_for_twice) {
  prompter_.secrets = {"hunter2", "hunter2"};
  ok({"snapshot", "save", url("x"), "--passphrase"});
  EXPECT_THAT(prompter_.questions, ElementsAre("New passphrase: ", "The same passphrase again: "));
  EXPECT_TRUE(exists("x.db.zst.age"));
}

TEST_F(SaveCommandTest, etcdctl_flags_and_variables_reach_the_client) {
  variables_ = {{"ETCDCTL_ENDPOINTS", "https://10.0.0.1:2379,https://10.0.0.2:2379"},
                {"ETCDCTL_USER", "root"},
                {"ETCDCTL_PASSWORD", "hunter2"},
                {"ETCDCTL_COMMAND_TIMEOUT", "7s"}};
  ok({"snapshot", "save", file("x.db"), "--cacert", "ca.pem", "--dial-timeout", "3s"});
  EXPECT_THAT(last_options_.endpoints, ElementsAre("https://10.0.0.1:2379", "https://10.0.0.2:2379"));
  EXPECT_EQ(last_options_.user, "root");
  EXPECT_EQ(last_options_.password.reveal(), "hunter2");
  EXPECT_EQ(last_options_.tls.ca_file, "ca.pem");
  EXPECT_EQ(last_options_.request_timeout, std::chrono::seconds(7));
  EXPECT_EQ(last_options_.dial_timeout, std::chrono::seconds(3));
}

TEST_F(SaveCommandTest, the_password_comes_from_the_user_the_file_or_the_terminal) {
  ok({"snapshot", "save", file("1.db"), "--user", "root:one:two"});
  EXPECT_EQ(last_options_.password.reveal(), "one:two");
  write("password", "from file\n");
  ok({"snapshot", "save", file("2.db"), "--user", "root", "--password-file", file("password")});
  EXPECT_EQ(last_options_.password.reveal(), "from file");
  prompter_.secrets = {"typed"};
  ok({"snapshot", "save", file("3.db"), "--user", "root"});
  EXPECT_EQ(last_options_.password.reveal(), "typed");
}

TEST_F(SaveCommandTest, a_password_given_twice_or_without_a_user_is_refused) {
  EXPECT_EQ(run({"snapshot", "save", file("x.db"), "--user", "root:a", "--password", "b"}).code, 2);
  EXPECT_EQ(run({"snapshot", "save", file("x.db"), "--password", "b"}).code, 2);
}

TEST_F(SaveCommandTest, progress_goes_on_to_the_upload) {
  const RunResult result = run({"snapshot", "save", url("x"), "--progress", "json"});
  EXPECT_EQ(result.code, 0);
  EXPECT_LT(result.err.find("\"phase\":\"save\""), result.err.find("\"phase\":\"upload\"")) << result.err;
  EXPECT_THAT(result.err, HasSubstr("\"phase\":\"upload\""));
}

TEST_F(SaveCommandTest, a_cluster_that_is_set_for_saves_does_not_filter_listings) {
  ok({"snapshot", "save", url("a"), "--cluster", "prod"});
  ok({"snapshot", "save", url("b"), "--cluster", "test"});
  variables_["HOLDFAST_CLUSTER"] = "prod";
  EXPECT_EQ(document({"snapshot", "list", file("")}).at("snapshots").as_array().size(), 2U);
  EXPECT_EQ(document({"snapshot", "list", file(""), "--cluster", "test"}).at("snapshots").as_array().size(), 1U);
  ok({"snapshot", "save", url("c")});
  EXPECT_EQ(document({"snapshot", "list", file(""), "--cluster", "prod"}).at("snapshots").as_array().size(), 2U);
}

TEST_F(SaveCommandTest, unchanged_content_is_recognised) {
  ok({"snapshot", "save", url("first")});
  clock_.advance(std::chrono::minutes(5));
  const json::Object document = this->document({"snapshot", "save", url("second"), "--skip-unchanged"});
  EXPECT_FALSE(document.at("stored").as_bool());
  EXPECT_EQ(document.at("unchangedSince").as_string(), "first");
  EXPECT_EQ(document.at("place").as_string(), url("first.db.zst")) << "names what is there";
  EXPECT_EQ(document.at("manifest").as_object().at("object").as_string(), "first.db.zst");
  EXPECT_FALSE(exists("second.db.zst"));
}

TEST_F(SaveCommandTest, a_file_cannot_be_retained) {
  const RunResult result = run({"snapshot", "save", file("x.db"), "--retain-days", "7"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("only a bucket"));
}

TEST_F(SaveCommandTest, a_stop_request_ends_it_and_leaves_nothing) {
  stop_.request_stop();
  EXPECT_EQ(run({"snapshot", "save", file("x.db")}).code, 130);
  EXPECT_FALSE(exists("x.db"));
}

TEST_F(SaveCommandTest, free_pages_are_dropped_on_request) {
  const json::Object document = this->document({"snapshot", "save", file("x.db"), "--drop-free-pages"});
  EXPECT_TRUE(document.at("manifest").as_object().at("snapshot").as_object().at("freePagesDropped").as_bool());
}

TEST_F(SaveCommandTest, progress_goes_to_standard_error_as_json_lines) {
  const RunResult result = run({"snapshot", "save", file("x.db"), "--progress", "json"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.err, StartsWith("{\"progress\":{\"phase\":\""));
  EXPECT_THAT(result.out, Not(HasSubstr("progress")));
}

TEST_F(SaveCommandTest, elsewhere_than_on_a_terminal_it_is_silent) {
  EXPECT_THAT(run({"snapshot", "save", file("x.db")}).err, IsEmpty());
}

TEST_F(SaveCommandTest, settings_come_from_the_configuration_file) {
  write("config.yaml", "endpoints: [http://a:1, http://b:2]\ncluster: from-file\n");
  const json::Object document = this->document({"snapshot", "save", file("x.db"), "--config", file("config.yaml")});
  EXPECT_THAT(last_options_.endpoints, ElementsAre("http://a:1", "http://b:2"));
  EXPECT_EQ(document.at("manifest").as_object().at("cluster").as_string(), "from-file");
}

TEST_F(SaveCommandTest, what_was_saved_encrypted_can_be_read_again) {
  write("key", std::string(kIdentity) + "\n");
  const auto identity = pipeline::age::Identity::parse(kIdentity);
  ASSERT_TRUE(identity) << identity.error().to_string();
  ok({"snapshot", "save", url("x"), "-r", identity->recipient().to_string()});
  ok({"snapshot", "verify", url("x"), "-i", file("key")});
  const RunResult without = run({"snapshot", "verify", url("x")});
  EXPECT_EQ(without.code, 4) << without.err;
  EXPECT_THAT(without.err, HasSubstr("it was encrypted for 1 X25519 recipient: give a file with the private key of one "
                                     "of them, --identity FILE\n"));
}

}  // namespace
}  // namespace holdfast::test
