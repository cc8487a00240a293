// Whatever is sent with a secret value in it: no answer, no later reader, no file has the value.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/server/server_fixture.h"

#include "support/secret_traces.h"

namespace holdfast::test {
namespace {

constexpr std::string_view kValue = "Str3ng-geheim+w0rt.x";
const std::string kSecrets = "/api/v1/namespaces/default/secrets";
using testing::IsEmpty;

std::string base64() {
  return to_base64(as_bytes(kValue));
}

class SecretEcho : public testing::Test, public ServerFixture {
 protected:
  SecretEcho() {
    const Reply reply = post(kSecrets, fmt::format(R"({{"apiVersion":"v1","kind":"Secret","metadata":{{"name":"s"}},
        "stringData":{{"password":"{}"}}}})",
                                                   kValue));
    EXPECT_EQ(reply.status, 201);
    expect_clean(reply);
  }

  static std::string text_of(const Reply& reply) {
    std::string text = reply.body;
    for (const http::Header& header : reply.headers)
      text += header.name + ": " + header.value + "\n";
    return text + (reply.stream ? reply.stream->text() : "");
  }
  static void expect_clean(const Reply& reply) { EXPECT_EQ(trace_in(text_of(reply), kValue), "") << text_of(reply); }
  void expect_clean_files() { EXPECT_THAT(traces_in_files(dir.path(), kValue), IsEmpty()); }

  // A request with the value in it, and what came of it.
  int send(const std::string& method, const std::string& target, const std::string& body,
           const std::string& type = "application/json") {
    const Reply reply = ask({.method = method, .target = target, .body = body, .type = type});
    expect_clean(reply);
    return reply.status;
  }
  std::string with(const std::string& rest) {
    return fmt::format(R"({{"apiVersion":"v1","kind":"Secret","metadata":{{"name":"t"}},{}}})", rest);
  }
};

TEST_F(SecretEcho, ErrorsOfWrongDataDoNotRepeatIt) {
  const std::string plain(kValue);
  EXPECT_EQ(send("POST", kSecrets, with(fmt::format(R"("data":{{"password":"{}"}})", plain))), 422);
  EXPECT_GE(send("POST", kSecrets, with(fmt::format(R"("data":"{}")", base64()))), 400);
  EXPECT_GE(send("POST", kSecrets, with(fmt::format(R"("data":{{"password":["{}"]}})", base64()))), 400);
  EXPECT_GE(send("POST", kSecrets, with(fmt::format(R"("data":{{"password":{{"{}":1}}}})", plain))), 400);
  EXPECT_GE(send("POST", kSecrets, with(fmt::format(R"("stringData":["{}"])", plain))), 400);
  EXPECT_GE(send("POST", kSecrets, with(fmt::format(R"("stringData":{{"a b":"{}"}})", plain))), 400);
  expect_clean_files();
}

TEST_F(SecretEcho, ErrorsOfBrokenBodiesDoNotRepeatThem) {
  const std::string whole = with(fmt::format(R"("stringData":{{"password":"{}"}})", kValue));
  for (const std::size_t cut : {1U, 2U, 5U, 12U}) {
    EXPECT_EQ(send("POST", kSecrets, whole.substr(0, whole.size() - cut)), 400);
    EXPECT_GE(send("PATCH", kSecrets + "/s", whole.substr(0, whole.size() - cut), "application/apply-patch+yaml"), 400);
    EXPECT_GE(send("PATCH", kSecrets + "/s", whole.substr(0, whole.size() - cut), "application/merge-patch+json"), 400);
  }
  EXPECT_EQ(send("POST", kSecrets, fmt::format("password: {}\n\t- x", kValue)), 400);
  EXPECT_EQ(
      send("POST", kSecrets, std::string("k8s\0", 4) + std::string(kValue), "application/vnd.kubernetes.protobuf"),
      400);
  EXPECT_GE(send("POST", kSecrets, whole, "text/plain"), 400);
  expect_clean_files();
}

TEST_F(SecretEcho, StrictValidationNamesFieldsAndNoValues) {
  EXPECT_EQ(send("POST", kSecrets + "?fieldValidation=Strict",
                 with(fmt::format(R"("stringdata":{{"password":"{}"}})", kValue))),
            400);
  EXPECT_EQ(send("POST", kSecrets + "?fieldValidation=Strict",
                 with(fmt::format(R"("stringData":{{"password":"a","password":"{}"}})", kValue))),
            400);
  expect_clean_files();
}

