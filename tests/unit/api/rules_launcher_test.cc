#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_support.h"
#include "rules_support.h"

#include "api/launcher_token.h"
#include "support/fixed_random.h"

namespace holdfast::api {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

std::string token_text(std::string_view spec) {
  return fmt::format("apiVersion: holdfast.dev/v1\nkind: Token\nmetadata: {{name: t}}\nspec: {}\n", spec);
}

constexpr std::string_view kLauncher = R"(
apiVersion: holdfast.dev/v1
kind: Launcher
metadata: {name: etcd-1, namespace: cluster-x}
spec: {cluster: x, member: etcd-1}
)";

TEST(RulesLauncher, NobodyMakesOneByHand) {
  EXPECT_THAT(judged(kLauncher), Contains(HasSubstr("launchers register themselves")));
  EXPECT_THAT(judged_of_server(kLauncher), IsEmpty());
}

TEST(RulesLauncher, WhatItStandsBesideIsNotChangedByHand) {
  std::string other(kLauncher);
  other.replace(other.find("member: etcd-1"), 14, "member: etcd-2");

  EXPECT_THAT(judged(other, kLauncher), Contains(HasSubstr("spec")));
  EXPECT_THAT(judged(kLauncher, kLauncher), IsEmpty());
}

TEST(RulesLauncher, ATokenToJoinWithNamesAClusterOrASeedAndEnds) {
  const std::string end = R"(expirationTime: "2099-01-01T00:00:00Z")";
  EXPECT_THAT(judged(token_text("{user: 'holdfast:join', join: {cluster: x}, " + end + "}")), IsEmpty());
  EXPECT_THAT(judged(token_text("{user: 'holdfast:join', join: {cluster: nowhere}, " + end + "}")),
              Contains(HasSubstr("spec.join.cluster")));
  EXPECT_THAT(judged(token_text("{user: 'holdfast:join', join: {seed: nowhere}, " + end + "}")),
              Contains(HasSubstr("spec.join.seed")));
  EXPECT_THAT(judged(token_text("{user: 'holdfast:join', join: {}, " + end + "}")),
              Contains(HasSubstr("either a cluster or a Seed")));
  EXPECT_THAT(judged(token_text("{user: 'holdfast:join', join: {cluster: x, seed: y}, " + end + "}")),
              Contains(HasSubstr("either a cluster or a Seed")));
  EXPECT_THAT(judged(token_text("{user: 'holdfast:join', join: {cluster: x}}")),
              Contains(HasSubstr("spec.expirationTime")));
}

TEST(RulesLauncher, ATokenToJoinWithGivesNothingElse) {
  const std::string end = R"(expirationTime: "2099-01-01T00:00:00Z")";
  EXPECT_THAT(judged(token_text("{user: ann, join: {cluster: x}, " + end + "}")), Contains(HasSubstr("holdfast:join")));
  EXPECT_THAT(
      judged(token_text("{user: 'holdfast:join', groups: ['system:masters'], join: {cluster: x}, " + end + "}")),
      Contains(HasSubstr("spec.groups")));
  EXPECT_THAT(judged(token_text("{user: 'holdfast:join'}")), Contains(HasSubstr("spec.join")));
}

TEST(RulesLauncher, NoTokenPretendsToBeALauncher) {
  EXPECT_THAT(judged(token_text("{user: 'holdfast:launcher:x:etcd-1'}")), Contains(HasSubstr("spec.user")));
  EXPECT_THAT(judged(token_text("{user: ann}")), IsEmpty());
}

TEST(RulesLauncher, OrdersAreNotMadeByHand) {
  for (const std::string_view type :
       {"Stage", "StopMember", "SwapMember", "StartMember", "ReturnMember", "ForgetMember"}) {
    const std::string order = fmt::format(
        "apiVersion: holdfast.dev/v1\nkind: Operation\nmetadata: {{name: o, namespace: cluster-x}}\n"
        "spec: {{type: {}, cluster: x, launcher: etcd-1, restore: r}}\n",
        type);
    EXPECT_THAT(judged(order), Contains(HasSubstr("are made by the server"))) << type;
    EXPECT_THAT(judged_of_server(order), IsEmpty()) << type;
  }
  const std::string backup =
      "apiVersion: holdfast.dev/v1\nkind: Operation\nmetadata: {name: o, namespace: cluster-x}\n"
      "spec: {type: Backup, cluster: x, destination: s3, launcher: etcd-1}\n";
  EXPECT_THAT(judged(backup), Contains(HasSubstr("spec.launcher")));
}

TEST(LauncherToken, SaysWhoseItIs) {
  test::FixedRandom random;
  const LauncherName launcher{.cluster = "prod", .name = "etcd-1.example.com"};

  const Secret token = new_launcher_token(launcher, random);

  EXPECT_EQ(launcher_of_token(token.reveal()), launcher);
  EXPECT_EQ(launcher_token_digest(token.reveal()).size(), 64U);
}

TEST(LauncherToken, NothingElseIsOne) {
  const std::string secret(43, 'a');
  for (const std::string& text : {std::string(), "hfl_prod/a." + secret.substr(1), "hft_prod/a." + secret,
                                  "hfl_prod." + secret, "hfl_/a." + secret, "hfl_prod/." + secret,
                                  "hfl_prod/../a." + secret, "hfl_prod/a/b." + secret, std::string(5000, 'x')})
    EXPECT_EQ(launcher_of_token(text), std::nullopt) << text;
  EXPECT_NE(launcher_of_token("hfl_prod/a." + secret), std::nullopt);
}

}  // namespace
}  // namespace holdfast::api
