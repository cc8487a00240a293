// What people of each role may do, asked of the real kubectl and then tried with it.
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e/kubectl_support.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Verb {
  std::string name;
  std::vector<std::string> words;  // of the command that tries it
  bool with_manifest = false;
};

class KubectlRoles : public KubectlTest {
 protected:
  // Two projects with a cluster each; somebody has the role in the first one.
  void make_world(const std::string& role) {
    static int worlds = 0;  // each test has people and projects of its own
    own = unique(fmt::format("own-{}{}", role, ++worlds));
    other = unique(fmt::format("other-{}{}", role, worlds));
    for (const std::string& each : {own, other}) {
      ok({"apply", "-f", "-"},
         fmt::format("apiVersion: kubermatic.k8c.io/v1\nkind: Project\nmetadata: {{name: {0}}}\nspec: {{name: {0}}}\n",
                     each));
      make_cluster(each);
      ok({"label", "--overwrite", "cluster.kubermatic.k8c.io", each, "project-id=" + each});
    }
    ok({"create", "-f", "-"}, fmt::format("apiVersion: holdfast.dev/v1\nkind: Member\nmetadata: {{name: {0}}}\nspec: "
                                          "{{user: {0}, role: {1}, project: {0}}}\n",
                                          own, role));
    kubeconfig = kubeconfig_of(server(), own);
  }
  std::string own_space() const { return "cluster-" + own; }
  std::string other_space() const { return "cluster-" + other; }