TEST_F(SecretEcho, PatchesThatTestOrCopyValuesLearnNothing) {
  const std::string json_patch = "application/json-patch+json";
  const auto patch = [&](const std::string& operations) {
    return send("PATCH", kSecrets + "/s", operations, json_patch);
  };
  const int right = patch(fmt::format(R"([{{"op":"test","path":"/data/password","value":"{}"}}])", base64()));
  const int wrong = patch(R"([{"op":"test","path":"/data/password","value":"d3Jvbmc="}])");
  EXPECT_EQ(right, wrong);
  EXPECT_GE(right, 400);
  EXPECT_EQ(patch(R"([{"op":"copy","from":"/data/password","path":"/data/other"}])"), 422);
  EXPECT_EQ(patch(R"([{"op":"copy","from":"/data/password","path":"/metadata/annotations"}])"), 400);
  EXPECT_EQ(patch(R"([{"op":"move","from":"/data/password","path":"/data/other"}])"), 422);
  EXPECT_EQ(registry->secret_values({.name_space = "default", .name = "s"}).value().at("password").reveal(), kValue);
}

TEST_F(SecretEcho, WhetherAGuessIsRightIsNotTold) {
  const auto guess = [&](const std::string& value, const std::string& query) {
    const Reply reply = ask({.method = "PATCH",
                             .target = kSecrets + "/s" + query,
                             .body = fmt::format(R"({{"stringData":{{"password":"{}"}}}})", value),
                             .type = "application/merge-patch+json"});
    EXPECT_EQ(reply.status, 200) << reply.body;
    return version_of(reply.json());
  };
  EXPECT_EQ(guess(std::string(kValue), "?dryRun=All"), guess("wrong-guess-0000000", "?dryRun=All"));
  const auto before = version_of(get(kSecrets + "/s").json());
  const auto right = guess(std::string(kValue), "");
  const auto wrong = guess("wrong-guess-0000000", "");
  EXPECT_GT(right, before);
  EXPECT_GT(wrong, right);
}

TEST_F(SecretEcho, AnAnnotationOfApplyIsHiddenInEveryWrite) {
  const std::string applied = fmt::format(R"({{\"data\":{{\"password\":\"{}\"}}}})", base64());
  const std::string body = fmt::format(
      R"({{"apiVersion":"v1","kind":"Secret","metadata":{{"name":"t","annotations":{{"kubectl.kubernetes.io/last-applied-configuration":"{}"}}}},"data":{{"password":"{}"}}}})",
      applied, base64());
  EXPECT_EQ(send("POST", kSecrets, body), 201);
  EXPECT_EQ(send("PUT", kSecrets + "/t", body), 200);
  EXPECT_EQ(send("PATCH", kSecrets + "/t", body, "application/strategic-merge-patch+json"), 200);
  EXPECT_EQ(send("PATCH", kSecrets + "/t?fieldManager=f&force=true", body, "application/apply-patch+yaml"), 200);
  expect_clean(get(kSecrets + "/t"));
  expect_clean_files();
}

TEST_F(SecretEcho, EveryFormOfReadingHidesIt) {
  const Reply watch = ask({.target = "/api/v1/secrets?watch=1"});
  send("PATCH", kSecrets + "/s", fmt::format(R"({{"stringData":{{"more":"{}"}}}})", kValue),
       "application/merge-patch+json");
  for (const char* form : {"Table", "PartialObjectMetadata", "PartialObjectMetadataList"}) {
    for (const char* place : {"", "/s", "?includeObject=Object"}) {
      expect_clean(ask({.target = kSecrets + place,
                        .headers = {{"Accept", fmt::format("application/json;as={};v=v1;g=meta.k8s.io", form)}}}));
    }
  }
  expect_clean(get(kSecrets));
  expect_clean(get("/api/v1/secrets"));
  send("DELETE", kSecrets + "/s", "");
  ASSERT_TRUE(watch.stream->wait_for("DELETED"));
  expect_clean(watch);
  expect_clean_files();
}

TEST_F(SecretEcho, ACopyOfTheStoreHasItNot) {
  ASSERT_TRUE(store->back_up(dir.file("copy.db")));
  send("PATCH", kSecrets + "/s", fmt::format(R"({{"stringData":{{"password":"{}"}}}})", kValue),
       "application/merge-patch+json");
  ASSERT_TRUE(store->back_up(dir.file("later.db")));
  expect_clean_files();
}

}  // namespace
}  // namespace holdfast::test
