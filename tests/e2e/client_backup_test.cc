// Clusters, destinations, schedules and backups by the commands made for them, against a real etcd.
#include "e2e/client_backup.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "integration/terminal_program.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(ClientBackup, is_stored_when_it_ends) {
  const std::string name = back_up();

  const json::Value backup = document({"backup", "show", name, "--cluster", cluster()});
  EXPECT_EQ(backup.at("status").at("phase").as_string(), "Completed");
  const std::string key(backup.at("spec").at("objectKey").as_string());
  EXPECT_TRUE(std::filesystem::exists(server().file("backups") + "/" + key)) << key;
  EXPECT_THAT(ok({"backup", "list", cluster()}), HasSubstr(name));
  EXPECT_THAT(ok({"backup", "list"}), HasSubstr(name));
}

TEST_F(ClientBackup, is_verified_and_found_damaged) {
  const std::string name = back_up();
  EXPECT_THAT(ok({"backup", "verify", name, "--cluster", cluster()}), HasSubstr("verified"));

  const json::Value backup = document({"backup", "show", name, "--cluster", cluster()});
  const std::string path = server().file("backups") + "/" + std::string(backup.at("spec").at("objectKey").as_string());
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);

  const std::string said = fails(5, {"backup", "verify", name, "--cluster", cluster()});
  EXPECT_THAT(said, HasSubstr("holdfast backup now"));
}

TEST_F(ClientBackup, is_downloaded_as_a_plain_snapshot) {
  const std::string name = back_up();
  const std::string path = file("snapshot.db");

  ok({"backup", "download", name, path, "--cluster", cluster()});

  EXPECT_THAT(ok({"snapshot", "verify", path}), HasSubstr("is good"));
  EXPECT_THAT(fails(4, {"backup", "download", name, path, "--cluster", cluster()}), HasSubstr("already"));
  EXPECT_THAT(read(server().file("data/audit.log")), HasSubstr("download"));
}

TEST_F(ClientBackup, is_not_downloaded_when_it_is_damaged) {
  const std::string name = back_up();
  const json::Value backup = document({"backup", "show", name, "--cluster", cluster()});
  const std::string stored =
      server().file("backups") + "/" + std::string(backup.at("spec").at("objectKey").as_string());
  std::filesystem::resize_file(stored, std::filesystem::file_size(stored) - 1);

  const std::string said = fails(5, {"backup", "download", name, file("damaged.db"), "--cluster", cluster()});

  EXPECT_THAT(said, HasSubstr("cannot be restored"));
  EXPECT_THAT(said, HasSubstr("holdfast backup now"));
  EXPECT_FALSE(std::filesystem::exists(file("damaged.db")));
  EXPECT_FALSE(std::filesystem::exists(file("damaged.db.partial")));
}

TEST_F(ClientBackup, says_damage_that_is_met_in_the_middle_of_a_download) {
  std::string noise(600 * 1024, 'x');
  for (std::size_t i = 0; i < noise.size(); ++i)
    noise[i] = static_cast<char>('a' + (i * i / 7 + i / 311) % 26);
  const auto put = run_program(
      {etcdctl_program(EtcdVersion::v3_5), "--endpoints", etcd_->endpoints().front(), "put", "noise"}, noise);
  ASSERT_EQ(put.exit_code, 0) << put.err;
  const std::string name = back_up();
  const json::Value backup = document({"backup", "show", name, "--cluster", cluster()});
  const std::string stored =
      server().file("backups") + "/" + std::string(backup.at("spec").at("objectKey").as_string());
  std::fstream object(stored, std::ios::in | std::ios::out | std::ios::binary);
  object.seekg(-1, std::ios::end);
  const char last = static_cast<char>(object.get() ^ 1);
  object.seekp(-1, std::ios::end);
  object.put(last);
  object.close();

  const std::string said = fails(5, {"backup", "download", name, file("damaged.db"), "--cluster", cluster()});

  EXPECT_THAT(said, HasSubstr("cannot be restored"));
  EXPECT_EQ(document({"backup", "show", name, "--cluster", cluster()}).at("status").at("phase").as_string(), "Damaged");
  EXPECT_FALSE(std::filesystem::exists(file("damaged.db")));
  fails(5, {"backup", "download", name, file("damaged.db"), "--cluster", cluster()});
  std::filesystem::remove(stored);
}

