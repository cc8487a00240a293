#include <latch>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/http/transport_test_support.h"

#include "support/etcd_server.h"

namespace holdfast::http::test {
namespace {

using holdfast::test::free_port;
using holdfast::test::HttpReply;
using holdfast::test::HttpRequest;
using holdfast::test::HttpServer;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Transport, DeliversStatusHeadersAndBody) {
  HttpServer server;
  server.expect({.target = "/hello", .reply = {.status = 206, .headers = {{"ETag", "\"abc\""}}, .body = "world"}});
  const auto transport = make_transport();

  const auto response = get(*transport, server.url() + "/hello");

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->head.status, 206);
  EXPECT_EQ(response->head.header("etag"), "\"abc\"");
  EXPECT_EQ(response->head.header("missing"), "");
  EXPECT_EQ(text(*response), "world");
  EXPECT_THAT(server.complaints(), IsEmpty());
}

TEST(Transport, SendsThePathAndQueryExactlyAsGiven) {
  const std::string target = "/a//b/../c/./%2F%2e%20~?x=%C3%A4&y=&z=a%2Bb";
  HttpServer server;
  server.expect({.target = target});
  const auto transport = make_transport();

  ASSERT_TRUE(get(*transport, server.url() + target));

  EXPECT_THAT(server.complaints(), IsEmpty());
}

TEST(Transport, SendsHeadersAndTheHostAsServersExpect) {
  HttpServer server;
  server.expect({.target = "/",
                 .headers = {{"Host", server.host()},
                             {"User-Agent", "holdfast"},
                             {"x-amz-meta-empty", ""},
                             {"Authorization", "AWS4-HMAC-SHA256 Credential=a/b, Signature=c"}},
                 .absent_headers = {"Expect", "Accept-Encoding", "Content-Type", "Transfer-Encoding"}});
  const auto transport = make_transport();

  ASSERT_TRUE(transport->send(
      {.url = server.url() + "/",
       .headers = {{"x-amz-meta-empty", ""}, {"Authorization", "AWS4-HMAC-SHA256 Credential=a/b, Signature=c"}}},
      kLimit, {}));

  EXPECT_THAT(server.complaints(), IsEmpty());
}

TEST(Transport, UploadsALargeBodyWhole) {
  const std::string body = pattern(9 * kMiB + 17);
  HttpServer server;
  server.expect({.method = "PUT",
                 .target = "/part",
                 .headers = {{"Content-Length", std::to_string(body.size())}},
                 .absent_headers = {"Expect", "Transfer-Encoding"},
                 .body = body});
  const auto transport = make_transport();

  const auto response =
      transport->send({.method = "PUT", .url = server.url() + "/part", .body = as_bytes(body)}, kLimit, {});

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_THAT(server.complaints(), IsEmpty());
}

TEST(Transport, SendsALengthWithAnEmptyPostAndPut) {
  HttpServer server;
  server.expect({.method = "POST", .target = "/k?uploads=", .headers = {{"Content-Length", "0"}}, .body = ""});
  server.expect({.method = "PUT", .target = "/k", .headers = {{"Content-Length", "0"}}, .body = ""});
  const auto transport = make_transport();

  ASSERT_TRUE(transport->send({.method = "POST", .url = server.url() + "/k?uploads="}, kLimit, {}));
  ASSERT_TRUE(transport->send({.method = "PUT", .url = server.url() + "/k"}, kLimit, {}));

  EXPECT_THAT(server.complaints(), IsEmpty());
}

TEST(Transport, DownloadsALargeBodyWhole) {
  const std::string body = pattern(9 * kMiB + 17);
  HttpServer server;
  server.expect({.target = "/k", .reply = {.body = body}});
  const auto transport = make_transport();

  const auto response = get(*transport, server.url() + "/k");

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_TRUE(text(*response) == body);
}

TEST(Transport, UnderstandsChunkedBodies) {
  HttpServer server;
  server.expect({.target = "/k", .reply = {.body = "one two three", .chunked = true, .piece = 5}});
  const auto transport = make_transport();

  const auto response = get(*transport, server.url() + "/k");

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(text(*response), "one two three");
}

TEST(Transport, UnderstandsABodyThatEndsWithTheConnection) {
  HttpServer server;
  server.expect({.target = "/k", .reply = {.body = "all of it", .until_close = true}});
  const auto transport = make_transport();

  const auto response = get(*transport, server.url() + "/k");

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(text(*response), "all of it");
}

TEST(Transport, TakesTheHeadOfAnObjectWithoutWaitingForItsBody) {
  HttpServer server;
  server.expect(
      {.method = "HEAD", .target = "/k", .reply = {.headers = {{"ETag", "\"e\""}}, .content_length = 123456}});
  server.expect({.target = "/next", .reply = {.body = "next"}});
  const auto transport = make_transport();

  const auto head = transport->send({.method = "HEAD", .url = server.url() + "/k"}, kLimit, {});
  const auto next = get(*transport, server.url() + "/next");

  ASSERT_TRUE(head) << head.error().to_string();
  EXPECT_EQ(head->head.header("Content-Length"), "123456");
  EXPECT_THAT(head->body, IsEmpty());
  ASSERT_TRUE(next) << next.error().to_string();
  EXPECT_EQ(server.connections(), 1);
}

