// Requests and their answers, one after the other, over plain loopback.
#include <fmt/ranges.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/http/server/server_test_support.h"

#include "http/transport.h"
#include "os/environment.h"

namespace holdfast::http::test {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(ServerRequests, AnswersOurTransport) {
  const auto server = start(echo);
  const auto transport = make_curl_transport({}, os::Environment{});
  const std::string body = "something";

  const auto response = transport->send({.method = "POST",
                                         .url = fmt::format("http://127.0.0.1:{}/a%20b?x=1&y=%26", server->port()),
                                         .body = as_bytes(body)},
                                        kMiB, std::stop_token{});

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->head.status, 200);
  EXPECT_EQ(response->head.header("Content-Type"), "text/plain");
  EXPECT_EQ(as_text(response->body), "POST /a b\nx=1\ny=&\nsomething");
}

TEST(ServerRequests, HandsOverWhatWasSent) {
  ServerRequest seen;
  const auto server = start([&](ServerRequest request, std::unique_ptr<Responder> responder) {
    seen = std::move(request);
    responder->send({});
  });
  RawClient client(server->port());
  client.send(
      "DELETE /p?q=1+2&q=3&r HTTP/1.1\r\nHost: h\r\nX-A:  first \r\nx-a: second\r\nContent-Length: 2\r\n\r\nhi");

  EXPECT_EQ(client.answer().status, 200);
  EXPECT_EQ(seen.method, "DELETE");
  EXPECT_EQ(seen.raw_target, "/p?q=1+2&q=3&r");
  EXPECT_EQ(seen.path, "/p");
  EXPECT_EQ(seen.parameter("q"), "1 2");
  EXPECT_EQ(seen.query[1].second, "3");
  EXPECT_EQ(seen.parameter("r"), "");
  EXPECT_EQ(seen.parameter("s"), std::nullopt);
  EXPECT_EQ(seen.header("X-a"), "first");
  EXPECT_EQ(seen.headers.size(), 4U);
  EXPECT_EQ(seen.body, "hi");
  EXPECT_THAT(seen.peer.address, StartsWith("127.0.0.1:"));
  EXPECT_FALSE(seen.peer.tls);
}

TEST(ServerRequests, KeepsTheConnection) {
  const auto server = start(echo);
  RawClient client(server->port());
  for (int i = 0; i < 3; ++i) {
    client.send(get_request(fmt::format("/{}", i)));
    EXPECT_EQ(client.answer().body, fmt::format("GET /{}\n", i));
  }
  EXPECT_EQ(server->counts().connections, 1U);
}

TEST(ServerRequests, AnswersPipelinedRequestsInOrder) {
  const auto server = start([](ServerRequest request, std::unique_ptr<Responder> responder) {
    if (request.path == "/slow") os::real_clock().sleep_for(std::chrono::milliseconds(50), {});
    echo(std::move(request), std::move(responder));
  });
  RawClient client(server->port());
  std::string all;
  for (int i = 0; i < 50; ++i)
    all += get_request(i % 10 == 0 ? "/slow" : fmt::format("/{}", i));
  client.send(all);

  for (int i = 0; i < 50; ++i) {
    EXPECT_EQ(client.answer().body, i % 10 == 0 ? "GET /slow\n" : fmt::format("GET /{}\n", i));
  }
}

TEST(ServerRequests, EndsTheConnectionWhenTheClientWants) {
  const auto server = start(echo);
  RawClient client(server->port());
  client.send(get_request("/", "Connection: close\r\n"));
  const RawAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(client.ended());
}

TEST(ServerRequests, AnswersWhoeverHasStoppedSending) {
  const auto server = start(echo);
  RawClient client(server->port());
  client.send(get_request("/last"));
  client.end_sending();
  EXPECT_EQ(client.answer().body, "GET /last\n");
  EXPECT_TRUE(client.ended());
}

TEST(ServerRequests, SpeaksTheOldVersionAndClosesAfterIt) {
  const auto server = start(echo);
  RawClient client(server->port());
  client.send("GET /old HTTP/1.0\r\n\r\n");
  EXPECT_EQ(client.answer().body, "GET /old\n");
  EXPECT_TRUE(client.ended());
}

TEST(ServerRequests, HeadGetsLengthAndNoBody) {
  const auto server = start(echo);
  RawClient client(server->port());
  client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n" + get_request("/next"));
  const RawAnswer head = client.answer(true);
  EXPECT_EQ(head.header("Content-Length"), "8");  // "HEAD /x\n"
  EXPECT_EQ(client.answer().body, "GET /next\n");
}

TEST(ServerRequests, NoContentHasNeitherLengthNorBody) {
  const auto server = start([](const ServerRequest&, std::unique_ptr<Responder> responder) {
    responder->send({.status = 204, .headers = {}, .body = "must not be sent"});
  });
  RawClient client(server->port());
  client.send(get_request("/") + get_request("/"));
  const RawAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 204);
  EXPECT_EQ(answer.header("Content-Length"), "");
  EXPECT_EQ(client.answer().status, 204);
}

TEST(ServerRequests, ReadsChunkedBodies) {
  const auto server = start(echo);
  RawClient client(server->port());
  client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
  client.send("A;name=value\r\n0123456789\r\n0\r\nX-Trailer: no\r\n\r\n");
  EXPECT_EQ(client.answer().body, "POST /\nabc0123456789");
}

