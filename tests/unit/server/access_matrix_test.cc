// Every role, every kind, every verb, everywhere: what a review says is what a request then finds.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

#include "api/fields.h"

namespace holdfast::test {
namespace {

constexpr std::string_view kReview = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

// Something to do, as a review describes it.
struct Deed {
  const api::Kind* kind = nullptr;
  std::string verb;
  std::string subresource;
  std::string name_space;
  std::string name;
};

bool is_of_many(std::string_view verb) {
  return verb == "create" || verb == "list" || verb == "watch" || verb == "deletecollection";
}

// Another project, its cluster, the namespace of that, or what lies there.
bool is_of_others(const Deed& deed) {
  if (deed.kind->namespaced) return deed.name_space == "cluster-c2";
  const std::string& plural = deed.kind->plural;
  return (plural == "clusters" && deed.name == "c2") || (plural == "projects" && deed.name == "p2") ||
         (plural == "namespaces" && deed.name == "cluster-c2");
}

// Two of the namespaces are protected from everybody.
bool is_protected(const Deed& deed) {
  return deed.kind->plural == "namespaces" && deed.verb == "deletecollection";
}

std::string text_of(const Deed& deed) {
  return fmt::format("{} {}/{} in \"{}\" named \"{}\"", deed.verb, deed.kind->plural, deed.subresource, deed.name_space,
                     deed.name);
}

class AccessMatrix : public testing::TestWithParam<std::string>, public ServerFixture {
 protected:
  // Project p1 with the cluster c1, in which ann has the role; project p2 with c2, in which she has none.
  AccessMatrix() {
    make_project(GetParam() == "none" || GetParam() == "admin" ? "viewer" : GetParam());
    const std::pair<const char*, const char*> more[] = {
        {"kubermatic.k8c.io/v1/projects",
         R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Project","metadata":{"name":"p2"},"spec":{"name":"two"}})"},
        {"kubermatic.k8c.io/v1/clusters",
         R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Cluster","metadata":{"name":"c2","labels":{"project-id":"p2"}},"spec":{}})"},
        {"holdfast.dev/v1/members",
         R"({"apiVersion":"holdfast.dev/v1","kind":"Member","metadata":{"name":"root"},"spec":{"user":"root","role":"admin"}})"}};
    for (const auto& [plural, body] : more)
      EXPECT_EQ(post(fmt::format("/apis/{}", plural), body).status, 201);
  }

  std::string user() const {
    if (GetParam() == "none") return "eve";
    return GetParam() == "admin" ? "root" : "ann";
  }
  Reply as_user(Ask ask) {
    ask.user = user();
    ask.groups = {};
    return this->ask(ask);
  }

  bool may(const Deed& deed) {
    json::Object attributes{{"verb", deed.verb},
                            {"group", deed.kind->group_version.group},
                            {"resource", deed.kind->plural},
                            {"subresource", deed.subresource},
                            {"namespace", deed.name_space},
                            {"name", deed.name}};
    const json::Object review{{"apiVersion", "authorization.k8s.io/v1"},
                              {"kind", "SelfSubjectAccessReview"},
                              {"spec", json::Object{{"resourceAttributes", std::move(attributes)}}}};
    const Reply reply = as_user({.method = "POST", .target = std::string(kReview), .body = json::to_string(review)});
    EXPECT_EQ(reply.status, 201) << reply.body;
    return api::flag_at(reply.json(), {"status", "allowed"});
  }

  // A list of one object is one with a field selector.
  static std::string path_of(const Deed& deed) {
    const api::GroupVersion& group = deed.kind->group_version;
    std::string path = group.group.empty() ? "/api/" + group.version : "/apis/" + group.to_string();
    if (deed.kind->namespaced && !deed.name_space.empty()) path += "/namespaces/" + deed.name_space;
    path += "/" + deed.kind->plural;
    if (!deed.name.empty() && !is_of_many(deed.verb)) path += "/" + deed.name;
    if (!deed.subresource.empty()) path += "/" + deed.subresource;
    path += deed.verb == "watch" ? "?watch=1" : deed.verb == "list" || deed.verb == "get" ? "?" : "?dryRun=All";
    const bool selects = deed.verb == "list" || deed.verb == "watch";
    if (selects && !deed.name.empty()) path += "&fieldSelector=metadata.name%3D" + deed.name;
    return path;
  }

  static std::string body_of(const Deed& deed) {
    json::Object metadata{{"name", deed.name.empty() ? std::string("made") : deed.name}};
    // A cluster is judged by what it is to be, too.
    const std::string project = deed.name == "c2" ? "p2" : "p1";
    if (deed.kind->plural == "clusters") metadata["labels"] = json::Object{{"project-id", project}};
    return json::to_string(json::Object{{"apiVersion", deed.kind->group_version.to_string()},
                                        {"kind", deed.kind->kind},
                                        {"metadata", std::move(metadata)},
                                        {"spec", json::Object()}});
  }

