// list, show, delete and check.
#include <gmock/gmock.h>

#include "command_bench.h"
#include "unit/repository/newer_manifest.h"

namespace holdfast::test {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class CatalogueTest : public CommandBench {
 protected:
  std::vector<std::string> names(const json::Object& listing) const {
    std::vector<std::string> names;
    for (const json::Value& one : listing.at("snapshots").as_array()) {
      names.emplace_back(one.as_object().at("name").as_string());
    }
    return names;
  }
};

TEST_F(CatalogueTest, list_gives_what_the_manifests_say_oldest_first) {
  ok({"snapshot", "save", url("b"), "--cluster", "prod"});
  clock_.advance(std::chrono::hours(1));
  ok({"snapshot", "save", url("a"), "--cluster", "test"});
  const json::Object listing = document({"snapshot", "list", file("")});
  EXPECT_THAT(names(listing), ElementsAre("b", "a"));
  const json::Object first = listing.at("snapshots").as_array()[0].as_object();
  EXPECT_EQ(first.at("state").as_string(), "ok");
  EXPECT_EQ(first.at("cluster").as_string(), "prod");
  EXPECT_EQ(first.at("compression").as_string(), "zstd");
  EXPECT_EQ(first.at("encryption").as_string(), "none");
  EXPECT_EQ(first.at("createdAt").as_string(), "2026-02-02T02:40:00Z");
  EXPECT_GT(first.at("revision").as_int64(), 0);
}

TEST_F(CatalogueTest, list_as_a_table_has_one_line_each) {
  ok({"snapshot", "save", url("nightly")});
  clock_.advance(std::chrono::hours(5));
  const std::string out = ok({"snapshot", "list", url("")});
  EXPECT_THAT(out, HasSubstr("NAME "));
  EXPECT_THAT(out, HasSubstr("nightly   -         2026-02-02T02:40:00Z    5h"));
  EXPECT_EQ(std::count(out.begin(), out.end(), '\n'), 2);
}

TEST_F(CatalogueTest, list_can_be_limited_to_a_cluster) {
  ok({"snapshot", "save", url("b"), "--cluster", "prod"});
  ok({"snapshot", "save", url("a"), "--cluster", "test"});
  EXPECT_THAT(names(document({"snapshot", "list", file(""), "--cluster", "test"})), ElementsAre("a"));
}

TEST_F(CatalogueTest, list_shows_foreign_files_only_when_asked) {
  ok({"snapshot", "save", url("ours")});
  write("theirs.db", "x");
  write("notes.txt", "x");
  EXPECT_THAT(names(document({"snapshot", "list", file("")})), ElementsAre("ours"));
  EXPECT_THAT(names(document({"snapshot", "list", file(""), "--all"})),
              ::testing::UnorderedElementsAre("ours", "theirs"));
}

TEST_F(CatalogueTest, listing_what_is_not_there_is_not_found) {
  const RunResult result = run({"snapshot", "list", file("nowhere")});
  EXPECT_EQ(result.code, 3);
  EXPECT_THAT(result.err, HasSubstr("does not exist"));
}

TEST_F(CatalogueTest, show_gives_the_manifest) {
  const std::string path = saved("backup.db", {"--cluster", "prod"});
  const json::Object shown = document({"snapshot", "show", path});
  EXPECT_EQ(shown.at("state").as_string(), "ok");
  EXPECT_EQ(shown.at("manifest").as_object().at("format").as_string(), "holdfast.dev/manifest");
  EXPECT_THAT(ok({"snapshot", "show", path}), HasSubstr("cluster            prod\n"));
  EXPECT_THAT(ok({"snapshot", "show", path, "-o", "yaml"}), HasSubstr("\nstate: ok\n"));
}

TEST_F(CatalogueTest, show_finds_a_snapshot_by_its_bare_name) {
  ok({"snapshot", "save", url("nightly")});
  EXPECT_EQ(document({"snapshot", "show", url("nightly")}).at("place").as_string(), url("nightly.db.zst"));
}

TEST_F(CatalogueTest, show_says_what_is_wrong_with_an_entry) {
  saved("backup.db");
  write("backup.db", "shorter");
  const json::Object shown = document({"snapshot", "show", file("backup.db")});
  EXPECT_EQ(shown.at("state").as_string(), "size-differs");
  EXPECT_THAT(std::string(shown.at("problem").as_string()), HasSubstr("7 bytes"));
}

TEST_F(CatalogueTest, delete_asks_and_takes_no_for_an_answer) {
  const std::string path = saved("backup.db");
  prompter_.answers = {"n"};
  const RunResult result = run({"snapshot", "delete", path});
  EXPECT_EQ(result.code, 4);
  EXPECT_THAT(prompter_.questions.at(0), HasSubstr(path));
  EXPECT_TRUE(exists("backup.db"));
}

TEST_F(CatalogueTest, delete_removes_object_and_manifest) {
  const std::string path = saved("backup.db");
  prompter_.answers = {"y"};
  EXPECT_EQ(ok({"snapshot", "delete", path}), "deleted  " + path + "\n");
  EXPECT_FALSE(exists("backup.db"));
  EXPECT_FALSE(exists("backup.db.manifest.json"));
}

TEST_F(CatalogueTest, delete_leaves_what_was_replaced_during_the_question) {
  const std::string path = saved("backup.db");
  prompter_.answers = {"y"};
  prompter_.meanwhile = [&] { ok({"snapshot", "save", path, "--overwrite", "--cluster", "another"}); };
  const RunResult result = run({"snapshot", "delete", path});
  EXPECT_EQ(result.code, 4);
  EXPECT_THAT(result.err, HasSubstr("was replaced while you were asked"));
  EXPECT_TRUE(exists("backup.db"));
}

TEST_F(CatalogueTest, delete_without_a_terminal_needs_yes) {
  const std::string path = saved("backup.db");
  prompter_.somebody = false;
  const RunResult result = run({"snapshot", "delete", path});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("say --yes"));
  ok({"snapshot", "delete", path, "--yes"});
  EXPECT_FALSE(exists("backup.db"));
}

