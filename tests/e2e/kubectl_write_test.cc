// What kubectl changes: create, apply, diff, patch, edit, label, delete, wait, validation.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e/kubectl_support.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class KubectlWrite : public KubectlTest {
 protected:
  void SetUp() override {
    static int number = 0;
    cluster = unique(fmt::format("write{}", ++number));
    name_space = "cluster-" + cluster;
    make_cluster(cluster);
  }
  std::string keep() { return ok({"get", "ecfg", "daily", "-n", name_space, "-o", "jsonpath={.spec.keep}"}); }
  std::string config(const std::string& spec) { return config_text(cluster, "daily", spec); }
  std::vector<std::string> about_daily(std::vector<std::string> words, const std::vector<std::string>& more) {
    words.insert(words.end(), {"ecfg", "daily", "-n", name_space});
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  std::string cluster;
  std::string name_space;
};

// What kubectl 1.20 does not do: it moves no ownership when it begins to apply on the server, and has no --subresource.
class NewestKubectlWrite : public KubectlWrite {};

TEST_P(KubectlWrite, AClusterBringsItsNamespace) {
  EXPECT_THAT(ok({"get", "ns", name_space}), HasSubstr("Active"));
}

TEST_P(KubectlWrite, CreatingTwiceIsAnError) {
  EXPECT_THAT(fails({"create", "-f", "-"}, config("keep: 5")), HasSubstr("already exists"));
}

TEST_P(KubectlWrite, Apply) {
  EXPECT_THAT(ok({"apply", "-f", "-"}, config("keep: 6")), HasSubstr("configured"));
  EXPECT_THAT(ok({"apply", "-f", "-"}, config("keep: 6")), HasSubstr("unchanged"));
  EXPECT_EQ(keep(), "6");
  EXPECT_THAT(ok({"apply", "-f", "-"}, config("suspend: true")), HasSubstr("configured"));
  EXPECT_EQ(keep(), "");  // what is no longer applied goes
}

TEST_P(KubectlWrite, ApplyOnTheServer) {
  ok({"apply", "--server-side", "--force-conflicts", "-f", "-"}, config("keep: 6"));
  EXPECT_EQ(keep(), "6");

  EXPECT_THAT(fails({"apply", "--server-side", "--field-manager=other", "-f", "-"}, config("keep: 7")),
              HasSubstr("conflict with \"kubectl\""));
  ok({"apply", "--server-side", "--field-manager=other", "--force-conflicts", "-f", "-"}, config("keep: 7"));
  EXPECT_EQ(keep(), "7");
}

TEST_P(NewestKubectlWrite, FromApplyHereToApplyThere) {
  ok({"apply", "-f", "-"}, config("keep: 6"));

  ok({"apply", "--server-side", "-f", "-"}, config("keep: 7"));
  ok({"apply", "--server-side", "-f", "-"}, config("keepLast: 3"));

  EXPECT_EQ(keep(), "");
}

TEST_P(KubectlWrite, Diff) {
  const ProgramResult diff = run({"diff", "-f", "-"}, config("keep: 8"));

  EXPECT_EQ(diff.exit_code, 1) << diff.err;
  EXPECT_THAT(diff.out, HasSubstr("-  keep: 5"));
  EXPECT_THAT(diff.out, HasSubstr("+  keep: 8"));
  EXPECT_EQ(keep(), "5");
}

TEST_P(KubectlWrite, ReplaceAndEdit) {
  // kubectl reads the resourceVersion itself and does not try again when the server has written the status since.
  ProgramResult replaced = run({"replace", "-f", "-"}, config("keep: 9"));
  for (int more = 10; more > 0 && replaced.err.find("has been modified") != std::string::npos; --more)
    replaced = run({"replace", "-f", "-"}, config("keep: 9"));
  EXPECT_EQ(replaced.exit_code, 0) << replaced.err;
  EXPECT_EQ(keep(), "9");
  ok({"edit", "ecfg", "daily", "-n", name_space});
  EXPECT_EQ(keep(), "12");
}