TEST(ServerRequests, AsksForABodyThatWaitsToBeAskedFor) {
  const auto server = start(echo);
  RawClient client(server->port());
  client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  EXPECT_EQ(client.answer_head(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("body");
  EXPECT_EQ(client.answer().body, "PUT /\nbody");
}

TEST(ServerRequests, DoesNotAskForABodyThatIsThere) {
  const auto server = start(echo);
  RawClient client(server->port());
  client.send("PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\nbody");
  EXPECT_EQ(client.answer().status, 200);
}

TEST(ServerRequests, MayBeAnsweredLaterAndFromAnotherThread) {
  std::unique_ptr<Responder> kept;
  Event asked;
  const auto server = start([&](const ServerRequest&, std::unique_ptr<Responder> responder) {
    kept = std::move(responder);
    asked.happen();
  });
  RawClient client(server->port());
  client.send(get_request("/"));
  asked.wait();
  kept->send({.status = 202, .headers = {}, .body = "later"});
  EXPECT_EQ(client.answer().body, "later");
}

TEST(ServerRequests, CountOnlyTheFirstAnswer) {
  const auto server = start([](const ServerRequest&, std::unique_ptr<Responder> responder) {
    responder->send({.body = "first"});
    responder->send({.body = "second"});
    EXPECT_TRUE(responder->stream({})->closed());
  });
  RawClient client(server->port());
  for (int i = 0; i < 2; ++i) {
    client.send(get_request("/"));
    EXPECT_EQ(client.answer().body, "first");
  }
}

TEST(ServerRequests, NobodyAnsweredAre500) {
  const auto server = start([](ServerRequest request, const std::unique_ptr<Responder>&) {
    if (request.path == "/throws") throw std::runtime_error("no");
  });
  RawClient client(server->port());
  client.send(get_request("/drops") + get_request("/throws"));
  EXPECT_EQ(client.answer().status, 500);
  EXPECT_EQ(client.answer().status, 500);
}

TEST(ServerRequests, CannotAddHeadersOfTheirOwnToAnswers) {
  const auto server = start([](ServerRequest request, std::unique_ptr<Responder> responder) {
    responder->send({.headers = {{.name = "X-Echo", .value = *request.parameter("v")}}, .body = {}});
  });
  RawClient client(server->port());
  client.send(get_request("/?v=fine") + get_request("/?v=a%0d%0aSet-Cookie:%20b"));
  EXPECT_EQ(client.answer().header("X-Echo"), "fine");
  const RawAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 500);
  EXPECT_THAT(answer.head, Not(HasSubstr("Cookie")));
}

TEST(ServerRequests, GetFramingAndDateFromTheServerAlone) {
  const auto server = start([](const ServerRequest&, std::unique_ptr<Responder> responder) {
    responder->send({.headers = {{.name = "content-length", .value = "9999"},
                                 {.name = "Transfer-Encoding", .value = "chunked"},
                                 {.name = "Date", .value = "never"}},
                     .body = "abc"});
  });
  RawClient client(server->port());
  client.send(get_request("/"));
  const RawAnswer answer = client.answer();
  EXPECT_EQ(answer.header("Content-Length"), "3");
  EXPECT_EQ(answer.header("Transfer-Encoding"), "");
  EXPECT_THAT(answer.header("Date"), testing::EndsWith(" GMT"));
}

TEST(ServerRequests, GetLargeAnswersWhole) {
  std::string large(20U << 20U, '\0');
  for (std::size_t i = 0; i < large.size(); ++i)
    large[i] = static_cast<char>((i * 2654435761U) >> 13U);
  const auto server =
      start([&](const ServerRequest&, std::unique_ptr<Responder> responder) { responder->send({.body = large}); });
  RawClient client(server->port());
  client.send(get_request("/"));
  EXPECT_TRUE(client.answer().body == large);
}

TEST(ServerRequests, AreServedWhileHandlersWait) {
  Event free;
  const auto server = start({.handler_threads = 2}, [&](ServerRequest request, std::unique_ptr<Responder> responder) {
    if (request.path == "/wait") free.wait();
    responder->send({});
  });
  RawClient waiting(server->port());
  waiting.send(get_request("/wait"));
  RawClient other(server->port());
  other.send(get_request("/"));
  EXPECT_EQ(other.answer().status, 200);
  free.happen();
  EXPECT_EQ(waiting.answer().status, 200);
}

TEST(StartServer, RefusesPlainHttpBeyondThisMachine) {
  const auto server = start_server({.address = "0.0.0.0"}, echo);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, Code::usage);
}

TEST(StartServer, PlainHttpForAllIsThereWhenItIsMeant) {
  const auto server = start_server({.address = "0.0.0.0", .plain_for_all = true}, echo);
  ASSERT_TRUE(server) << server.error().to_string();
  RawClient client((*server)->port());
  client.send(get_request("/"));
  EXPECT_EQ(client.answer().status, 200);
}

TEST(StartServer, RefusesAddressesThatAreNotNumeric) {
  EXPECT_EQ(start_server({.address = "localhost"}, echo).error().code, Code::usage);
}

TEST(StartServer, SaysWhenSomebodyListensThere) {
  const auto first = start(echo);
  const auto second = start_server({.port = first->port()}, echo);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::exists);
}

TEST(StartServer, ListensOnTheNewKindOfAddressToo) {
  const auto server = start({.address = "::1"}, echo);
  const auto transport = make_curl_transport({}, os::Environment{});
  const auto response =
      transport->send({.url = fmt::format("http://[::1]:{}/six", server->port())}, kMiB, std::stop_token{});
  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(as_text(response->body), "GET /six\n");
}

}  // namespace
}  // namespace holdfast::http::test
