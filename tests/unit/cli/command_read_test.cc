// status, verify and restore.
#include <gmock/gmock.h>

#include "command_bench.h"

#include "support/no_more_threads.h"

namespace holdfast::test {
namespace {

using ::testing::AnyOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;

class ReadCommandsTest : public CommandBench {
 protected:
  // Changes one byte of a file.
  void damage(const std::string& name, std::size_t at) {
    std::string bytes = read(name);
    bytes.at(at) = static_cast<char>(bytes.at(at) ^ 1);
    write(name, bytes);
  }
};

TEST_F(ReadCommandsTest, status_speaks_the_formats_of_etcdutl) {
  const std::string path = saved("x.db");
  EXPECT_THAT(ok({"snapshot", "status", path, "-w", "simple"}),
              MatchesRegex("[0-9a-f]+, [0-9]+, [0-9]+, [0-9.]+ kB\n"));
  EXPECT_THAT(ok({"snapshot", "status", path, "-w", "fields"}),
              MatchesRegex("\"Hash\" : [0-9]+\n\"Revision\" : [0-9]+\n\"Keys\" : [0-9]+\n\"Size\" : [0-9]+\n"));
  EXPECT_THAT(ok({"snapshot", "status", path}), HasSubstr("TOTAL KEYS   LIVE KEYS"));
}

TEST_F(ReadCommandsTest, status_leaves_the_trailer_unchecked_unless_asked) {
  EXPECT_EQ(document({"snapshot", "status", saved("x.db")}).at("trailer").as_string(), "unchecked");
}

TEST_F(ReadCommandsTest, status_gives_both_counts_of_keys) {
  const json::Object status = document({"snapshot", "status", saved("x.db"), "--check-trailer"});
  EXPECT_EQ(status.at("liveKeys").as_int64(), 40);
  EXPECT_GT(status.at("totalKey").as_int64(), 40);
  EXPECT_EQ(status.at("trailer").as_string(), "ok");
  EXPECT_EQ(status.begin()->key(), "hash");
}

TEST_F(ReadCommandsTest, status_of_a_stored_snapshot_is_the_same) {
  const json::Object plain = document({"snapshot", "status", saved("x.db"), "--check-trailer"});
  ok({"snapshot", "save", url("y")});
  const json::Object stored = document({"snapshot", "status", url("y")});
  for (const char* field : {"hash", "revision", "totalKey", "totalSize", "sizeInUse", "term"}) {
    EXPECT_EQ(plain.at(field), stored.at(field)) << field;
  }
}

TEST_F(ReadCommandsTest, status_of_a_damaged_stored_snapshot_fails_verification) {
  ok({"snapshot", "save", url("y")});
  damage("y.db.zst", 300);
  EXPECT_EQ(run({"snapshot", "status", url("y")}).code, 5);
}

TEST_F(ReadCommandsTest, a_compressed_file_is_recognised_whatever_its_name) {
  ok({"snapshot", "save", url("y")});
  write("odd-name", read("y.db.zst"));
  EXPECT_EQ(document({"snapshot", "status", file("odd-name")}).at("trailer").as_string(), "ok");
}

TEST_F(ReadCommandsTest, verify_finds_a_good_file_good) {
  const json::Object verdict = document({"snapshot", "verify", saved("x.db")});
  EXPECT_TRUE(verdict.at("ok").as_bool());
  EXPECT_TRUE(verdict.at("histories").as_bool());
  EXPECT_TRUE(verdict.at("manifest").as_bool());
}

TEST_F(ReadCommandsTest, verify_of_a_damaged_file_exits_with_5_and_says_where) {
  saved("x.db");
  damage("x.db", 5000);
  const RunResult result = run({"snapshot", "verify", file("x.db")});
  EXPECT_EQ(result.code, 5);
  EXPECT_THAT(result.out, HasSubstr("SEVERITY"));
  EXPECT_THAT(result.out, HasSubstr("is damaged"));
  const RunResult as_json = run({"snapshot", "verify", file("x.db"), "-o", "json"});
  EXPECT_EQ(as_json.code, 5);
  EXPECT_FALSE(json::parse(as_json.out, kMiB)->as_object().at("findings").as_array().empty());
}

TEST_F(ReadCommandsTest, verify_notices_a_file_that_is_not_the_manifests) {
  saved("x.db");
  keys_ = 41;
  saved("other.db", {"--no-manifest"});
  write("x.db", read("other.db"));
  const RunResult result = run({"snapshot", "verify", file("x.db")});
  EXPECT_EQ(result.code, 5);
  EXPECT_THAT(result.out, HasSubstr("manifest"));
  EXPECT_EQ(run({"snapshot", "verify", file("x.db"), "--ignore-manifest"}).code, 0);
}

TEST_F(ReadCommandsTest, verify_streams_a_stored_snapshot_and_goes_deep_on_request) {
  ok({"snapshot", "save", url("y")});
  EXPECT_FALSE(document({"snapshot", "verify", url("y")}).at("histories").as_bool());
  EXPECT_TRUE(document({"snapshot", "verify", url("y"), "--deep", "--spool-dir", file("")}).at("histories").as_bool());
  damage("y.db.zst", 300);
  EXPECT_EQ(run({"snapshot", "verify", url("y")}).code, 5);
}

TEST_F(ReadCommandsTest, without_threads_every_command_ends_and_leaves_nothing) {
  const std::string path = saved("x.db");
  ok({"snapshot", "save", url("y")});
  const NoMoreThreads limit;
  const std::vector<std::vector<std::string>> commands{{"save", file("new.db")},
                                                       {"status", path},
                                                       {"status", url("y")},
                                                       {"verify", path},
                                                       {"verify", url("y")},
                                                       {"verify", url("y"), "--deep", "--spool-dir", file("")},
                                                       {"restore", path, "--data-dir", file("new.etcd")},
                                                       {"restore", url("y"), "--data-dir", file("new.etcd")},
                                                       {"list", file("")}};
  for (std::vector<std::string> words : commands) {
    words.insert(words.begin(), "snapshot");
    const RunResult result = run(words);
    EXPECT_THAT(result.code, AnyOf(0, 6)) << words[1] << " " << words[2] << result.err;
    const bool something_new = exists("new.db") || exists("new.etcd");
    EXPECT_TRUE(result.code == 0 || !something_new) << words[1];
    EXPECT_TRUE(os::remove_tree(os::real_file_system(), file("new.etcd")));
  }
}

TEST_F(ReadCommandsTest, a_stop_request_ends_whoever_reads_a_snapshot) {
  const std::string path = saved("x.db");
  ok({"snapshot", "save", url("y")});
  stop_.request_stop();
  for (const std::string& place : {path, url("y")}) {
    EXPECT_EQ(run({"snapshot", "status", place}).code, 130) << place;
    EXPECT_EQ(run({"snapshot", "verify", place}).code, 130) << place;
    EXPECT_EQ(run({"snapshot", "verify", place, "--deep", "--spool-dir", file("")}).code, 130) << place;
    EXPECT_EQ(run({"snapshot", "restore", place, "--data-dir", file("new.etcd")}).code, 130) << place;
    EXPECT_EQ(run({"snapshot", "show", place}).code, 130) << place;
  }
  EXPECT_EQ(run({"snapshot", "list", file("")}).code, 130);
  EXPECT_FALSE(exists("new.etcd"));
}

TEST_F(ReadCommandsTest, verify_of_nothing_is_not_found) {
  EXPECT_EQ(run({"snapshot", "verify", file("none.db")}).code, 3);
}

TEST_F(ReadCommandsTest, restore_makes_a_data_directory_and_says_how_to_start_etcd) {
  const std::string path = saved("x.db");
  const std::string out = ok({"snapshot", "restore", path, "--data-dir", file("new.etcd")});
  EXPECT_TRUE(exists("new.etcd/member/snap/db"));
  EXPECT_TRUE(exists("new.etcd/member/wal"));
  EXPECT_THAT(out, HasSubstr("cluster id   cdf818194e3a8c32\n"));
  EXPECT_THAT(out, HasSubstr("etcd --name default --data-dir " + file("new.etcd") +
                             " --listen-peer-urls http://localhost:2380 --listen-client-urls http://localhost:2379"));
}

TEST_F(ReadCommandsTest, restore_makes_several_members_from_one_pass) {
  const std::string path = saved("x.db");
  const json::Object restored =
      document({"snapshot", "restore", path, "--initial-cluster", "a=http://10.0.0.1:2380,b=http://10.0.0.2:2380",
                "--member", "a=" + file("a"), "--member", "b=" + file("b")});
  EXPECT_EQ(restored.at("members").as_array().size(), 2U);
  EXPECT_TRUE(exists("a/member/snap/db"));
  EXPECT_TRUE(exists("b/member/snap/db"));
}

TEST_F(ReadCommandsTest, restore_streams_a_stored_snapshot) {
  ok({"snapshot", "save", url("y")});
  ok({"snapshot", "restore", url("y"), "--data-dir", file("new.etcd")});
  EXPECT_TRUE(exists("new.etcd/member/snap/db"));
}

TEST_F(ReadCommandsTest, restore_leaves_nothing_whatever_the_wal_directory_is) {
  const std::string path = saved("x.db");
  for (const char* wal : {"d", "d/", "d/../d", "d/member/snap/db", "d/member", "."}) {
    const RunResult result = run({"snapshot", "restore", path, "--data-dir", file("d"), "--wal-dir", file(wal)});
    EXPECT_EQ(result.code, 2) << wal << result.err;
    EXPECT_FALSE(exists("d")) << wal;
  }
}

TEST_F(ReadCommandsTest, restore_refuses_a_directory_that_is_not_empty) {
  const std::string path = saved("x.db");
  ok({"snapshot", "restore", path, "--data-dir", file("new.etcd")});
  const RunResult result = run({"snapshot", "restore", path, "--data-dir", file("new.etcd")});
  EXPECT_EQ(result.code, 4);
}

TEST_F(ReadCommandsTest, restore_of_a_damaged_snapshot_leaves_nothing) {
  saved("x.db");
  damage("x.db", 5000);
  EXPECT_EQ(run({"snapshot", "restore", file("x.db"), "--data-dir", file("new.etcd")}).code, 5);
  EXPECT_FALSE(exists("new.etcd"));
  ok({"snapshot", "save", url("y")});
  damage("y.db.zst", 300);
  EXPECT_EQ(run({"snapshot", "restore", url("y"), "--data-dir", file("new.etcd")}).code, 5);
  EXPECT_FALSE(exists("new.etcd"));
}

TEST_F(ReadCommandsTest, restore_refuses_a_file_that_is_not_the_manifests) {
  saved("x.db");
  keys_ = 41;
  saved("other.db", {"--no-manifest"});
  write("x.db", read("other.db"));
  const RunResult refused = run({"snapshot", "restore", file("x.db"), "--data-dir", file("new.etcd")});
  EXPECT_EQ(refused.code, 5);
  EXPECT_THAT(refused.err, HasSubstr("try: --ignore-manifest"));
  ok({"snapshot", "restore", file("x.db"), "--data-dir", file("new.etcd"), "--ignore-manifest"});
}

TEST_F(ReadCommandsTest, version_is_a_document_too) {
  EXPECT_THAT(ok({"version"}), MatchesRegex("holdfast [0-9.]+\n"));
  EXPECT_EQ(document({"version"}).at("name").as_string(), "holdfast");
}

TEST_F(ReadCommandsTest, help_is_also_a_command) {
  EXPECT_EQ(ok({"help", "snapshot", "save"}), ok({"snapshot", "save", "--help"}));
  EXPECT_EQ(run({"help", "nonsense"}).code, 2);
}

TEST_F(ReadCommandsTest, an_unknown_shell_is_a_usage_error) {
  EXPECT_EQ(run({"completion", "tcsh"}).code, 2);
  EXPECT_THAT(ok({"completion", "bash"}), HasSubstr("complete "));
}

}  // namespace
}  // namespace holdfast::test