TEST_P(KubectlWrite, Patch) {
  ok(about_daily({"patch"}, {"--type=merge", "-p", R"({"spec":{"keep":9}})"}));
  EXPECT_EQ(keep(), "9");
  ok(about_daily({"patch"}, {"--type=json", "-p", R"([{"op":"replace","path":"/spec/keep","value":10}])"}));
  EXPECT_EQ(keep(), "10");
  EXPECT_THAT(fails(about_daily({"patch"}, {"-p", R"({"spec":{"keep":11}})"})), HasSubstr("accepted media types"));
}

TEST_P(KubectlWrite, LabelAndAnnotate) {
  ok(about_daily({"label"}, {"x=y"}));
  ok(about_daily({"annotate"}, {"note=hi"}));

  const std::string yaml = ok(about_daily({"get"}, {"-o", "yaml"}));
  EXPECT_THAT(yaml, HasSubstr("x: \"y\""));
  EXPECT_THAT(yaml, HasSubstr("note: hi"));
}

TEST_P(KubectlWrite, DryRunOnTheServer) {
  EXPECT_THAT(ok({"apply", "--dry-run=server", "-f", "-"}, config("keep: 8")),
              HasSubstr("configured (server dry run)"));
  EXPECT_THAT(ok(about_daily({"delete"}, {"--dry-run=server"})), HasSubstr("deleted (server dry run)"));
  EXPECT_EQ(keep(), "5");
}

TEST_P(KubectlWrite, WrongFieldsAreNamed) {
  EXPECT_THAT(fails({"apply", "-f", "-"}, config("keep: many")), HasSubstr("spec.keep"));
  EXPECT_THAT(fails(about_daily({"patch"}, {"--type=merge", "-p", R"({"spec":{"schedule":"0 0 30 2 *"}})"})),
              HasSubstr("spec.schedule"));
  EXPECT_THAT(fails(about_daily({"patch"}, {"--type=merge", "-p", R"({"spec":{"schedule":"@every 10s"}})"})),
              HasSubstr("spec.schedule"));
  if (newest()) {
    EXPECT_THAT(fails({"apply", "-f", "-"}, config("bogus: 1")), HasSubstr("unknown field \"spec.bogus\""));
  }
}

TEST_P(NewestKubectlWrite, StatusAndWait) {
  const std::string status =
      R"({"status":{"conditions":[{"type":"Ready","status":"True","reason":"x","message":"y","lastTransitionTime":"2026-01-01T00:00:00Z"}]}})";
  ok(about_daily({"patch"}, {"--subresource=status", "--type=merge", "-p", status}));

  ok(about_daily({"wait"}, {"--for=condition=Ready", "--timeout=10s"}));
  ok(about_daily({"wait"}, {"--for=jsonpath={.spec.keep}=5", "--timeout=10s"}));
}

TEST_P(KubectlWrite, WaitForConditions) {
  ok(about_daily({"wait"}, {"--for=condition=SchedulingActive", "--timeout=60s"}));
  ok(about_daily({"patch"}, {"--type=merge", "-p", R"({"spec":{"suspend":true}})"}));
  ok(about_daily({"wait"}, {"--for=condition=SchedulingActive=false", "--timeout=60s"}));
}

TEST_P(KubectlWrite, ApplyRemovesWhatIsNoLongerInTheSet) {
  const std::string labelled = "labels: {set: " + cluster + "}";
  const auto in_set = [&](const std::string& name) {
    std::string text = config_text(cluster, name);
    text.replace(text.find("labels: {a: b}"), 14, labelled);
    return text;
  };
  const std::string flag = newest() ? "--prune-allowlist" : "--prune-whitelist";
  const std::vector<std::string> apply{
      "apply", "-n", name_space, "--prune", "-l", "set=" + cluster, flag + "=kubermatic.k8c.io/v1/EtcdBackupConfig",
      "-f",    "-"};
  ok(apply, in_set("one") + "---\n" + in_set("two"));

  EXPECT_THAT(ok(apply, in_set("two")), HasSubstr("one pruned"));

  // kubectl does not wait for what it prunes, and the server ends with it first (its finalizer). What is gone already
  // is an error to the old kubectl.
  run({"wait", "--for=delete", "ecfg/one", "-n", name_space, "--timeout=60s"});
  EXPECT_EQ(ok({"get", "ecfg", "-n", name_space, "-l", "set=" + cluster, "-o", "name"}),
            "etcdbackupconfig.kubermatic.k8c.io/two\n");
  EXPECT_EQ(keep(), "5");
}