  ProgramResult as(const std::vector<std::string>& words, const std::string& input = "") const {
    return run_as(kubeconfig, words, input);
  }
  // The first word of the answer.
  bool can(const std::string& verb, const std::string& kind, const std::string& name_space) const {
    const ProgramResult result = as({"auth", "can-i", verb, kind, "-n", name_space});
    EXPECT_TRUE(result.out == "yes\n" || result.out.starts_with("no")) << result.out << result.err;
    EXPECT_EQ(result.exit_code == 0, result.out == "yes\n");
    return result.out == "yes\n";
  }
  static bool forbidden(const ProgramResult& result) {
    return result.err.find("(Forbidden)") != std::string::npos || result.err.find("forbidden") != std::string::npos;
  }
  // Of itself; false after a while, and then it is ended.
  static bool ends(ChildProcess& child) {
    for (int i = 0; i < 400; ++i) {
      if (!child.running()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    child.signal(9);
    child.wait();
    return false;
  }
  static std::string manifest(const std::string& kind, const std::string& version, const std::string& name) {
    return fmt::format("apiVersion: {}\nkind: {}\nmetadata: {{name: {}}}\nspec: {{}}\n", version, kind, name);
  }

  std::string own;
  std::string other;
  std::string kubeconfig;
};

struct NamedKind {
  const char* plural;
  const char* kind;
  const char* version;
};
constexpr NamedKind kInNamespaces[] = {
    {"etcdbackupconfigs.kubermatic.k8c.io", "EtcdBackupConfig", "kubermatic.k8c.io/v1"},
    {"etcdrestores.kubermatic.k8c.io", "EtcdRestore", "kubermatic.k8c.io/v1"},
    {"operations.holdfast.dev", "Operation", "holdfast.dev/v1"},
    {"backups.holdfast.dev", "Backup", "holdfast.dev/v1"},
    {"secrets", "Secret", "v1"},
    {"configmaps", "ConfigMap", "v1"},
    {"events", "Event", "v1"}};

std::string path_of(const NamedKind& kind, const std::string& name_space, const std::string& name) {
  const std::string plural(kind.plural);
  const std::string version(kind.version);
  return fmt::format("/{}/{}/namespaces/{}/{}/{}", version == "v1" ? "api" : "apis", version, name_space,
                     plural.substr(0, plural.find('.')), name);
}

TEST_P(KubectlRoles, WhatIsSaidIsWhatIsFound) {
  for (const char* role : {"viewer", "editor"}) {
    make_world(role);
    for (const NamedKind& each : kInNamespaces) {
      const std::string text = manifest(each.kind, each.version, "none");
      const Verb verbs[] = {{"get", {"get", each.plural, "none"}},
                            {"list", {"get", each.plural}},
                            {"create", {"create", "--validate=false", "-f", "-"}, true},
                            {"update", {"replace", "--raw", "", "-f", "-"}, true},
                            {"delete", {"delete", each.plural, "none"}}};
      for (const Verb& verb : verbs) {
        for (const std::string& space : {own_space(), other_space()}) {
          std::vector<std::string> words = verb.words;
          if (verb.name == "update") words[2] = path_of(each, space, "none");  // kubectl reads before it patches
          words.insert(words.end(), {"-n", space});
          const bool may = can(verb.name, each.plural, space);
          const ProgramResult tried = as(words, verb.with_manifest ? text : "");
          EXPECT_EQ(may, !forbidden(tried)) << role << ' ' << verb.name << ' ' << each.plural << ' ' << space << '\n'
                                            << tried.out << tried.err;
          EXPECT_FALSE(may && space == other_space()) << verb.name << ' ' << each.plural;
          const bool reads = verb.name == "get" || verb.name == "list";
          EXPECT_FALSE(may && !reads && std::string(role) == "viewer") << verb.name << ' ' << each.plural;
        }
      }
    }
  }
}

TEST_P(KubectlRoles, AViewerChangesNothingThatIsThere) {
  make_world("viewer");
  const std::string before = ok({"get", "ecfg,secrets,clusters.kubermatic.k8c.io", "-A", "-o", "name"});
  const std::string config = ok({"get", "ecfg", "daily", "-n", own_space(), "-o", "jsonpath={.spec}{.metadata.uid}"});
  const std::string cluster = "cluster.kubermatic.k8c.io/" + own;
  const std::vector<std::string> in = {"-n", own_space()};

  for (std::vector<std::string> words : std::vector<std::vector<std::string>>{
           {"delete", "ecfg", "daily"},
           {"delete", "ecfg", "--all"},
           {"patch", "ecfg", "daily", "--type=merge", "-p", R"({"spec":{"keep":1}})"},
           {"patch", "ecfg", "daily", "--type=json", "-p", R"([{"op":"replace","path":"/spec/keep","value":1}])"},
           {"label", "ecfg", "daily", "x=y"},
           {"annotate", "ecfg", "daily", "x=y"},
           {"edit", "ecfg", "daily"},
           {"delete", cluster},
           {"patch", cluster, "--type=merge", "-p", R"({"spec":{"seed":"s1"}})"},
           {"delete", "ns", own_space()},
           {"create", "secret", "generic", "s", "--from-literal=a=b"},
           {"create", "configmap", "m"}}) {
    words.insert(words.end(), in.begin(), in.end());
    const ProgramResult tried = as(words);
    EXPECT_NE(tried.exit_code, 0) << fmt::format("{}", fmt::join(words, " ")) << tried.out;
    EXPECT_THAT(tried.err, HasSubstr("orbidden")) << fmt::format("{}", fmt::join(words, " "));
  }
  for (const std::string& way : {std::string("--server-side=false"), std::string("--server-side")})
    EXPECT_THAT(as({"apply", way, "-f", "-"}, config_text(own, "daily", "keep: 1")).err, HasSubstr("orbidden"));
  EXPECT_THAT(as({"replace", "-f", "-"}, config_text(own, "daily", "keep: 1")).err, HasSubstr("orbidden"));

  EXPECT_EQ(ok({"get", "ecfg", "daily", "-n", own_space(), "-o", "jsonpath={.spec}{.metadata.uid}"}), config);
  EXPECT_EQ(ok({"get", "ecfg,secrets,clusters.kubermatic.k8c.io", "-A", "-o", "name"}), before);
}

TEST_P(KubectlRoles, AnOwnerSeesNothingOfAnotherProject) {
  make_world("owner");
  const std::string theirs = other;
  std::string said;
  const auto gather = [&](const std::vector<std::string>& words) {
    const ProgramResult result = as(words);
    said += result.out;
    return result;
  };

  EXPECT_TRUE(forbidden(gather({"get", "ecfg", "-n", other_space()})));
  EXPECT_TRUE(forbidden(gather({"get", "ecfg", "daily", "-n", other_space(), "-o", "yaml"})));
  EXPECT_TRUE(forbidden(gather({"get", "ecfg", "-n", other_space(), "-w", "--request-timeout=3s"})));
  EXPECT_TRUE(forbidden(gather({"get", "events", "-n", other_space()})));
  EXPECT_TRUE(forbidden(gather({"describe", "ecfg", "daily", "-n", other_space()})));
  EXPECT_TRUE(forbidden(gather({"get", "cluster.kubermatic.k8c.io", other})));
  EXPECT_TRUE(forbidden(gather({"get", "ns", other_space()})));
  EXPECT_TRUE(forbidden(gather({"get", "project", other})));
  EXPECT_TRUE(forbidden(gather({"get", "clusters.kubermatic.k8c.io", "-l", "project-id=" + other})));
  for (const char* kinds : {"ecfg", "er", "bk", "op", "events", "secrets", "seeds", "configmaps"})
    EXPECT_TRUE(forbidden(gather({"get", kinds, "-A"}))) << kinds;
  for (const char* kinds : {"ns", "clusters.kubermatic.k8c.io", "projects", "members", "tokens"})
    EXPECT_TRUE(forbidden(gather({"get", kinds}))) << kinds;
  EXPECT_EQ(said.find(theirs), std::string::npos) << said;

  const ProgramResult mine = as({"get", "clusters.kubermatic.k8c.io", "-l", "project-id=" + own, "-o", "name"});
  EXPECT_EQ(mine.out, "cluster.kubermatic.k8c.io/" + own + "\n") << mine.err;
  EXPECT_EQ(as({"get", "ecfg", "daily", "-n", own_space(), "-o", "name"}).exit_code, 0);
}

TEST_P(KubectlRoles, AnOwnerMakesClustersInTheirProjectAlone) {
  make_world("owner");
  const std::string fresh = unique("fresh");
  const auto text = [&](const std::string& project) {
    return fmt::format(
        "apiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nmetadata: {{name: {}, labels: {{project-id: "
        "{}}}}}\nspec: {{humanReadableName: x}}\n",
        fresh, project);
  };

  EXPECT_TRUE(can("create", "clusters.kubermatic.k8c.io", own_space()));
  EXPECT_TRUE(forbidden(as({"create", "-f", "-"}, text(other))));
  EXPECT_EQ(as({"create", "-f", "-"}, text(own)).exit_code, 0);
  EXPECT_TRUE(forbidden(as({"label", "--overwrite", "cluster.kubermatic.k8c.io", fresh, "project-id=" + other})));
  EXPECT_EQ(as({"delete", "cluster.kubermatic.k8c.io", fresh, "--wait=false"}).exit_code, 0);
}

TEST_P(KubectlRoles, AListOfRightsHasThoseThereAreAndNoOthers) {
  make_world("editor");

  const std::string rights = as({"auth", "can-i", "--list", "-n", own_space()}).out;

  EXPECT_THAT(rights, testing::ContainsRegex("etcdbackupconfigs.kubermatic.k8c.io .*\\[.*create.*delete.*"));
  EXPECT_THAT(rights, HasSubstr("secrets"));
  EXPECT_THAT(rights, Not(HasSubstr("tokens.holdfast.dev")));
  EXPECT_THAT(rights, Not(HasSubstr("*.*")));
  const std::string elsewhere = as({"auth", "can-i", "--list", "-n", other_space()}).out;
  EXPECT_THAT(elsewhere, Not(HasSubstr("etcdbackupconfigs")));
}

TEST_P(KubectlRoles, AWatchEndsWithTheRight) {
  make_world("viewer");
  const std::string out = file("watch");
  ChildProcess watch = start_as(kubeconfig, {"get", "ecfg", "-n", own_space(), "-w", "-o", "name"}, out);
  ASSERT_TRUE(wait_for(out, "daily"));

  ok({"delete", "member", own});
  ok({"create", "-f", "-"}, config_text(own, "later"));

  EXPECT_TRUE(ends(watch));
  EXPECT_THAT(read(out), Not(HasSubstr("later")));
  EXPECT_TRUE(forbidden(as({"get", "ecfg", "-n", own_space()})));
}

TEST_P(KubectlRoles, AWatchEndsWithTheToken) {
  make_world("viewer");
  const std::string out = file("watch");
  ChildProcess watch = start_as(kubeconfig, {"get", "ecfg", "-n", own_space(), "-w", "-o", "name"}, out);
  ASSERT_TRUE(wait_for(out, "daily"));

  const std::string mine =
      ok({"get", "tokens", "-o", "jsonpath={.items[?(@.spec.user==\"" + own + "\")].metadata.name}"});
  ok({"delete", "token", mine});

  EXPECT_TRUE(ends(watch));
  EXPECT_NE(as({"get", "ecfg", "-n", own_space()}).exit_code, 0);
}

TEST_P(KubectlRoles, AWatchOnOneServerEndsWhenTheRightGoesOnAnother) {
  const auto etcd = make_etcd_cluster({});
  ASSERT_TRUE(etcd) << etcd.error().to_string();
  const std::vector<std::string> store{"--store", "etcd:" + (*etcd)->endpoints().front()};
  auto one = HoldfastServer::start(store);
  auto second = HoldfastServer::start(store);
  ASSERT_TRUE(one && second);
  const ProgramResult made =
      run_as((*one)->kubeconfig(), {"create", "-f", "-"},
             "apiVersion: kubermatic.k8c.io/v1\nkind: Project\nmetadata: {name: p1}\nspec: {name: one}\n---\n" +
                 cluster_text("c1") +
                 "---\napiVersion: holdfast.dev/v1\nkind: Member\nmetadata: {name: ann}\n"
                 "spec: {user: ann, role: viewer, project: p1}\n---\n"
                 "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: early, namespace: cluster-c1}\n");
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const std::string ann = kubeconfig_of(**second, "ann");
  const std::string out = file("watch");
  ChildProcess watch = start_as(ann, {"get", "configmaps", "-n", "cluster-c1", "-w", "-o", "name"}, out);
  ASSERT_TRUE(wait_for(out, "early"));

  EXPECT_EQ(run_as((*one)->kubeconfig(), {"delete", "member", "ann"}).exit_code, 0);
  EXPECT_EQ(run_as((*one)->kubeconfig(), {"create", "configmap", "later", "-n", "cluster-c1"}).exit_code, 0);

  EXPECT_TRUE(ends(watch));
  EXPECT_THAT(read(out), Not(HasSubstr("later")));
  EXPECT_TRUE(forbidden(run_as(ann, {"get", "configmaps", "-n", "cluster-c1"})));
}

INSTANTIATE_TEST_SUITE_P(Versions, KubectlRoles, testing::Values("1.20", "1.32"));

}  // namespace
}  // namespace holdfast::test
