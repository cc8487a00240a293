// get, describe, apply, delete, edit, watch and wait.
#include <signal.h>

#include "e2e/client_support.h"

namespace holdfast::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using ::testing::Not;
using ::testing::StartsWith;

using Client = ClientTest;

TEST_F(Client, gets_tables_names_and_parts) {
  make_cluster();
  const std::vector<std::string> daily{"get", "ecfg", "daily", "-n", name_space()};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), daily.begin(), daily.end());
    return more;
  };

  EXPECT_THAT(ok(daily), AllOf(StartsWith("NAME "), HasSubstr("\ndaily ")));
  EXPECT_THAT(ok({"get", "ecfg", "-A"}), AllOf(StartsWith("NAMESPACE "), HasSubstr("\n" + name_space() + " ")));
  EXPECT_GE(ok(with({"-o", "wide"})).size(), ok(daily).size());
  EXPECT_EQ(ok(with({"-o", "name"})), "etcdbackupconfig.kubermatic.k8c.io/daily\n");
  EXPECT_EQ(ok(with({"-o", "jsonpath={.spec.keep}"})), "5\n");
  EXPECT_THAT(ok(with({"-o", "yaml"})), AllOf(HasSubstr("keep: 5"), Not(HasSubstr("managedFields"))));
  EXPECT_THAT(ok(with({"-o", "yaml", "--show-managed-fields"})), HasSubstr("managedFields"));
  EXPECT_EQ(document(daily).at("kind").as_string(), "EtcdBackupConfig");
  EXPECT_EQ(document({"get", "ecfg", "-n", name_space()}).at("items").as_array().size(), 1U);
}

TEST_F(Client, gets_several_kinds_and_categories) {
  make_cluster();
  const std::string both = ok({"get", "clusters,ecfg", "-A"});
  EXPECT_THAT(both, AllOf(HasSubstr("cluster.kubermatic.k8c.io/" + cluster()),
                          HasSubstr("etcdbackupconfig.kubermatic.k8c.io/daily")));
  EXPECT_THAT(ok({"get", "cluster/" + cluster(), "ns/" + name_space(), "-o", "name"}),
              "cluster.kubermatic.k8c.io/" + cluster() + "\nnamespace/" + name_space() + "\n");
  ok({"get", "holdfast", "-A"});
}

TEST_F(Client, selects_by_labels_and_fields) {
  make_cluster();
  ok({"apply", "-f", "-"}, config_text("weekly", "keep: 2"));
  const auto names = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"get", "ecfg", "-n", name_space(), "-o", "name"});
    return ok(more);
  };
  EXPECT_EQ(names({"--field-selector", "metadata.name=weekly"}), "etcdbackupconfig.kubermatic.k8c.io/weekly\n");
  EXPECT_EQ(names({"-l", "no=such"}), "");
  EXPECT_THAT(run({"get", "ecfg", "-n", name_space(), "-l", "no=such"}).err, HasSubstr("nothing found"));
}

TEST_F(Client, errors_have_the_exit_codes_of_the_program) {
  make_cluster();
  EXPECT_THAT(fails(3, {"get", "ecfg", "none", "-n", name_space()}), HasSubstr("not found"));
  EXPECT_THAT(fails(3, {"get", "pods"}), AllOf(HasSubstr("no kind \"pods\""), HasSubstr("etcdbackupconfigs")));
  EXPECT_THAT(fails(2, {"get", "ecfg", "daily", "-A"}), HasSubstr("-A"));
  EXPECT_THAT(fails(2, {"get", "ecfg", "-o", "jsonpath={.a"}), HasSubstr("brace"));
  EXPECT_THAT(fails(2, {"apply", "-f", "-"}, config_text("daily", "keep: many")), HasSubstr("spec.keep"));
  EXPECT_THAT(fails(2, {"apply", "-f", "-"}, config_text("daily", "bogus: 1")), HasSubstr("spec.bogus"));
  EXPECT_THAT(fails(2, {"apply", "-f", "-"}, "a: [geheim"), AllOf(HasSubstr("line"), Not(HasSubstr("geheim"))));
  EXPECT_THAT(fails(6, {"get", "ecfg", "--server", "https://127.0.0.1:1"}), HasSubstr("kubeconfig"));
  EXPECT_THAT(fails(3, {"get", "ecfg", "none", "-n", name_space(), "-o", "json"}), StartsWith("{\"error\":{"));
}

