// Who may do what, as kubectl sees it; and that the server survives its own end.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e/kubectl_support.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;

class KubectlAccess : public KubectlTest {};

TEST_P(KubectlAccess, AViewerReadsAndIsToldTheTruth) {
  const std::string cluster = unique("viewed");
  const std::string name_space = "cluster-" + cluster;
  const std::string user = unique("ann");
  make_cluster(cluster);
  ok({"apply", "-f", "-"},
     "apiVersion: kubermatic.k8c.io/v1\nkind: Project\nmetadata: {name: p1}\nspec: {name: one}\n");
  ok({"create", "-f", "-"}, fmt::format("apiVersion: holdfast.dev/v1\nkind: Member\nmetadata: {{name: {0}}}\nspec: "
                                        "{{user: {0}, role: viewer, project: p1}}\n",
                                        user));
  const std::string kubeconfig = kubeconfig_of(server(), user);
  const auto as = [&](const std::vector<std::string>& words) { return run_as(kubeconfig, words); };

  EXPECT_EQ(as({"get", "ecfg", "-n", name_space}).exit_code, 0);
  EXPECT_EQ(as({"auth", "can-i", "get", "ecfg", "-n", name_space}).out, "yes\n");
  EXPECT_THAT(as({"auth", "can-i", "delete", "ecfg", "-n", name_space}).out, HasSubstr("no"));
  EXPECT_THAT(as({"auth", "can-i", "--list", "-n", name_space}).out, HasSubstr("etcdbackupconfigs.kubermatic.k8c.io"));
  EXPECT_THAT(as({"delete", "ecfg", "daily", "-n", name_space}).err, HasSubstr("Forbidden"));
  EXPECT_THAT(as({"get", "secrets", "-n", name_space}).err, HasSubstr("Forbidden"));
  EXPECT_THAT(as({"get", "ecfg", "daily", "-n", name_space, "--as=admin"}).err, HasSubstr("cannot impersonate"));
  // Also when nothing is known of the kinds yet.
  EXPECT_THAT(as({"get", "ecfg", "-n", name_space, "--as=admin", "--cache-dir=" + file("no-cache")}).err,
              HasSubstr("cannot impersonate"));
  if (newest()) {
    EXPECT_THAT(as({"auth", "whoami"}).out, HasSubstr(user));
  }
  ok({"delete", "tokens", "--all"});
  EXPECT_NE(as({"get", "ecfg", "-n", name_space}).exit_code, 0);
}

TEST_P(KubectlAccess, AnAdministratorActsAsOthers) {
  EXPECT_THAT(run({"auth", "can-i", "get", "ecfg", "--as=bob"}).out, HasSubstr("no"));
  EXPECT_THAT(run({"auth", "can-i", "get", "ecfg"}).out, HasSubstr("yes"));
}

TEST_P(KubectlAccess, AServerThatEndsOrIsKilledGoesOnWhereItWas) {
  auto own = HoldfastServer::start();
  ASSERT_TRUE(own) << own.error().to_string();
  HoldfastServer& server = **own;
  EXPECT_EQ(run_as(server.kubeconfig(), {"create", "ns", "before"}).exit_code, 0);

  EXPECT_EQ(server.stop(), 0);
  ASSERT_TRUE(server.start_again());
  EXPECT_EQ(run_as(server.kubeconfig(), {"get", "ns", "before"}).exit_code, 0);
  EXPECT_EQ(run_as(server.kubeconfig(), {"create", "ns", "killed"}).exit_code, 0);
  server.kill();
  ASSERT_TRUE(server.start_again());
  EXPECT_EQ(run_as(server.kubeconfig(), {"get", "ns", "killed"}).exit_code, 0);
}

TEST_P(KubectlAccess, TwoServersOnOneEtcdShowTheSame) {
  const auto etcd = make_etcd_cluster({});
  ASSERT_TRUE(etcd) << etcd.error().to_string();
  const std::vector<std::string> store{"--store", "etcd:" + (*etcd)->endpoints().front()};
  auto one = HoldfastServer::start(store);
  auto other = HoldfastServer::start(store);
  ASSERT_TRUE(one && other);

  const ProgramResult made = run_as((*one)->kubeconfig(), {"create", "ns", "shared", "-o", "jsonpath={.metadata.uid}"});
  const ProgramResult seen = run_as((*other)->kubeconfig(), {"get", "ns", "shared", "-o", "jsonpath={.metadata.uid}"});

  EXPECT_EQ(made.exit_code, 0) << made.err;
  EXPECT_EQ(seen.out, made.out) << seen.err;
}

INSTANTIATE_TEST_SUITE_P(Versions, KubectlAccess, testing::Values("1.20", "1.32"));

}  // namespace
}  // namespace holdfast::test