TEST_F(ClientBackup, of_which_the_object_is_gone_is_not_found) {
  const std::string name = back_up();
  const json::Value backup = document({"backup", "show", name, "--cluster", cluster()});
  std::filesystem::remove(server().file("backups") + "/" + std::string(backup.at("spec").at("objectKey").as_string()));

  const std::string said = fails(3, {"backup", "download", name, file("gone.db"), "--cluster", cluster()});

  EXPECT_THAT(said, HasSubstr("holdfast backup list"));
  EXPECT_THAT(said, Not(HasSubstr("Internal error")));
}

TEST_F(ClientBackup, is_pinned_unpinned_and_deleted) {
  const std::string name = back_up();

  EXPECT_THAT(ok({"backup", "pin", name, "--cluster", cluster(), "--reason", "upgrade"}), HasSubstr("pinned"));
  EXPECT_EQ(document({"backup", "show", name, "--cluster", cluster()}).at("spec").at("pinReason").as_string(),
            "upgrade");
  ok({"backup", "unpin", name, "--cluster", cluster()});
  EXPECT_FALSE(document({"backup", "show", name, "--cluster", cluster()}).at("spec").at("pinned").as_bool());
  EXPECT_THAT(ok({"backup", "delete", name, "--cluster", cluster(), "--yes"}), HasSubstr("deleted"));

  EXPECT_THAT(fails(3, {"backup", "show", name + "x"}), HasSubstr("holdfast backup list"));
}

TEST_F(ClientBackup, is_restored_without_the_server_by_the_name_that_a_list_shows) {
  const std::string place = file("apart");
  ok({"destination", "add", "europe", "apart", "--path", place});
  const json::Value made = document({"backup", "now", cluster(), "--destination", "apart", "--progress", "none"});
  const std::string name(made.at("metadata").at("name").as_string());
  EXPECT_THAT(ok({"snapshot", "list", place}), HasSubstr(name));

  ok({"snapshot", "show", place + "/" + name});
  ok({"snapshot", "verify", place + "/" + name});
  ok({"snapshot", "restore", place + "/" + name, "--data-dir", file("restored.etcd")});

  EXPECT_TRUE(std::filesystem::exists(file("restored.etcd") + "/member/snap/db"));
}

TEST_F(ClientBackup, is_not_deleted_while_it_is_pinned) {
  const std::string name = back_up();
  ok({"backup", "pin", name, "--cluster", cluster(), "--reason", "legal hold"});

  const std::string said = fails(4, {"backup", "delete", name, "--cluster", cluster(), "--yes"});
  EXPECT_THAT(said, HasSubstr("legal hold"));
  EXPECT_THAT(said, HasSubstr("holdfast backup unpin " + name + " --cluster " + cluster()));
  EXPECT_THAT(fails(4, {"delete", "namespace", name_space(), "--yes"}), HasSubstr("legal hold"));

  ok({"backup", "unpin", name, "--cluster", cluster()});
  const ProgramResult gone = run({"backup", "delete", name, "--cluster", cluster(), "--yes"});
  EXPECT_EQ(gone.exit_code, 0) << gone.err;
  EXPECT_THAT(gone.err, HasSubstr("no good backup of " + cluster() + " will be left"));
}

TEST_F(ClientBackup, that_cannot_be_deleted_says_why) {
  ok({"destination", "add", "europe", "leaving", "--path", file("leaving")});
  const json::Value made = document({"backup", "now", cluster(), "--destination", "leaving", "--progress", "none"});
  const std::string name(made.at("metadata").at("name").as_string());
  ok({"destination", "remove", "europe", "leaving", "--yes"});

  const ProgramResult result = run({"backup", "delete", name, "--cluster", cluster(), "--yes", "--timeout", "8s"});

  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(result.err, HasSubstr("because: "));
  EXPECT_THAT(result.err, HasSubstr("leaving"));
  EXPECT_THAT(result.err, HasSubstr("its removal goes on at the server"));
  EXPECT_THAT(result.err, HasSubstr("\"holdfast operation show delete-"));
  EXPECT_THAT(ok({"backup", "list", cluster()}), HasSubstr("Deleting"));
}

TEST_F(ClientBackup, that_cannot_be_made_says_why_while_it_waits) {
  const std::string dead = "dead-" + cluster();
  ok({"cluster", "add", dead, "--member", "http://127.0.0.1:1", "--seed", "europe"});

  const std::string said = fails(6, {"backup", "now", dead, "--destination", "disk", "--timeout", "3s"});

  EXPECT_THAT(said, HasSubstr("holdfast: attempt 1 failed"));
  EXPECT_THAT(said, HasSubstr("the next attempt begins in"));
  EXPECT_THAT(said, HasSubstr("because: it has not ended within 3.0s; attempt 1 failed: "));
}