TEST_F(Client, says_what_a_dry_run_cannot_try) {
  make_cluster();
  const std::string said =
      fails(3, {"apply", "-f", "-", "--dry-run=server"},
            "apiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nmetadata: {name: later}\nspec:\n"
            "  etcd: {endpoints: [\"http://127.0.0.1:2379\"]}\n---\n"
            "apiVersion: kubermatic.k8c.io/v1\nkind: EtcdBackupConfig\n"
            "metadata: {name: daily, namespace: cluster-later}\nspec: {cluster: {name: later}, destination: d1}\n");

  EXPECT_THAT(said, HasSubstr("cluster-later comes with the Cluster later of the same files"));
  EXPECT_THAT(said, HasSubstr("apply the Cluster first"));
}

TEST_F(Client, applies_and_says_what_became_of_it) {
  make_cluster();
  EXPECT_EQ(ok({"apply", "-f", "-"}, config_text("daily")), "etcdbackupconfig.kubermatic.k8c.io/daily unchanged\n");
  EXPECT_EQ(ok({"apply", "-f", "-"}, config_text("daily", "keep: 6")),
            "etcdbackupconfig.kubermatic.k8c.io/daily configured\n");
  EXPECT_EQ(ok({"apply", "-f", "-", "--dry-run=server"}, config_text("daily", "keep: 7")),
            "etcdbackupconfig.kubermatic.k8c.io/daily configured (server dry run)\n");
  EXPECT_EQ(ok({"get", "ecfg", "daily", "-n", name_space(), "-o", "jsonpath={.spec.keep}"}), "6\n");
  // What is no longer in the file goes.
  ok({"apply", "-f", "-"}, config_text("daily", ""));
  EXPECT_THAT(ok({"get", "ecfg", "daily", "-n", name_space(), "-o", "yaml"}), Not(HasSubstr("keep: 6")));
}

TEST_F(Client, applies_directories_and_json) {
  make_cluster();
  write("a.yaml", config_text("one") + "---\n" + config_text("two"));
  write("b.json", fmt::format(R"({{"apiVersion":"v1","kind":"ConfigMap","metadata":{{"name":"m","namespace":"{}"}}}})",
                              name_space()));
  write("c.txt", "not this one");
  EXPECT_EQ(ok({"apply", "-f", file("")}),
            "etcdbackupconfig.kubermatic.k8c.io/one created\netcdbackupconfig.kubermatic.k8c.io/two created\n"
            "configmap/m created\n");
  // Nothing is sent when one of the files cannot be read.
  write("d.yaml", "a: [");
  fails(2, {"apply", "-f", file("")});
}

TEST_F(Client, conflicts_are_won_by_force_only) {
  make_cluster();
  ASSERT_EQ(
      run_program({servers_directory() + "/kubectl-1.32/kubectl", "--kubeconfig", server().kubeconfig(), "--cache-dir",
                   file("cache"), "apply", "--server-side", "--force-conflicts", "--field-manager=other", "-f", "-"},
                  config_text("daily", "keep: 9"))
          .exit_code,
      0);
  EXPECT_THAT(fails(4, {"apply", "-f", "-"}, config_text("daily", "keep: 5")),
              AllOf(HasSubstr("spec.keep"), HasSubstr("--force-conflicts")));
  EXPECT_THAT(ok({"apply", "--force-conflicts", "-f", "-"}, config_text("daily", "keep: 5")), HasSubstr("configured"));
}

TEST_F(Client, a_file_is_the_later_word_than_the_commands_for_schedules) {
  make_cluster();
  ok({"schedule", "add", cluster(), "often", "--schedule", "@hourly", "--destination", "d1", "--keep", "9",
      "--keep-monthly", "2"});
  ok({"schedule", "suspend", "often", "--cluster", cluster()});
  const std::string part = ok({"get", "ecfg", "often", "-n", name_space(), "-o", "jsonpath={.spec.schedule}"});
  EXPECT_EQ(part, "@hourly\n");

  EXPECT_EQ(ok({"apply", "-f", "-", "--dry-run=server"}, config_text("often", "keep: 4")),
            "etcdbackupconfig.kubermatic.k8c.io/often configured (server dry run)\n");
  ok({"apply", "-f", "-"}, config_text("often", "keep: 4"));

  EXPECT_EQ(ok({"get", "ecfg", "often", "-n", name_space(), "-o",
                "jsonpath={.spec.keep} {.spec.keepMonthly} {.spec.schedule}"}),
            "4 2 @every 20m\n");
  // And the other way round.
  ok({"schedule", "resume", "often", "--cluster", cluster()});
  EXPECT_EQ(ok({"get", "ecfg", "often", "-n", name_space(), "-o", "jsonpath={.spec.suspend}"}), "false\n");
  ok({"apply", "-f", "-"}, config_text("often", "keep: 4"));
  EXPECT_EQ(ok({"get", "ecfg", "often", "-n", name_space(), "-o", "jsonpath={.spec.suspend}"}), "true\n");
}

