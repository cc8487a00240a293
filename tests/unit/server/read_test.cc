#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

#include "api/fields.h"

namespace holdfast::test {
namespace {

const std::string kConfigs = "/apis/kubermatic.k8c.io/v1/namespaces/cluster-c1/etcdbackupconfigs";

class Read : public testing::Test, public ServerFixture {
 protected:
  Read() {
    make_project("viewer");
    for (const char* name : {"a", "b", "c"})
      EXPECT_EQ(post(kConfigs, config_text(name)).status, 201);
  }
  Reply get_as(const std::string& target, const std::string& accept) {
    return ask({.target = target, .headers = {{"Accept", accept}}});
  }
  static std::vector<std::string> names(const json::Value& list) {
    std::vector<std::string> all;
    for (const json::Value& each : *api::array_at(list, {"items"}))
      all.emplace_back(api::text_at(each, {"metadata", "name"}));
    return all;
  }
};

constexpr const char* kTable = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
constexpr const char* kPartial = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json";

TEST_F(Read, AnObjectComesWithKindAndVersion) {
  const Reply reply = get(kConfigs + "/a");

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(api::text_at(reply.json(), {"kind"}), "EtcdBackupConfig");
  EXPECT_FALSE(api::text_at(reply.json(), {"metadata", "resourceVersion"}).empty());
  EXPECT_FALSE(reply.header("Audit-Id").empty());
  EXPECT_EQ(reply.header("Cache-Control"), "no-cache, private");
}

TEST_F(Read, WhatIsNotThereIsAStatus) {
  const Reply reply = get(kConfigs + "/x");

  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(api::text_at(reply.json(), {"message"}), "etcdbackupconfigs.kubermatic.k8c.io \"x\" not found");
}

TEST_F(Read, AnUnknownPathIsAStatusToo) {
  const Reply reply = get("/apis/kubermatic.k8c.io/v1/nopes");

  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(api::text_at(reply.json(), {"kind"}), "Status");
}

TEST_F(Read, AListIsInOrderAndSaysFromWhereToWatch) {
  const Reply reply = get(kConfigs);

  EXPECT_EQ(api::text_at(reply.json(), {"kind"}), "EtcdBackupConfigList");
  EXPECT_EQ(names(reply.json()), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(version_of(reply.json()), store->revision().value());
}

TEST_F(Read, AListOfNothingIsEmpty) {
  const Reply reply = get("/apis/kubermatic.k8c.io/v1/namespaces/none/etcdbackupconfigs");

  EXPECT_EQ(reply.status, 200);
  EXPECT_TRUE(api::array_at(reply.json(), {"items"})->empty());
}

TEST_F(Read, PagesGoOnWhereTheLastEnded) {
  const Reply first = get(kConfigs + "?limit=2");
  const std::string token(api::text_at(first.json(), {"metadata", "continue"}));
  const Reply second = get(kConfigs + "?limit=2&continue=" + token);

  EXPECT_EQ(names(first.json()), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(names(second.json()), (std::vector<std::string>{"c"}));
  EXPECT_EQ(api::field_at(second.json(), {"metadata", "continue"}), nullptr);
}

TEST_F(Read, APageShowsTheStateOfTheFirst) {
  const Reply first = get(kConfigs + "?limit=2");
  post(kConfigs, config_text("d"));

  const Reply second =
      get(kConfigs + "?limit=2&continue=" + std::string(api::text_at(first.json(), {"metadata", "continue"})));

  EXPECT_EQ(names(second.json()), (std::vector<std::string>{"c"}));
}

TEST_F(Read, AListInPiecesSurvivesThatHistoryIsForgotten) {
  const Reply first = get(kConfigs + "?limit=2");
  post(kConfigs, config_text("d"));
  ASSERT_TRUE(store->compact(store->revision().value()));

  const Reply second =
      get(kConfigs + "?limit=2&continue=" + std::string(api::text_at(first.json(), {"metadata", "continue"})));

  EXPECT_EQ(names(second.json()), (std::vector<std::string>{"c", "d"}));
}

TEST_F(Read, AListOfTheFutureIsATimeout) {
  const Reply reply = get(kConfigs + "?resourceVersion=100000");

  EXPECT_EQ(reply.status, 504);
  EXPECT_EQ(reply.header("Retry-After"), "1");
}

TEST_F(Read, ATableHasOurColumns) {
  const Reply reply = get_as(kConfigs, kTable);

  const json::Value table = reply.json();
  EXPECT_EQ(api::text_at(table, {"kind"}), "Table");
  EXPECT_EQ(api::array_at(table, {"rows"})->size(), 3U);
  EXPECT_NE(reply.body.find("\"Schedule\""), std::string::npos);
}

TEST_F(Read, ATableAskedForAgainIsTheSame) {
  const Reply first = get_as(kConfigs, kTable);
  ask({.method = "PATCH",
       .target = kConfigs + "/a",
       .body = R"({"metadata":{"annotations":{"note":"none"}}})",
       .type = "application/merge-patch+json"});
  ask({.method = "PATCH",
       .target = kConfigs + "/a",
       .body = R"({"metadata":{"annotations":{"note":null}}})",
       .type = "application/merge-patch+json"});

  const json::Value again = get_as(kConfigs, kTable).json();

  EXPECT_EQ(again.at("rows").at(1), first.json().at("rows").at(1));
  EXPECT_NE(again.at("rows").at(0), first.json().at("rows").at(0)) << "its version is another";
  EXPECT_EQ(again.at("rows").at(0).at("cells"), first.json().at("rows").at(0).at("cells"));
}

TEST_F(Read, ATableShowsWhatWasChangedSinceTheLast) {
  get_as(kConfigs, kTable);
  ask({.method = "PATCH",
       .target = kConfigs + "/b",
       .body = R"({"spec":{"schedule":"@daily"}})",
       .type = "application/merge-patch+json"});

  const json::Value table = get_as(kConfigs, kTable).json();

  EXPECT_EQ(table.at("rows").at(0).at("cells").at(2), "@hourly");
  EXPECT_EQ(table.at("rows").at(1).at("cells").at(2), "@daily");
}

TEST_F(Read, ATableOfOneObjectHasOneRow) {
  EXPECT_EQ(api::array_at(get_as(kConfigs + "/a", kTable).json(), {"rows"})->size(), 1U);
}

TEST_F(Read, MetadataAloneCanBeAskedFor) {
  const Reply reply = get_as(kConfigs, kPartial);

  EXPECT_EQ(api::text_at(reply.json(), {"kind"}), "PartialObjectMetadataList");
  EXPECT_EQ(reply.body.find(R"("cluster":)"), std::string::npos);
}

TEST_F(Read, AFormWeCannotWriteIsNotAcceptable) {
  EXPECT_EQ(get_as(kConfigs, "application/vnd.kubernetes.protobuf").status, 406);
}

TEST_F(Read, DefinitionsOfOurKindsAreThere) {
  const Reply list = get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions");
  const Reply one = get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/clusters.kubermatic.k8c.io");

  EXPECT_GT(names(list.json()).size(), 5U);
  EXPECT_EQ(one.status, 200);
  EXPECT_EQ(get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/x").status, 404);
}

TEST_F(Read, ValuesOfSecretsAreHidden) {
  post("/api/v1/namespaces/default/secrets",
       R"({"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"},"stringData":{"a":"strenggeheim"}})");

  const Reply reply = get("/api/v1/namespaces/default/secrets");

  EXPECT_NE(reply.body.find("KGhpZGRlbik="), std::string::npos);
  EXPECT_EQ(reply.body.find("c3RyZW5nZ2VoZWlt"), std::string::npos);
}

TEST_F(Read, ReadyIsWhatTheStoreIs) {
  EXPECT_EQ(get("/readyz").body, "ok");
}

}  // namespace
}  // namespace holdfast::test