TEST_F(CatalogueTest, delete_touches_nothing_when_one_is_not_found) {
  const std::string path = saved("backup.db");
  const RunResult result = run({"snapshot", "delete", path, file("other.db"), "-y"});
  EXPECT_EQ(result.code, 3);
  EXPECT_TRUE(exists("backup.db"));
}

TEST_F(CatalogueTest, delete_takes_the_name_of_a_snapshot_and_not_of_its_manifest) {
  const std::string path = saved("backup.db");
  const RunResult result = run({"snapshot", "delete", path + ".manifest.json", "-y"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, HasSubstr("its manifest goes with it"));
  EXPECT_TRUE(exists("backup.db"));
}

TEST_F(CatalogueTest, a_damaged_manifest_without_its_object_has_no_time) {
  write("gone.db.manifest.json", "{}");
  const json::Object listing = document({"snapshot", "list", file("")});
  EXPECT_TRUE(listing.at("snapshots").as_array().at(0).as_object().at("createdAt").is_null());
  EXPECT_THAT(ok({"snapshot", "list", file("")}), Not(HasSubstr("1970")));
}

TEST_F(CatalogueTest, delete_refuses_what_is_no_snapshot) {
  write("precious.txt", "x");
  const RunResult result = run({"snapshot", "delete", file("precious.txt"), "-y"});
  EXPECT_EQ(result.code, 4);
  EXPECT_TRUE(exists("precious.txt"));
}

TEST_F(CatalogueTest, delete_looks_inside_what_is_only_called_a_snapshot) {
  write("accounts.db", "SQLite format 3");
  const RunResult result = run({"snapshot", "delete", file("accounts.db"), "-y"});
  EXPECT_EQ(result.code, 4);
  EXPECT_THAT(result.err, HasSubstr("--force"));
  EXPECT_TRUE(exists("accounts.db"));
  ok({"snapshot", "delete", file("accounts.db"), "-y", "--force"});
  EXPECT_FALSE(exists("accounts.db"));
}

TEST_F(CatalogueTest, what_a_newer_version_wrote_is_unsupported) {
  saved("backup.db");
  write("backup.db.manifest.json", repository::of_a_newer_version(read("backup.db.manifest.json")));
  EXPECT_EQ(document({"snapshot", "show", file("backup.db")}).at("state").as_string(), "unsupported");
  const RunResult verified = run({"snapshot", "verify", file("backup.db")});
  EXPECT_EQ(verified.code, 1);
  EXPECT_THAT(verified.err, HasSubstr("newest version"));
  EXPECT_EQ(run({"snapshot", "restore", file("backup.db"), "--data-dir", file("d")}).code, 1);
  EXPECT_EQ(run({"snapshot", "delete", file("backup.db"), "-y"}).code, 4);
  EXPECT_EQ(run({"snapshot", "save", file("backup.db"), "--overwrite"}).code, 4);
  EXPECT_TRUE(exists("backup.db"));
}

TEST_F(CatalogueTest, delete_says_in_json_what_is_gone) {
  const std::string one = saved("one.db");
  const std::string two = saved("two.db");
  const json::Object result = document({"snapshot", "delete", one, two, "-y"});
  EXPECT_EQ(result.at("deleted").as_array().size(), 2U);
  EXPECT_THAT(result.at("failed").as_array(), IsEmpty());
}

TEST_F(CatalogueTest, check_tries_every_step_and_leaves_nothing) {
  const json::Object result = document({"snapshot", "check", file("")});
  EXPECT_TRUE(result.at("usable").as_bool());
  EXPECT_GE(result.at("steps").as_array().size(), 4U);
  EXPECT_THAT(*os::real_file_system().list(file("")), IsEmpty());
}

TEST_F(CatalogueTest, check_of_a_file_is_a_usage_error) {
  write("x", "x");
  EXPECT_EQ(run({"snapshot", "check", file("x")}).code, 2);
}

TEST_F(CatalogueTest, names_from_outside_cannot_reach_the_terminal_as_escape_sequences) {
  ok({"snapshot", "save", url("x"), "--cluster", "\033]0;evil\007"});
  EXPECT_THAT(ok({"snapshot", "list", file("")}), Not(HasSubstr("\033")));
  EXPECT_THAT(ok({"snapshot", "show", url("x")}), Not(HasSubstr("\033")));
}

TEST_F(CatalogueTest, a_name_that_is_nearly_right_is_suggested) {
  ok({"snapshot", "save", url("prod-nightly")});
  ok({"snapshot", "save", url("weekly")});

  const RunResult prefix = run({"snapshot", "show", url("nightly")});
  EXPECT_EQ(prefix.code, 3);
  EXPECT_NE(prefix.err.find("did you mean prod-nightly?"), std::string::npos) << prefix.err;
  const RunResult letter = run({"snapshot", "verify", url("weekli")});
  EXPECT_NE(letter.err.find("did you mean weekly?"), std::string::npos) << letter.err;
}

TEST_F(CatalogueTest, the_table_says_present_of_what_was_not_read) {
  ok({"snapshot", "save", url("nightly")});

  const std::string table = ok({"snapshot", "list", url("")});
  EXPECT_NE(table.find("present"), std::string::npos) << table;
  EXPECT_EQ(table.find(" ok"), std::string::npos) << table;
  EXPECT_NE(ok({"snapshot", "show", url("nightly")}).find("not read"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::test