TEST(Transport, UnderstandsRepliesWithoutABody) {
  HttpServer server;
  server.expect({.method = "DELETE", .target = "/k", .absent_headers = {"Content-Length"}, .reply = {.status = 204}});
  const auto transport = make_transport();

  const auto response = transport->send({.method = "DELETE", .url = server.url() + "/k"}, kLimit, {});

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->head.status, 204);
  EXPECT_THAT(server.complaints(), IsEmpty());
}

TEST(Transport, PassesInterimAnswersOver) {
  HttpServer server;
  server.expect({.target = "/",
                 .reply = {.raw = "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                                  "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Real: yes\r\n\r\nok"}});
  const auto transport = make_transport();

  const auto response = get(*transport, server.url() + "/");

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->head.status, 200);
  EXPECT_EQ(response->head.header("link"), "");
  EXPECT_EQ(response->head.header("x-real"), "yes");
}

TEST(Transport, DoesNotFollowRedirects) {
  HttpServer server;
  server.expect({.target = "/", .reply = {.status = 301, .headers = {{"Location", server.url() + "/elsewhere"}}}});
  const auto transport = make_transport();

  const auto response = get(*transport, server.url() + "/");

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->head.status, 301);
  EXPECT_THAT(server.complaints(), IsEmpty());
}

TEST(Transport, TakesAnyStatusAsAnAnswer) {
  HttpServer server;
  server.expect({.target = "/", .reply = {.status = 503, .body = "SlowDown"}});
  const auto transport = make_transport();

  const auto response = get(*transport, server.url() + "/");

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->head.status, 503);
  EXPECT_EQ(text(*response), "SlowDown");
}

TEST(Transport, UsesAConnectionAgainWhicheverThreadComesNext) {
  HttpServer server;
  server.handle([](const HttpRequest&) { return HttpReply{.body = "x"}; });
  const auto transport = make_transport();

  for (int i = 0; i < 5; ++i) {
    std::jthread([&] { EXPECT_TRUE(get(*transport, server.url() + "/")); }).join();
  }

  EXPECT_EQ(server.connections(), 1);
}

TEST(Transport, ServesManyThreadsAtOnceWithOneConnectionEach) {
  constexpr int kThreads = 8;
  HttpServer server;
  server.handle([](const HttpRequest& request) { return HttpReply{.body = request.target}; });
  const auto transport = make_transport();
  std::latch together(kThreads);
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i) {
      threads.emplace_back([&, i] {
        together.arrive_and_wait();
        for (int round = 0; round < 20; ++round) {
          const std::string target = "/" + std::to_string(i) + "/" + std::to_string(round);
          const auto response = get(*transport, server.url() + target);
          ASSERT_TRUE(response) << response.error().to_string();
          EXPECT_EQ(text(*response), target);
        }
      });
    }
  }

  EXPECT_LE(server.connections(), kThreads);
}

TEST(Transport, TriesAgainByItselfWhenAKeptConnectionWasClosedMeanwhile) {
  const std::string body = pattern(300000);
  HttpServer server;
  server.expect({.target = "/first", .reply = {.fault = holdfast::test::Fault::end_after_reply}});
  server.expect({.method = "PUT", .target = "/second", .body = body});
  const auto transport = make_transport();

  ASSERT_TRUE(get(*transport, server.url() + "/first"));
  const auto second =
      transport->send({.method = "PUT", .url = server.url() + "/second", .body = as_bytes(body)}, kLimit, {});

  ASSERT_TRUE(second) << second.error().to_string();
  EXPECT_EQ(server.connections(), 2);
  EXPECT_THAT(server.complaints(), IsEmpty());
}

TEST(Transport, StopsCollectingAtTheLimit) {
  HttpServer server;
  server.expect({.target = "/", .reply = {.body = std::string(1001, 'x')}});
  const auto transport = make_transport();

  const auto response = transport->send({.url = server.url() + "/"}, 1000, {});

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::no_space);
}

TEST(Transport, GivesTheErrorOfTheHeadReceiverBack) {
  HttpServer server;
  server.expect({.target = "/", .reply = {.body = "body"}});
  const auto transport = make_transport();
  bool body_came = false;

  const auto done = transport->stream(
      {.url = server.url() + "/"}, [](const ResponseHead&) -> Status { return fail(Code::exists, "seen enough"); },
      [&](ByteView) -> Status {
        body_came = true;
        return {};
      },
      {});

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::exists);
  EXPECT_EQ(done.error().message, "seen enough");
  EXPECT_FALSE(body_came);
}