  // Was it refused for want of a right? Other refusals are none: the right is asked for first.
  bool finds_it_allowed(const Deed& deed) {
    Ask ask{.target = path_of(deed)};
    if (deed.verb == "create") ask.method = "POST";
    if (deed.verb == "update") ask.method = "PUT";
    if (deed.verb == "patch") ask.method = "PATCH";
    if (deed.verb == "delete" || deed.verb == "deletecollection") ask.method = "DELETE";
    if (deed.verb == "create" || deed.verb == "update") ask.body = body_of(deed);
    if (deed.verb == "patch") {
      ask.body = R"({"metadata":{"annotations":{"a":"b"}}})";
      ask.type = "application/merge-patch+json";
    }
    const Reply reply = as_user(ask);
    if (reply.stream) reply.stream->hang_up();
    EXPECT_NE(reply.status, 401) << text_of(deed);
    EXPECT_NE(reply.status, 405) << text_of(deed);
    EXPECT_LT(reply.status, 500) << text_of(deed) << reply.body;
    return reply.status != 403;
  }

  static std::vector<std::pair<std::string, std::string>> places(const api::Kind& kind, std::string_view verb) {
    if (kind.namespaced && verb == "list") {
      return {{"cluster-c1", ""}, {"cluster-c2", ""}, {"default", ""}, {"kubermatic", ""}, {"nowhere", ""}, {"", ""}};
    }
    if (kind.namespaced && is_of_many(verb)) return {{"cluster-c1", ""}, {"cluster-c2", ""}, {"default", ""}};
    if (kind.namespaced) return {{"cluster-c1", "x"}, {"cluster-c2", "x"}, {"default", "x"}, {"kubermatic", "s1"}};
    std::vector<std::pair<std::string, std::string>> all;
    for (const char* name : {"c1", "c2", "p1", "p2", "cluster-c1", "cluster-c2", "ann", "none"})
      all.emplace_back("", name);
    if (is_of_many(verb)) all.emplace_back("", "");
    // Neither a request to make something nor one to remove all of a kind names an object in its path.
    if (verb == "create" || verb == "deletecollection") return {{"", ""}};
    return all;
  }
};

TEST_P(AccessMatrix, AReviewSaysWhatARequestFinds) {
  std::size_t allowed = 0;
  for (const api::Kind& kind : kinds.all()) {
    for (const std::string& verb : kind.verbs) {
      std::vector<std::string> parts{""};
      if (kind.status_subresource && !is_of_many(verb) && verb != "delete") parts.emplace_back("status");
      for (const std::string& part : parts) {
        for (const auto& [name_space, name] : places(kind, verb)) {
          const Deed deed{.kind = &kind, .verb = verb, .subresource = part, .name_space = name_space, .name = name};
          const bool may = this->may(deed);
          allowed += may ? 1U : 0U;
          if (!is_protected(deed)) {
            EXPECT_EQ(may, finds_it_allowed(deed)) << text_of(deed);
          }
          if (GetParam() == "viewer" || GetParam() == "none") {
            const bool reads = verb == "get" || verb == "list" || verb == "watch";
            const bool asks = kind.group_version.group.starts_with("auth");
            EXPECT_TRUE(!may || reads || asks) << text_of(deed);
          }
          if (GetParam() != "admin") {
            const bool others = is_of_others(deed);
            const bool definition = kind.plural == "customresourcedefinitions";
            EXPECT_TRUE(!may || !others || definition || kind.group_version.group.starts_with("auth")) << text_of(deed);
          }
        }
      }
    }
  }
  EXPECT_GT(allowed, 0U);
}

TEST_P(AccessMatrix, AListAcrossNamespacesShowsNothingOfOthers) {
  post("/apis/kubermatic.k8c.io/v1/namespaces/cluster-c2/etcdbackupconfigs",
       R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"EtcdBackupConfig","metadata":{"name":"theirs"},
           "spec":{"cluster":{"name":"c2"},"schedule":"@hourly"}})");
  const std::string table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
  for (const char* query : {"", "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan", "?limit=1"}) {
    for (const std::string& accept : {std::string("application/json"), table}) {
      const Reply reply = as_user({.target = fmt::format("/apis/kubermatic.k8c.io/v1/etcdbackupconfigs{}", query),
                                   .headers = {{"Accept", accept}}});
      const std::string text = reply.body + (reply.stream ? reply.stream->text() : "");
      if (reply.stream) reply.stream->hang_up();
      EXPECT_EQ(reply.status == 200, GetParam() == "admin") << query;
      EXPECT_EQ(text.find("theirs") != std::string::npos, GetParam() == "admin") << text;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Roles, AccessMatrix, testing::Values("none", "viewer", "editor", "owner", "admin"),
                         [](const auto& role) { return role.param; });

}  // namespace
}  // namespace holdfast::test
