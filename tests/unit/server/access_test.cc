#include "server/access.h"

#include <algorithm>

#include <gtest/gtest.h>

namespace holdfast::server {
namespace {

constexpr std::string_view kKkp = "kubermatic.k8c.io";

Standing standing(Role role) {
  Standing made;
  made.projects["p1"] = role;
  return made;
}

// In the namespace of a cluster of the project p1.
Question in_namespace(std::string_view verb, std::string_view group, std::string_view resource) {
  return {.verb = std::string(verb),
          .group = std::string(group),
          .resource = std::string(resource),
          .subresource = "",
          .name_space = "cluster-c1",
          .name = "",
          .project = "p1"};
}

Question about_cluster(std::string_view verb) {
  Question question = in_namespace(verb, kKkp, "clusters");
  question.name_space = "";
  question.name = "c1";
  return question;
}

bool may(Role role, const Question& question) {
  return decide(standing(role), question).allowed;
}

TEST(Access, AdministratorsMayEverything) {
  Standing admin;
  admin.admin = true;

  EXPECT_TRUE(decide(admin, {.verb = "*", .group = "*", .resource = "*"}).allowed);
  EXPECT_TRUE(decide(admin, {.verb = "impersonate", .group = "", .resource = "users"}).allowed);
}

TEST(Access, NobodyWritesWhatIsKnownOfATokenButTheServer) {
  Standing admin;
  admin.admin = true;

  const Question question{.verb = "patch", .group = "holdfast.dev", .resource = "tokens", .subresource = "status"};

  EXPECT_FALSE(decide(admin, question).allowed);
}

TEST(Access, OnlyOwnersDownloadWhatAClusterHolds) {
  Question question = in_namespace("get", "holdfast.dev", "backups");
  question.subresource = "download";

  EXPECT_TRUE(may(Role::owner, question));
  EXPECT_FALSE(may(Role::editor, question));
  EXPECT_FALSE(may(Role::viewer, question));
}

TEST(Access, ViewersReadAllButSecrets) {
  EXPECT_TRUE(may(Role::viewer, in_namespace("list", kKkp, "etcdbackupconfigs")));
  EXPECT_TRUE(may(Role::viewer, in_namespace("watch", "", "events")));
  EXPECT_FALSE(may(Role::viewer, in_namespace("get", "", "secrets")));
}

TEST(Access, WhereBackupsGoIsForAdministrators) {
  for (const std::string_view verb : {"get", "list", "watch", "create"}) {
    EXPECT_FALSE(may(Role::owner, in_namespace(verb, kKkp, "seeds"))) << verb;
    EXPECT_FALSE(may(Role::owner, in_namespace(verb, kKkp, "kubermaticconfigurations"))) << verb;
  }
}

TEST(Access, ViewersWriteNothing) {
  for (const std::string_view verb : {"create", "update", "patch", "delete", "deletecollection"}) {
    EXPECT_FALSE(may(Role::viewer, in_namespace(verb, kKkp, "etcdbackupconfigs"))) << verb;
    EXPECT_FALSE(may(Role::viewer, about_cluster(verb))) << verb;
  }
}

TEST(Access, EditorsWriteBackupConfigsAndSecretsButNoClusters) {
  EXPECT_TRUE(may(Role::editor, in_namespace("create", kKkp, "etcdbackupconfigs")));
  EXPECT_TRUE(may(Role::editor, in_namespace("deletecollection", "", "secrets")));
  EXPECT_TRUE(may(Role::editor, in_namespace("patch", "holdfast.dev", "backups")));
  EXPECT_FALSE(may(Role::editor, in_namespace("create", "", "configmaps")));
  EXPECT_FALSE(may(Role::editor, about_cluster("patch")));
}

TEST(Access, StatusIsWrittenByTheServerAlone) {
  Question question = in_namespace("patch", kKkp, "etcdbackupconfigs");
  question.subresource = "status";

  EXPECT_FALSE(may(Role::owner, question));
}

TEST(Access, OwnersChangeAndRemoveClusters) {
  EXPECT_TRUE(may(Role::owner, about_cluster("patch")));
  EXPECT_TRUE(may(Role::owner, about_cluster("delete")));
  EXPECT_TRUE(may(Role::owner, about_cluster("create")));
  EXPECT_FALSE(may(Role::owner, about_cluster("deletecollection")));
}

TEST(Access, NobodySeesAnotherProject) {
  for (const Role role : {Role::viewer, Role::editor, Role::owner}) {
    for (Question question : {in_namespace("get", kKkp, "etcdbackupconfigs"), about_cluster("get")}) {
      question.project = "p2";
      EXPECT_FALSE(may(role, question));
      question.project = std::nullopt;
      EXPECT_FALSE(may(role, question));
    }
  }
}

TEST(Access, OwnersAreToldThatAClusterIsNotThere) {
  Question question = about_cluster("get");
  question.project = std::nullopt;
  question.absent = true;

  EXPECT_TRUE(may(Role::owner, question));
  EXPECT_FALSE(may(Role::editor, question));
}

TEST(Access, EverybodyMayAskAboutThemselves) {
  const Standing nobody;

  EXPECT_TRUE(
      decide(nobody, {.verb = "create", .group = "authorization.k8s.io", .resource = "selfsubjectaccessreviews"})
          .allowed);
  EXPECT_TRUE(
      decide(nobody, {.verb = "create", .group = "authentication.k8s.io", .resource = "selfsubjectreviews"}).allowed);
  EXPECT_FALSE(
      decide(nobody, {.verb = "create", .group = "authentication.k8s.io", .resource = "tokenreviews"}).allowed);
  EXPECT_FALSE(
      decide(nobody, {.verb = "create", .group = "authorization.k8s.io", .resource = "subjectaccessreviews"}).allowed);
}

TEST(Access, OfPathsEverybodyReadsDiscovery) {
  const Standing nobody;

  EXPECT_TRUE(decide_path(nobody, "/apis/kubermatic.k8c.io/v1", "get").allowed);
  EXPECT_TRUE(decide_path(nobody, "/version", "get").allowed);
  EXPECT_FALSE(decide_path(nobody, "/apisx", "get").allowed);
  EXPECT_FALSE(decide_path(nobody, "/version", "post").allowed);
  EXPECT_FALSE(decide_path(nobody, "/metrics", "get").allowed);
}

// The list and the single answers must never differ.
TEST(Access, ThePermissionsListedAreThoseGiven) {
  const api::Kinds kinds = api::Kinds::load().value();
  for (const Role role : {Role::none, Role::viewer, Role::editor, Role::owner}) {
    const auto listed = permissions(standing(role), kinds, "cluster-c1", "p1");
    for (const api::Kind& kind : kinds.all()) {
      if (!kind.namespaced) continue;
      for (const std::string& verb : kind.verbs) {
        const bool in_list = std::any_of(listed.begin(), listed.end(), [&](const Permission& each) {
          return each.groups.front() == kind.group_version.group && each.resources.front() == kind.plural &&
                 std::find(each.verbs.begin(), each.verbs.end(), verb) != each.verbs.end();
        });
        EXPECT_EQ(in_list, may(role, in_namespace(verb, kind.group_version.group, kind.plural)))
            << kind.plural << ' ' << verb;
      }
    }
  }
}

}  // namespace
}  // namespace holdfast::server
