// What is too much, too long or not HTTP.
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/http/server/server_test_support.h"

namespace holdfast::http::test {
namespace {

using testing::HasSubstr;

// The status of the answer to these bytes, after which the connection must end.
int status_and_end(const Server& server, const std::string& bytes) {
  RawClient client(server.port());
  client.send(bytes);
  const RawAnswer answer = client.answer();
  EXPECT_TRUE(answer.complete) << answer.head;
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(client.ended());
  return answer.status;
}

TEST(ServerLimits, TooLargeABodyIsRefusedBeforeItComes) {
  const auto server = start({.body_limit = 1000}, echo);
  EXPECT_EQ(status_and_end(*server, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n"), 413);
}

TEST(ServerLimits, TheRefusalReachesAClientThatSendsAllTheSame) {
  const auto server = start({.body_limit = 1000}, echo);
  const std::string body(200'000, 'x');
  EXPECT_EQ(status_and_end(*server, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n" + body), 413);
}

TEST(ServerLimits, ABodyOfExactlyTheLimitIsTaken) {
  const auto server = start({.body_limit = 1000}, echo);
  RawClient client(server->port());
  client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x'));
  EXPECT_EQ(client.answer().status, 200);
}

TEST(ServerLimits, ChunksAddUp) {
  const auto server = start({.body_limit = 1000}, echo);
  const std::string chunk = "1F5\r\n" + std::string(501, 'x') + "\r\n";
  EXPECT_EQ(status_and_end(*server, "PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk + chunk),
            413);
}

TEST(ServerLimits, TooLongATarget) {
  const auto server = start({.target_limit = 100, .header_limit = 1000}, echo);
  EXPECT_EQ(status_and_end(*server, get_request("/" + std::string(100, 'a'))), 414);
  EXPECT_EQ(status_and_end(*server, "GET /" + std::string(5000, 'a')), 414);
}

TEST(ServerLimits, TooLargeAHead) {
  const auto server = start({.header_limit = 4096}, echo);
  EXPECT_EQ(status_and_end(*server, get_request("/", "X-Large: " + std::string(4096, 'a') + "\r\n")), 431);
}

TEST(ServerLimits, EndlessSmallFields) {
  const auto server = start({.header_limit = 4096}, echo);
  std::string head = "GET / HTTP/1.1\r\nHost: h\r\n";
  while (head.size() < 20'000)
    head += "A: b\r\n";
  EXPECT_EQ(status_and_end(*server, head), 431);
}

TEST(ServerLimits, TooManyFields) {
  const auto server = start(echo);
  std::string fields;
  for (int i = 0; i < 300; ++i)
    fields += "A: b\r\n";
  EXPECT_EQ(status_and_end(*server, get_request("/", fields)), 431);
}

TEST(ServerLimits, TooManyRequestsWaiting) {
  Event free;
  Event busy;
  const ServerOptions options{.handler_threads = 1, .pending_limit = 1};
  const auto server = start(options, [&](const ServerRequest&, std::unique_ptr<Responder> responder) {
    busy.happen();
    free.wait();
    responder->send({});
  });
  RawClient running(server->port());
  running.send(get_request("/"));
  busy.wait();
  RawClient waiting(server->port());
  waiting.send(get_request("/"));
  ASSERT_TRUE(eventually([&] { return server->counts().pending == 1; }));
  RawClient refused(server->port());
  refused.send(get_request("/"));

  const RawAnswer answer = refused.answer();

  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.header("Retry-After"), "1");
  free.happen();
  EXPECT_EQ(running.answer().status, 200);
  EXPECT_EQ(waiting.answer().status, 200);
  refused.send(get_request("/"));
  EXPECT_EQ(refused.answer().status, 200) << "the connection goes on";
}

TEST(ServerLimits, TooMuchMemoryForAllRequests) {
  Event asked;
  std::unique_ptr<Responder> kept;
  const ServerOptions options{.body_limit = 100'000, .requests_limit = 150'000};
  const auto server = start(options, [&](ServerRequest request, std::unique_ptr<Responder> responder) {
    if (request.path != "/keep") return echo(std::move(request), std::move(responder));
    kept = std::move(responder);
    asked.happen();
  });
  const std::string rest = " HTTP/1.1\r\nHost: h\r\nContent-Length: 90000\r\n\r\n" + std::string(90'000, 'x');
  RawClient first(server->port());
  first.send("PUT /keep" + rest);
  asked.wait();

  RawClient second(server->port());
  second.send("PUT /" + rest);
  const RawAnswer refused = second.answer();
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("Retry-After"), "1");
  EXPECT_TRUE(second.ended());

  kept->send({});
  EXPECT_EQ(first.answer().status, 200);
  first.send("PUT /" + rest);
  EXPECT_EQ(first.answer().status, 200) << "there is room again";
}

TEST(ServerLimits, TooManyConnections) {
  const auto server = start({.connection_limit = 2}, echo);
  RawClient first(server->port());
  RawClient second(server->port());
  ASSERT_TRUE(eventually([&] { return server->counts().connections == 2; }));
  RawClient third(server->port());
  EXPECT_TRUE(third.ended());
  {
    const RawClient gone = std::move(first);
  }
  ASSERT_TRUE(eventually([&] { return server->counts().connections == 1; }));
  RawClient fourth(server->port());
  fourth.send(get_request("/"));
  EXPECT_EQ(fourth.answer().status, 200);
}

TEST(ServerLimits, OwnAnswersLookAsAsked) {
  const auto own = [](int status, std::string_view message) {
    return ServerResponse{.status = status,
                          .headers = {{.name = "Content-Type", .value = "application/json"}},
                          .body = fmt::format("{{\"message\":\"{}\"}}", message)};
  };
  const auto server = start({.error_answer = own}, echo);
  RawClient client(server->port());
  client.send("nonsense\r\n\r\n");
  const RawAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  EXPECT_THAT(answer.body, HasSubstr("{\"message\":\"the request"));
}

struct Bad {
  const char* what;
  std::string bytes;
  int status;
};

class BadRequests : public testing::TestWithParam<Bad> {};

TEST_P(BadRequests, AreRefusedAndEndTheConnection) {
  const auto server =
      start([](const ServerRequest&, std::unique_ptr<Responder>) { ADD_FAILURE() << "a handler was asked"; });
  EXPECT_EQ(status_and_end(*server, GetParam().bytes + "GET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n"), GetParam().status);
}

std::string post(const std::string& fields) {
  return "POST / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
}

INSTANTIATE_TEST_SUITE_P(
    Syntax, BadRequests,
    testing::Values(Bad{"NoHttp", "nonsense\r\n\r\n", 400}, Bad{"NoVersion", "GET /\r\n\r\n", 400},
                    Bad{"NewerVersion", "PRI * HTTP/2.0\r\n\r\n", 505}, Bad{"NoHost", "GET / HTTP/1.1\r\n\r\n", 400},
                    Bad{"TwoHosts", get_request("/", "Host: other\r\n"), 400},
                    Bad{"BlankBeforeColon", get_request("/", "Name : value\r\n"), 400},
                    Bad{"FoldedField", get_request("/", "Name: a\r\n b\r\n"), 400},
                    Bad{"FieldWithoutColon", get_request("/", "Name\r\n"), 400},
                    Bad{"ControlInField", get_request("/", "Name: a\x01z\r\n"), 400},
                    Bad{"NulInField", get_request("/", std::string("Name: a\0z\r\n", 11)), 400},
                    Bad{"LoneLineFeed", "GET / HTTP/1.1\nHost: h\n\n", 400},
                    Bad{"LoneReturn", get_request("/", "Name: a\rb\r\n"), 400},
                    Bad{"SpaceInTarget", get_request("/a b"), 400}, Bad{"RelativeTarget", get_request("a"), 400},
                    Bad{"Asterisk", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 400},
                    Bad{"Authority", "CONNECT h:1 HTTP/1.1\r\nHost: h\r\n\r\n", 400},
                    Bad{"HalfEscape", get_request("/%4"), 400}, Bad{"BadEscape", get_request("/%zz"), 400},
                    Bad{"BadEscapeInQuery", get_request("/?a=%"), 400}, Bad{"NotUtf8", get_request("/%ff"), 400},
                    Bad{"NulInPath", get_request("/a%00"), 400}, Bad{"DotDot", get_request("/a/%2e%2e/b"), 400},
                    Bad{"Fragment", get_request("/a#b"), 400},
                    Bad{"Expectation", post("Content-Length: 1\r\nExpect: miracles\r\n"), 417}),
    [](const auto& each) { return each.param.what; });

INSTANTIATE_TEST_SUITE_P(
    Smuggling, BadRequests,
    testing::Values(Bad{"LengthAndChunks", post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"), 400},
                    Bad{"ChunksAndLength", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"), 400},
                    Bad{"TwoLengths", post("Content-Length: 4\r\nContent-Length: 5\r\n"), 400},
                    Bad{"TheSameLengthTwice", post("Content-Length: 4\r\nContent-Length: 4\r\n"), 400},
                    Bad{"ListOfLengths", post("Content-Length: 4, 4\r\n"), 400},
                    Bad{"PlusInLength", post("Content-Length: +4\r\n"), 400},
                    Bad{"NegativeLength", post("Content-Length: -1\r\n"), 400},
                    Bad{"HexLength", post("Content-Length: 0x4\r\n"), 400},
                    Bad{"HugeLength", post("Content-Length: 99999999999999999999\r\n"), 400},
                    Bad{"OtherEncoding", post("Transfer-Encoding: gzip\r\n"), 501},
                    Bad{"EncodingBeforeChunks", post("Transfer-Encoding: gzip, chunked\r\n"), 501},
                    Bad{"ChunksTwice", post("Transfer-Encoding: chunked, chunked\r\n"), 501},
                    Bad{"HiddenChunks", post("Transfer-Encoding: xchunked\r\n"), 501},
                    Bad{"TwoEncodings", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n"), 400},
                    Bad{"ChunksInOldVersion", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
                    Bad{"BadChunkSize", post("Transfer-Encoding: chunked\r\n") + "xyz\r\n", 400},
                    Bad{"HugeChunk", post("Transfer-Encoding: chunked\r\n") + "fffffffffffffffff\r\n", 400},
                    Bad{"ChunkWithoutEnd", post("Transfer-Encoding: chunked\r\n") + "1\r\naXX0\r\n\r\n", 400}),
    [](const auto& each) { return each.param.what; });

}  // namespace
}  // namespace holdfast::http::test