TEST(Transport, GivesTheErrorOfTheBodyReceiverBackAndWorksOn) {
  HttpServer server;
  server.expect({.target = "/", .reply = {.body = pattern(4 * kMiB)}});
  server.expect({.target = "/next", .reply = {.body = "next"}});
  const auto transport = make_transport();

  const auto done = transport->stream(
      {.url = server.url() + "/"}, [](const ResponseHead&) -> Status { return {}; },
      [](ByteView) -> Status { return fail(Code::no_space, "disk full"); }, {});
  const auto next = get(*transport, server.url() + "/next");

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::no_space);
  ASSERT_TRUE(next) << next.error().to_string();
}

TEST(Transport, RefusesHeadersThatWouldSmuggleOthersIn) {
  HttpServer server;
  const auto transport = make_transport();

  for (const Header& bad : {Header{"X-A", "1\r\nX-B: 2"}, Header{"X-A: 1\r\nX-B", "2"}, Header{"", "x"}}) {
    const auto response = transport->send({.url = server.url() + "/", .headers = {bad}}, kLimit, {});
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().code, Code::usage);
  }
  const auto method =
      transport->send({.method = "GET / HTTP/1.1\r\nX: y\r\n\r\nGET", .url = server.url() + "/"}, kLimit, {});
  ASSERT_FALSE(method);
  EXPECT_EQ(method.error().code, Code::usage);
  EXPECT_EQ(server.connections(), 0);
}

TEST(Transport, GoesThroughTheGivenProxy) {
  HttpServer proxy;
  proxy.expect({.target = "http://s3.example.test/bucket/key?a=b",
                .headers = {{"Host", "s3.example.test"}},
                .reply = {.body = "via"}});
  const auto transport = make_transport({.proxy = proxy.url()});

  const auto response = get(*transport, "http://s3.example.test/bucket/key?a=b");

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(text(*response), "via");
  EXPECT_THAT(proxy.complaints(), IsEmpty());
}

TEST(Transport, GoesThroughTheProxyOfTheEnvironmentExceptWhereItSaysNot) {
  HttpServer proxy;
  HttpServer direct;
  proxy.expect({.target = "http://s3.example.test/"});
  direct.expect({.target = "/"});
  const os::Environment environment({{"HTTP_PROXY", proxy.url()}, {"NO_PROXY", "localhost,127.0.0.1"}});
  const auto transport = make_curl_transport({}, environment);

  EXPECT_TRUE(get(*transport, "http://s3.example.test/"));
  EXPECT_TRUE(get(*transport, direct.url() + "/"));

  EXPECT_THAT(proxy.complaints(), IsEmpty());
  EXPECT_THAT(direct.complaints(), IsEmpty());
}

TEST(Transport, AnEmptyProxyMeansNoneWhateverTheEnvironmentSays) {
  HttpServer server;
  server.expect({.target = "/"});
  const os::Environment environment({{"http_proxy", "http://127.0.0.1:1"}, {"https_proxy", "http://127.0.0.1:1"}});
  const auto transport = make_curl_transport({.proxy = ""}, environment);

  EXPECT_TRUE(get(*transport, server.url() + "/"));

  EXPECT_THAT(server.complaints(), IsEmpty());
}

TEST(Transport, PointsAtTheProxyWhenNothingAnswers) {
  const auto transport = make_transport({.proxy = fmt::format("http://user:hunter2@127.0.0.1:{}", free_port())});

  const auto response = get(*transport, "http://s3.example.test/");

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::unavailable);
  EXPECT_THAT(response.error().hint, HasSubstr("proxy"));
  EXPECT_THAT(response.error().to_string() + response.error().hint, testing::Not(HasSubstr("hunter2")));
}

TEST(Transport, PointsAtAProxyThatIsNoneAndKeepsItsPasswordToItself) {
  for (const char* proxy : {"http://user:hunter2@:notaport", "gopher://user:hunter2@host"}) {
    const auto transport = make_transport({.proxy = proxy});
    const auto response = get(*transport, "http://s3.example.test/");
    ASSERT_FALSE(response) << proxy;
    EXPECT_THAT(response.error().to_string() + response.error().hint, HasSubstr("proxy"));
    EXPECT_THAT(response.error().to_string() + response.error().hint, testing::Not(HasSubstr("hunter2")));
  }
}

TEST(Transport, SaysWhenTheProxyRefusesAndKeepsItsPasswordToItself) {
  HttpServer proxy;
  proxy.expect({.method = "CONNECT", .target = "s3.example.test:443", .reply = {.status = 407}});
  const auto transport = make_transport({.proxy = "http://user:hunter2@" + proxy.host()});

  const auto response = get(*transport, "https://s3.example.test/");

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::refused);
  EXPECT_THAT(response.error().message, HasSubstr("s3.example.test:443"));
  EXPECT_THAT(response.error().message, HasSubstr("407"));
  EXPECT_THAT(response.error().to_string() + response.error().hint, testing::Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace holdfast::http::test
