// Writes that were refused are in the audit log, whoever tried.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kMaps = "/api/v1/namespaces/default/configmaps";
const std::string kMap = R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"m"}})";

class AuditRefusal : public testing::Test, public ServerFixture {
 protected:
  std::vector<std::string> lines() {
    std::istringstream in(audit_text());
    std::vector<std::string> all;
    for (std::string line; std::getline(in, line);)
      all.push_back(line);
    return all;
  }
  std::string last() {
    const auto all = lines();
    return all.empty() ? "" : all.back();
  }
};

TEST_F(AuditRefusal, OfNobodyNamesThePlaceAndTheAddress) {
  EXPECT_EQ(ask({.method = "POST", .target = kMaps, .body = kMap, .user = "", .groups = {}}).status, 401);

  EXPECT_THAT(last(), HasSubstr(R"("user":"system:anonymous","groups":["system:unauthenticated"])"));
  EXPECT_THAT(last(), HasSubstr(R"("address":"192.0.2.7:4711")"));
  EXPECT_THAT(last(), HasSubstr(R"("verb":"create","resource":"configmaps","namespace":"default")"));
  EXPECT_THAT(last(), HasSubstr(R"("code":401,"reason":"Unauthorized")"));
}

TEST_F(AuditRefusal, OfAWrongTokenDoesNotRepeatIt) {
  const std::string token = "hft_robot.AbCdEfGhIjKlMnOpQrStUvWxYz0123456789AbCdEfG";
  ask({.method = "DELETE",
       .target = kMaps + "/m",
       .headers = {{"Authorization", "Bearer " + token}},
       .user = "",
       .groups = {}});

  EXPECT_THAT(last(), HasSubstr(R"("code":401)"));
  EXPECT_THAT(last(), Not(HasSubstr("AbCdEfGhIj")));
}

TEST_F(AuditRefusal, OfSomebodyWhoMayNot) {
  ask({.method = "POST", .target = kMaps, .body = kMap, .user = "eve", .groups = {}});

  EXPECT_THAT(last(), HasSubstr(R"("user":"eve")"));
  EXPECT_THAT(last(), HasSubstr(R"("code":403)"));
}

TEST_F(AuditRefusal, OfActingAsSomebodyElseNamesWhoTried) {
  ask({.method = "POST",
       .target = kMaps,
       .body = kMap,
       .headers = {{"Impersonate-User", "root"}, {"Impersonate-Group", "system:masters"}},
       .user = "eve",
       .groups = {}});

  EXPECT_THAT(last(), HasSubstr(R"("user":"eve")"));
  EXPECT_THAT(last(), HasSubstr(R"("code":403)"));
  EXPECT_THAT(last(), Not(HasSubstr("system:masters")));
}

TEST_F(AuditRefusal, OfSomethingThatCannotBeDone) {
  ask({.method = "PUT", .target = kMaps, .body = kMap});

  EXPECT_THAT(last(), HasSubstr(R"("user":"admin")"));
  EXPECT_THAT(last(), HasSubstr(R"("verb":"update")"));
  EXPECT_THAT(last(), HasSubstr(R"("code":400)"));
}

TEST_F(AuditRefusal, OfAnObjectThatIsNotValid) {
  post(kMaps, R"({"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"NO"}})");

  EXPECT_THAT(last(), HasSubstr(R"("name":"NO","code":422,"reason":"Invalid")"));
}

TEST_F(AuditRefusal, StrangersCannotFillTheLog) {
  for (int i = 0; i < 200; ++i)
    ask({.method = "POST", .target = kMaps, .body = kMap, .user = "", .groups = {}});
  const std::size_t count = lines().size();
  post(kMaps, kMap);

  EXPECT_LE(count, 121U);
  EXPECT_GE(count, 60U);
  EXPECT_THAT(last(), HasSubstr(R"("user":"admin")"));
}

TEST_F(AuditRefusal, ReadingIsNoWrite) {
  const std::size_t before = lines().size();
  ask({.target = kMaps, .user = "", .groups = {}});
  ask({.target = kMaps, .user = "eve", .groups = {}});
  get(kMaps);

  EXPECT_EQ(lines().size(), before);
}

}  // namespace
}  // namespace holdfast::test
