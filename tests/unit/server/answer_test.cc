#include "server/answer.h"

#include <gtest/gtest.h>

namespace holdfast::server {
namespace {

std::string header(const http::ServerResponse& response, std::string_view name) {
  for (const http::Header& each : response.headers) {
    if (each.name == name) return each.value;
  }
  return "";
}

TEST(Answer, AnErrorIsAStatusObject) {
  const auto response = error_answer(api::too_many_requests("slow down", 7));

  EXPECT_EQ(response.status, 429);
  EXPECT_EQ(header(response, "Retry-After"), "7");
  EXPECT_EQ(header(response, "Content-Type"), "application/json");
  EXPECT_NE(response.body.find(R"("kind":"Status")"), std::string::npos);
}

TEST(Answer, ADocumentTheClientHasIsNotSentAgain) {
  http::ServerRequest request;
  request.headers = {{"If-None-Match", "\"a\", \"b\""}};

  const auto response = cached_answer(request, "\"b\"", "application/json", "{}");

  EXPECT_EQ(response.status, 304);
  EXPECT_TRUE(response.body.empty());
}

TEST(Answer, ADocumentThatChangedIsSent) {
  http::ServerRequest request;
  request.headers = {{"If-None-Match", "\"a\""}};

  const auto response = cached_answer(request, "\"b\"", "application/json", "{}");

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(header(response, "ETag"), "\"b\"");
  EXPECT_EQ(response.body, "{}");
}

TEST(Answer, WarningsAreQuoted) {
  http::ServerResponse response;

  add_warnings(response, {"unknown field \"spec.x\"", "a\r\nb"});

  ASSERT_EQ(response.headers.size(), 2U);
  EXPECT_EQ(response.headers[0].value, R"(299 - "unknown field \"spec.x\"")");
  EXPECT_EQ(response.headers[1].value, "299 - \"ab\"");
}

TEST(Answer, LongWarningsAreCutBetweenCharacters) {
  http::ServerResponse response;

  add_warnings(response, {std::string(255, 'x') + "ä"});

  EXPECT_EQ(response.headers[0].value, "299 - \"" + std::string(255, 'x') + "\"");
}

TEST(Answer, WarningsAreFew) {
  http::ServerResponse response;

  add_warnings(response, std::vector<std::string>(1000, "w"));

  EXPECT_EQ(response.headers.size(), 20U);
}

TEST(Answer, WhatTheTransportRefusesIsAStatusToo) {
  const auto response = transport_error(413, "too large");

  EXPECT_EQ(response.status, 413);
  EXPECT_NE(response.body.find("RequestEntityTooLarge"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::server