TEST_F(ClientBackup, is_downloaded_to_standard_output) {
  const std::string name = back_up();
  const std::string snapshot = ok({"backup", "download", name, "-", "--cluster", cluster()});
  write("piped.db", snapshot);

  EXPECT_THAT(ok({"snapshot", "verify", file("piped.db")}), HasSubstr("is good"));
  EXPECT_FALSE(std::filesystem::exists("-"));
}

TEST_F(ClientBackup, of_a_cluster_that_is_not_there_is_not_found) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"backup", "now", "prd"},
                                                {"backup", "list", "prd"},
                                                {"schedule", "list", "prd"},
                                                {"schedule", "add", "prd", "nightly", "--schedule", "@daily"}}) {
    const std::string said = fails(3, words);
    EXPECT_THAT(said, HasSubstr("there is no cluster prd"));
    EXPECT_THAT(said, HasSubstr("holdfast cluster list"));
  }
}

TEST_F(ClientBackup, of_nobody_is_refused) {
  fails(3, {"backup", "now", "nobody"});
  EXPECT_THAT(fails(2, {"backup", "verify"}), HasSubstr("BACKUP"));
}

TEST_F(ClientBackup, schedules_come_and_go) {
  ok({"schedule", "add", cluster(), "nightly", "--schedule", "0 3 * * *", "--keep", "7", "--keep-weekly", "4",
      "--destination", "disk"});
  const json::Value made = document({"get", "ecfg", "nightly", "-n", name_space()});
  EXPECT_EQ(made.at("spec").at("keep").to_number<int>(), 7);
  EXPECT_EQ(made.at("spec").at("keepWeekly").to_number<int>(), 4);
  EXPECT_THAT(ok({"schedule", "list", cluster()}), HasSubstr("0 3 * * *"));

  ok({"schedule", "suspend", "nightly", "--cluster", cluster()});
  EXPECT_TRUE(document({"get", "ecfg", "nightly", "-n", name_space()}).at("spec").at("suspend").as_bool());
  ok({"schedule", "resume", "nightly", "--cluster", cluster()});
  EXPECT_FALSE(document({"get", "ecfg", "nightly", "-n", name_space()}).at("spec").at("suspend").as_bool());
  ok({"schedule", "remove", "nightly", "--cluster", cluster(), "--yes"});

  EXPECT_THAT(ok({"schedule", "list", cluster()}), Not(HasSubstr("nightly")));
}

TEST_F(ClientBackup, schedules_without_a_time_say_that_they_are_none_and_can_get_one) {
  const ProgramResult once = run({"schedule", "add", cluster(), "nightly", "--destination", "disk"});
  EXPECT_EQ(once.exit_code, 0) << once.err;
  EXPECT_THAT(once.err, HasSubstr("one backup, now, and no schedule"));
  EXPECT_THAT(once.err, HasSubstr("\"holdfast schedule remove nightly --cluster " + cluster() + "\""));

  const std::string said =
      fails(4, {"schedule", "add", cluster(), "nightly", "--schedule", "@daily", "--destination", "disk"});

  EXPECT_THAT(said, HasSubstr("\"holdfast edit etcdbackupconfig nightly -n " + name_space() + "\""));
  const ProgramResult edited = run({"edit", "etcdbackupconfig", "nightly", "-n", name_space()}, "",
                                   {"EDITOR=sed -i 's/^spec:/spec:\\n  schedule: \"@daily\"/'"});
  EXPECT_EQ(edited.exit_code, 0) << edited.err;
  EXPECT_THAT(ok({"schedule", "list", cluster()}), HasSubstr("@daily"));
  EXPECT_EQ(run({"schedule", "add", cluster(), "other", "--schedule", "@daily", "--destination", "disk"}).err, "");
}

TEST_F(ClientBackup, impossible_schedules_say_why) {
  const std::string said = fails(2, {"schedule", "add", cluster(), "never", "--schedule", "0 0 30 2 *"});

  EXPECT_THAT(said, HasSubstr("spec.schedule"));
}

TEST_F(ClientBackup, ambiguous_names_need_a_cluster) {
  const std::string other = "other-" + cluster();
  ok({"cluster", "add", other, "--member", etcd_->endpoints().front(), "--seed", "europe"});
  for (const std::string& each : {cluster(), other})
    ok({"schedule", "add", each, "both", "--schedule", "@daily", "--destination", "disk"});

  EXPECT_THAT(fails(2, {"schedule", "suspend", "both"}), HasSubstr("--cluster"));
}

