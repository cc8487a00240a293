#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

#include "api/fields.h"

namespace holdfast::test {
namespace {

const std::string kConfigs = "/apis/kubermatic.k8c.io/v1/namespaces/cluster-c1/etcdbackupconfigs";

class Create : public testing::Test, public ServerFixture {
 protected:
  Create() { make_project("viewer"); }
};

TEST_F(Create, AnObjectIsMadeWithWhatTheServerKnows) {
  const Reply reply = post(kConfigs + "?fieldManager=me", config_text("a"));

  EXPECT_EQ(reply.status, 201) << reply.body;
  EXPECT_FALSE(api::text_at(reply.json(), {"metadata", "uid"}).empty());
  EXPECT_EQ(api::text_at(reply.json(), {"metadata", "namespace"}), "cluster-c1");
  EXPECT_NE(reply.body.find(R"("manager":"me")"), std::string::npos);
}

TEST_F(Create, ATakenNameIsAConflict) {
  post(kConfigs, config_text("a"));

  EXPECT_EQ(post(kConfigs, config_text("a")).status, 409);
}

TEST_F(Create, ADryRunMakesNothing) {
  const Reply reply = post(kConfigs + "?dryRun=All", config_text("a"));

  EXPECT_EQ(reply.status, 201);
  EXPECT_EQ(get(kConfigs + "/a").status, 404);
}

TEST_F(Create, AnUnknownFieldIsAnErrorAWarningOrNothing) {
  const std::string odd = config_text("a", R"("bogus":1,"keep":5)");

  const Reply strict = post(kConfigs + "?fieldValidation=Strict", odd);
  const Reply ignored = post(kConfigs + "?fieldValidation=Ignore&dryRun=All", odd);
  const Reply warned = post(kConfigs, odd);

  EXPECT_EQ(strict.status, 400);
  EXPECT_NE(strict.body.find(R"(unknown field \"spec.bogus\")"), std::string::npos);
  EXPECT_EQ(ignored.status, 201);
  EXPECT_TRUE(ignored.all("Warning").empty());
  EXPECT_EQ(warned.status, 201);
  EXPECT_EQ(warned.all("Warning"), std::vector<std::string>{R"(299 - "unknown field \"spec.bogus\"")"});
  EXPECT_EQ(warned.body.find("bogus"), std::string::npos);
}

TEST_F(Create, AWrongTypeNamesTheField) {
  const Reply reply = post(kConfigs, config_text("a", R"("keep":"many")"));

  EXPECT_EQ(reply.status, 422);
  EXPECT_NE(reply.body.find(R"("field":"spec.keep")"), std::string::npos);
}

TEST_F(Create, ABodyThatIsNoJsonIsRefused) {
  EXPECT_EQ(post(kConfigs, "{").status, 400);
  EXPECT_EQ(post(kConfigs, "[]").status, 400);
  EXPECT_EQ(ask({.method = "POST", .target = kConfigs, .body = "a: b", .type = "application/yaml"}).status, 415);
  EXPECT_EQ(
      ask({.method = "POST", .target = kConfigs, .body = "k8s", .type = "application/vnd.kubernetes.protobuf"}).status,
      415);
}

TEST_F(Create, ProtobufIsUnderstoodForKindsOfKubernetes) {
  // Unknown{typeMeta{v1, Namespace}, raw = Namespace{metadata{name: "pb"}}}
  std::string body("k8s\0", 4);
  body += "\x0a\x0f\x0a\x02v1\x12\x09Namespace";
  body += "\x12\x06\x0a\x04\x0a\x02pb";

  const Reply reply = ask(
      {.method = "POST", .target = "/api/v1/namespaces", .body = body, .type = "application/vnd.kubernetes.protobuf"});

  EXPECT_EQ(reply.status, 201) << reply.body;
  EXPECT_EQ(get("/api/v1/namespaces/pb").status, 200);
}

TEST_F(Create, ANamespaceMustBeThere) {
  const Reply reply = post("/apis/kubermatic.k8c.io/v1/namespaces/none/etcdbackupconfigs", config_text("a"));

  EXPECT_EQ(reply.status, 404);
  EXPECT_EQ(api::text_at(reply.json(), {"message"}), "namespaces \"none\" not found");
}

TEST_F(Create, AClusterGetsItsNamespace) {
  const Reply reply = get("/api/v1/namespaces/cluster-c1");

  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(api::text_at(reply.json(), {"metadata", "labels", "project-id"}), "p1");
  EXPECT_EQ(api::text_at(reply.json(), {"status", "phase"}), "Active");
}

TEST_F(Create, EveryWriteIsInTheAuditLogWithoutItsBody) {
  post("/api/v1/namespaces/default/secrets",
       R"({"apiVersion":"v1","kind":"Secret","metadata":{"generateName":"s-"},"stringData":{"a":"strenggeheim"}})");

  const std::string log = audit_text();
  const std::string line = log.substr(log.rfind('\n', log.size() - 2) + 1);
  EXPECT_NE(line.find(R"("user":"admin")"), std::string::npos) << line;
  EXPECT_NE(line.find(R"("verb":"create","resource":"secrets","namespace":"default","name":"s-)"), std::string::npos)
      << line;
  EXPECT_NE(line.find(R"("address":"192.0.2.7:4711")"), std::string::npos) << line;
  EXPECT_NE(line.find(R"("code":201)"), std::string::npos) << line;
  EXPECT_EQ(log.find("strenggeheim"), std::string::npos);
  EXPECT_EQ(log.find("c3RyZW5nZ2VoZWlt"), std::string::npos);
}

TEST_F(Create, WhatIsReadIsNotInTheAuditLog) {
  const std::string before = audit_text();

  get(kConfigs);

  EXPECT_EQ(audit_text(), before);
}

}  // namespace
}  // namespace holdfast::test