TEST_P(KubectlWrite, ReplaceByForce) {
  const std::string before = ok(about_daily({"get"}, {"-o", "jsonpath={.metadata.uid}"}));
  ok({"replace", "--force", "-f", "-"}, config("keep: 9"));

  EXPECT_EQ(keep(), "9");
  EXPECT_NE(ok(about_daily({"get"}, {"-o", "jsonpath={.metadata.uid}"})), before);
}

TEST_P(KubectlWrite, WaitForDeletion) {
  ok(about_daily({"patch"}, {"--type=merge", "-p", R"({"metadata":{"finalizers":["x.dev/y"]}})"}));
  ChildProcess removal = start(about_daily({"delete"}, {}), file("removal"));
  ASSERT_TRUE(wait_for(file("removal"), "deleted"));
  EXPECT_TRUE(removal.running());

  ok(about_daily({"patch"}, {"--type=merge", "-p", R"({"metadata":{"finalizers":null}})"}));

  EXPECT_EQ(removal.wait(), 0) << read(file("removal"));
  fails(about_daily({"get"}, {}));
}

TEST_P(KubectlWrite, SecretsAreCreatedAndNeverRead) {
  ok({"create", "secret", "generic", "s", "-n", name_space, "--from-literal=a=strenggeheim"});
  ok({"label", "secret", "s", "-n", name_space, "x=y"});
  ok({"patch", "secret", "s", "-n", name_space, "-p", R"({"stringData":{"b":"zwei"}})"});

  const std::string yaml = ok({"get", "secret", "s", "-n", name_space, "-o", "yaml"});

  EXPECT_THAT(yaml, HasSubstr("a: KGhpZGRlbik="));
  EXPECT_THAT(yaml, HasSubstr("b: KGhpZGRlbik="));
  for (const char* name : {"data/holdfast.db", "data/holdfast.db-wal", "data/audit.log"})
    EXPECT_THAT(read(server().file(name)), Not(HasSubstr("strenggeheim")));
}

TEST_P(KubectlWrite, RemovesOneByOneAllAndNamespaces) {
  ok({"create", "-f", "-"}, config_text(cluster, "other"));
  EXPECT_THAT(ok({"delete", "ecfg", "other", "-n", name_space}), HasSubstr("deleted"));
  ok({"delete", "ecfg", "--all", "-n", name_space});
  ok({"delete", "cluster", cluster, "--timeout=20s"});  // it would bring its namespace back
  ok({"delete", "ns", name_space, "--timeout=20s"});

  fails({"get", "ns", name_space});
}

TEST_P(KubectlWrite, KindsOfKubernetesAreAppliedStrategically) {
  const std::string map = fmt::format(
      "apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m, namespace: {}}}\ndata: {{a: b}}\n", name_space);
  ok({"apply", "-f", "-"}, map);
  EXPECT_THAT(ok({"apply", "-f", "-"}, map), HasSubstr("unchanged"));
  std::string changed = map;
  changed.replace(changed.find("a: b"), 4, "c: d");
  EXPECT_THAT(ok({"apply", "-f", "-"}, changed), HasSubstr("configured"));
  EXPECT_EQ(ok({"get", "cm", "m", "-n", name_space, "-o", "jsonpath={.data}"}), R"({"c":"d"})");
}

INSTANTIATE_TEST_SUITE_P(Versions, KubectlWrite, testing::Values("1.20", "1.32"));
INSTANTIATE_TEST_SUITE_P(Versions, NewestKubectlWrite, testing::Values("1.32"));

}  // namespace
}  // namespace holdfast::test