TEST_F(ClientBackup, destinations_are_tested_and_listed) {
  EXPECT_THAT(ok({"destination", "test", "europe", "disk", "--progress", "none"}), HasSubstr("ok"));
  ok({"destination", "add", "europe", "nowhere", "--path", "/proc/no/such/place"});
  fails(4, {"destination", "test", "europe", "nowhere", "--progress", "none"});

  const std::string list = ok({"destination", "list"});
  EXPECT_THAT(list, HasSubstr("disk"));
  EXPECT_THAT(list, HasSubstr("nowhere"));
}

TEST_F(ClientBackup, owners_add_clusters_to_their_projects_and_find_them) {
  ok({"apply", "-f", "-"},
     "apiVersion: kubermatic.k8c.io/v1\nkind: Project\nmetadata: {name: shop}\nspec: {name: Web shop}\n---\n"
     "apiVersion: holdfast.dev/v1\nkind: Member\nmetadata: {name: bob-owns-shop}\n"
     "spec: {user: bob, role: owner, project: shop}\n");
  write("bob", ok({"token", "create", "--for-user", "bob"}));
  const auto as_bob = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--token-file", file("bob")});
    return words;
  };
  EXPECT_THAT(ok(as_bob({"config", "whoami"})), HasSubstr("owner of the project shop"));
  const std::string member = etcd_->endpoints().front();
  EXPECT_THAT(fails(4, as_bob({"cluster", "add", "bobs", "--member", member, "--seed", "europe"})),
              HasSubstr("--project PROJECT; your projects: shop (owner)"));

  ok(as_bob({"cluster", "add", "bobs", "--member", member, "--seed", "europe", "--project", "shop"}));

  EXPECT_THAT(fails(4, as_bob({"cluster", "list"})), HasSubstr("-l project-id=PROJECT; your projects: shop (owner)"));
  EXPECT_THAT(ok(as_bob({"cluster", "list", "-l", "project-id=shop"})), HasSubstr("bobs"));
  EXPECT_THAT(fails(4, as_bob({"backup", "list"})), HasSubstr("holdfast backup list CLUSTER"));
  EXPECT_THAT(fails(4, as_bob({"backup", "pin", "x"})), HasSubstr("--cluster NAME"));
  ok(as_bob({"backup", "list", "bobs"}));
}

TEST_F(ClientBackup, destinations_go_and_are_told_from_those_that_never_were) {
  ok({"destination", "add", "europe", "gone", "--path", file("gone")});
  EXPECT_THAT(fails(2, {"destination", "remove", "europe", "gone"}), HasSubstr("say --yes"));

  EXPECT_THAT(ok({"destination", "remove", "europe", "gone", "--yes"}), HasSubstr("has no destination gone any more"));

  EXPECT_THAT(ok({"destination", "list"}), Not(HasSubstr("gone")));
  fails(3, {"destination", "remove", "europe", "gone", "--yes"});
  const std::string said = fails(2, {"destination", "test", "europe", "gone"});
  EXPECT_THAT(said, HasSubstr("the destinations of Seed europe are "));
  EXPECT_THAT(said, Not(HasSubstr("is invalid")));
  EXPECT_THAT(fails(2, {"destination", "add", "europe", "both", "--path", "/x", "--bucket", "bkt"}),
              HasSubstr("does not go with"));
}

TEST_F(ClientBackup, a_wrong_word_makes_no_seed_and_leaves_no_backups_behind) {
  EXPECT_THAT(fails(3, {"destination", "add", "heer", "disk", "--path", file("heer")}),
              HasSubstr("there is no Seed heer; there is europe"));
  EXPECT_THAT(fails(4, {"destination", "add", "europe", "disk", "--path", file("elsewhere")}),
              HasSubstr("leads to another place"));
  ok({"destination", "add", "europe", "disk", "--path", server().file("backups") + "/", "--compress", "zstd"});
}

TEST_F(ClientBackup, what_is_not_said_again_of_a_destination_stays) {
  const std::string key = "age1t7rxyev2z3rw82stdlrrepyc39nvn86l5078zqkf5uasdy86jp6svpy7pa";
  const auto settings = [&] {
    const json::Value seed = document({"get", "seed", "europe", "-n", "kubermatic"});
    return seed.at("spec").at("etcdBackupRestore").at("destinations").at("kept");
  };
  ok({"destination", "add", "europe", "kept", "--path", file("kept"), "--encrypt-to", key});
  ok({"destination", "add", "europe", "kept", "--path", file("kept"), "--compress", "zstd"});
  EXPECT_EQ(settings().at("encryption").at("recipients").at(0), json::Value(key));
  EXPECT_EQ(settings().at("compression"), json::Value("zstd"));
  ok({"destination", "remove", "europe", "kept", "--yes"});
}