TEST_F(Client, a_destination_of_a_file_can_be_changed_by_its_command) {
  make_cluster();
  const std::string place = server().file("backups");
  ok({"apply", "-f", "-"},
     fmt::format("apiVersion: kubermatic.k8c.io/v1\nkind: Seed\nmetadata: {{name: s1, namespace: kubermatic}}\nspec:\n"
                 "  etcdBackupRestore:\n    destinations:\n"
                 "      d1: {{type: local, path: \"{}\", compression: gzip}}\n",
                 place));

  ok({"destination", "add", "s1", "d1", "--path", place, "--compress", "zstd"});

  EXPECT_EQ(ok({"get", "seed", "s1", "-n", "kubermatic", "-o",
                "jsonpath={.spec.etcdBackupRestore.destinations.d1.compression}"}),
            "zstd\n");
}

TEST_F(Client, deletes_what_is_named_and_waits_for_it) {
  make_cluster();
  EXPECT_THAT(fails(2, {"delete", "ecfg", "daily", "-n", name_space()}), HasSubstr("--yes"));
  EXPECT_THAT(ok({"delete", "ecfg", "daily", "-n", name_space(), "--dry-run=server"}), HasSubstr("(server dry run)"));
  EXPECT_EQ(ok({"delete", "ecfg/daily", "-n", name_space(), "--yes"}),
            "etcdbackupconfig.kubermatic.k8c.io/daily deleted\n");
  fails(3, {"get", "ecfg", "daily", "-n", name_space()});
  fails(3, {"delete", "ecfg", "daily", "-n", name_space(), "--yes"});
  // A namespace takes what is in it along, and is waited for.
  ok({"apply", "-f", "-"},
     "apiVersion: v1\nkind: Namespace\nmetadata: {name: short-lived}\n---\n"
     "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: m, namespace: short-lived}\n");
  EXPECT_EQ(ok({"delete", "ns", "short-lived", "--yes"}), "namespace/short-lived deleted\n");
  fails(3, {"get", "ns", "short-lived"});
}

TEST_F(Client, deletes_what_a_file_or_a_selector_names) {
  make_cluster();
  write("a.yaml", config_text("one") + "---\n" + config_text("two"));
  ok({"apply", "-f", file("a.yaml")});
  EXPECT_THAT(ok({"delete", "-f", file("a.yaml"), "-y", "-o", "name"}), HasSubstr("/two\n"));
  EXPECT_THAT(ok({"delete", "ecfg", "-n", name_space(), "--field-selector", "metadata.name=daily", "-y"}),
              HasSubstr("daily deleted"));
  fails(2, {"delete", "ecfg", "-n", name_space(), "-y"});
}

TEST_F(Client, describes_an_object_with_its_events) {
  make_cluster();
  const std::string uid = ok({"get", "ecfg", "daily", "-n", name_space(), "-o", "jsonpath={.metadata.uid}"});
  ok({"apply", "-f", "-"},
     fmt::format(
         "apiVersion: v1\nkind: Event\nmetadata: {{name: e1, namespace: {0}}}\ninvolvedObject: {{kind: "
         "EtcdBackupConfig, name: daily, namespace: {0}, uid: \"{1}\"}}\nreason: Tested\nmessage: it was tested\n"
         "type: Normal\n",
         name_space(), uid.substr(0, uid.size() - 1)));

  const std::string text = ok({"describe", "ecfg", "daily", "-n", name_space()});

  EXPECT_THAT(text, AllOf(HasSubstr("Name "), HasSubstr("\nSpec:\n"), HasSubstr("  keep: 5\n"), HasSubstr("Events:"),
                          HasSubstr("it was tested")));
  EXPECT_EQ(document({"describe", "ecfg", "daily", "-n", name_space()}).at("object").at("kind"), "EtcdBackupConfig");
}

TEST_F(Client, edits_with_the_persons_editor) {
  make_cluster();
  const std::vector<std::string> words{"edit", "ecfg", "daily", "-n", name_space()};
  const auto edited = run(words, "", {"EDITOR=sed -i s/keep:.*/keep:\\ 12/"});
  EXPECT_EQ(edited.exit_code, 0) << edited.err;
  EXPECT_EQ(edited.out, "etcdbackupconfig.kubermatic.k8c.io/daily edited\n");
  EXPECT_EQ(ok({"get", "ecfg", "daily", "-n", name_space(), "-o", "jsonpath={.spec.keep}"}), "12\n");

  EXPECT_THAT(run(words, "", {"EDITOR=true"}).err, HasSubstr("nothing was changed"));
  EXPECT_EQ(run(words, "", {"EDITOR=false"}).exit_code, 4);
}