TEST_F(ClientBackup, wrong_schedules_show_the_place) {
  const std::string said = fails(2, {"schedule", "add", cluster(), "wrong", "--schedule", "0 25 * * *"});

  EXPECT_THAT(said, HasSubstr("\n      0 25 * * *\n        ^^\n      allowed: 0 to 23"));
  EXPECT_THAT(said, Not(HasSubstr("try:")));
}

TEST_F(ClientBackup, suspended_schedules_look_like_it) {
  ok({"schedule", "add", cluster(), "nightly", "--schedule", "@daily", "--destination", "disk"});
  ok({"schedule", "suspend", "nightly", "--cluster", cluster()});

  const std::string list = ok({"schedule", "list", cluster()});

  EXPECT_THAT(list, HasSubstr("SUSPENDED"));
  EXPECT_THAT(list, HasSubstr("true"));
}

TEST_F(ClientBackup, whose_seed_goes_is_said_at_the_question_and_afterwards) {
  const std::string lost = "lost-" + cluster();
  ok({"destination", "add", "us", "disk", "--path", file("us"), "--new-seed"});
  ok({"cluster", "add", lost, "--member", etcd_->endpoints().front(), "--seed", "us"});
  const json::Value made = document({"backup", "now", lost, "--destination", "disk", "--progress", "none"});
  const std::string name(made.at("metadata").at("name").as_string());

  const TerminalResult asked = run_on_terminal({"/usr/bin/env", "HOLDFAST_KUBECONFIG=" + server().kubeconfig(),
                                                HOLDFAST_PROGRAM, "delete", "seed", "us", "-n", "kubermatic"},
                                               "[y/N]", {"y"});

  EXPECT_EQ(asked.exit_code, 0) << asked.screen;
  EXPECT_THAT(asked.screen, HasSubstr("1 cluster is left without a Seed: no backups of it any more"));
  EXPECT_THAT(asked.screen, HasSubstr("1 backup stays where it is, out of the server's reach"));
  EXPECT_THAT(fails(2, {"backup", "now", lost}), HasSubstr("names the Seed us, and there is none of that name"));
  const std::string said = fails(3, {"backup", "verify", name, "--cluster", lost, "--progress", "none"});
  EXPECT_THAT(said, HasSubstr("Seed us does not exist"));
  EXPECT_THAT(said, HasSubstr("holdfast destination add us disk"));
}

TEST_F(ClientBackup, questions_say_what_goes_and_what_stays) {
  const std::string name = back_up();
  ok({"schedule", "add", cluster(), "nightly", "--schedule", "@daily", "--destination", "disk"});
  const auto asked = [&](std::vector<std::string> words) {
    std::vector<std::string> all{"/usr/bin/env", "HOLDFAST_KUBECONFIG=" + server().kubeconfig(), HOLDFAST_PROGRAM};
    all.insert(all.end(), words.begin(), words.end());
    const TerminalResult result = run_on_terminal(all, "[y/N]", {"n"});
    EXPECT_EQ(result.exit_code, 4) << result.screen;
    return result.screen;
  };

  EXPECT_THAT(asked({"backup", "delete", name, "--cluster", cluster()}),
              HasSubstr("no good backup of " + cluster() + " will be left"));
  EXPECT_THAT(asked({"schedule", "remove", "nightly", "--cluster", cluster()}), HasSubstr("nightly"));
  const std::string screen = asked({"cluster", "remove", cluster()});
  EXPECT_THAT(screen, HasSubstr("its 1 schedule goes with it"));
  EXPECT_THAT(screen, HasSubstr("its 1 backup stays"));
  EXPECT_THAT(screen, HasSubstr("its etcd and the namespace " + name_space() + " stay"));
}

TEST_F(ClientBackup, clusters_go_and_backups_stay) {
  const json::Value backup = document({"backup", "show", back_up(), "--cluster", cluster()});
  EXPECT_THAT(ok({"cluster", "list"}), HasSubstr(cluster()));

  EXPECT_THAT(ok({"cluster", "remove", cluster(), "--yes"}), HasSubstr("removed"));

  EXPECT_THAT(ok({"cluster", "list"}), Not(HasSubstr(cluster() + " ")));
  EXPECT_THAT(run({"backup", "list", cluster()}).err, HasSubstr("there is no cluster " + cluster() + " any more"));
  fails(3, {"backup", "now", cluster()});
  EXPECT_TRUE(std::filesystem::exists(server().file("backups") + "/" +
                                      std::string(backup.at("spec").at("objectKey").as_string())));
}

}  // namespace
}  // namespace holdfast::test