TEST_F(Client, an_edit_that_is_refused_is_opened_again_and_kept) {
  make_cluster();
  write("editor", "#!/bin/sh\ncp \"$1\" \"$HOME/seen\"\nsed -i 's/keep: .*/keep: many/' \"$1\"\n");
  ASSERT_EQ(run_program({"chmod", "+x", file("editor")}).exit_code, 0);

  const auto refused =
      run({"edit", "ecfg/daily", "-n", name_space()}, "", {"EDITOR=" + file("editor"), "TMPDIR=" + file("")});

  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.err, HasSubstr("spec.keep"));
  EXPECT_THAT(read(file("seen")), AllOf(HasSubstr("# It was not accepted:"), HasSubstr("keep: many")));
  const std::size_t at = refused.err.find("holdfast apply -f ") + std::string("holdfast apply -f ").size();
  const std::string kept = refused.err.substr(at, refused.err.find('"', at) - at);
  EXPECT_THAT(read(kept), HasSubstr("keep: many"));
}

TEST_F(Client, watches_and_goes_on_after_a_restart_of_the_server) {
  make_cluster();
  ChildProcess watching = start({"watch", "ecfg", "-n", name_space()}, "watched");
  ASSERT_TRUE(wait_for("watched", "daily"));
  EXPECT_THAT(read(file("watched")), MatchesRegex("EVENT +NAME.*\nADDED +daily.*\n"));
  ok({"apply", "-f", "-"}, config_text("weekly"));
  ASSERT_TRUE(wait_for("watched", "weekly"));

  server().kill();
  ASSERT_TRUE(server().start_again());
  ok({"apply", "-f", "-"}, config_text("yearly"));
  EXPECT_TRUE(wait_for("watched", "yearly"));
  ok({"delete", "ecfg", "weekly", "-n", name_space(), "-y"});
  EXPECT_TRUE(wait_for("watched", "DELETED"));

  watching.signal(SIGINT);
  EXPECT_EQ(watching.wait(), 130);
  EXPECT_THAT(read(file("watched")), Not(HasSubstr("holdfast:")));  // that is how a watch ends
}

TEST_F(Client, watches_for_programs) {
  make_cluster();
  ChildProcess watching = start({"watch", "ecfg", "daily", "-n", name_space(), "-o", "json"}, "watched");
  ASSERT_TRUE(wait_for("watched", "{\"type\":\"ADDED\",\"object\":{"));
  ok({"apply", "-f", "-"}, config_text("daily", "keep: 8"));
  EXPECT_TRUE(wait_for("watched", "{\"type\":\"MODIFIED\""));
  watching.signal(SIGTERM);
  EXPECT_EQ(watching.wait(), 143);
}

TEST_F(Client, waits_for_values_conditions_and_deletion) {
  make_cluster();
  const std::vector<std::string> daily{"wait", "ecfg/daily", "-n", name_space()};
  const auto until = [&](const std::string& what, const std::string& limit = "20s") {
    std::vector<std::string> words = daily;
    words.insert(words.end(), {"--for", what, "--timeout", limit});
    return words;
  };
  EXPECT_EQ(ok(until("jsonpath={.spec.keep}=5")), "etcdbackupconfig.kubermatic.k8c.io/daily condition met\n");
  EXPECT_THAT(fails(6, until("jsonpath={.spec.keep}=99", "200ms")), HasSubstr("within 200ms"));
  EXPECT_THAT(fails(6, until("condition=NeverThere", "200ms")), HasSubstr("condition=NeverThere"));
  fails(3, {"wait", "ecfg/none", "-n", name_space(), "--for=condition=Ready"});
  ok({"wait", "ecfg/none", "-n", name_space(), "--for=delete"});
  fails(2, {"wait", "ecfg/daily", "-n", name_space()});

  ChildProcess waiting = start(until("delete"), "waited");
  ok({"delete", "ecfg", "daily", "-n", name_space(), "-y"});
  EXPECT_EQ(waiting.wait(), 0) << read(file("waited"));
}

TEST_F(Client, secrets_are_not_shown) {
  make_cluster();
  ok({"apply", "-f", "-"},
     fmt::format(
         "apiVersion: v1\nkind: Secret\nmetadata: {{name: s, namespace: {}}}\nstringData: {{a: strenggeheim}}\n",
         name_space()));
  for (const char* format : {"yaml", "json", "table", "jsonpath={..a}"})
    EXPECT_THAT(ok({"get", "secret", "s", "-n", name_space(), "-o", format}), Not(HasSubstr("strenggeheim")));
  EXPECT_THAT(ok({"describe", "secret", "s", "-n", name_space()}), Not(HasSubstr("strenggeheim")));
}

}  // namespace
}  // namespace holdfast::test
