// The end of a server.
#include <atomic>
#include <thread>

#include <gtest/gtest.h>

#include "unit/http/server/server_test_support.h"

namespace holdfast::http::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Duration time_of(const std::function<void()>& work) {
  const auto begin = os::real_clock().steady();
  work();
  return os::real_clock().steady() - begin;
}

TEST(ServerStop, DoesNotWaitForIdleConnections) {
  const auto server = start(echo);
  RawClient idle(server->port());
  idle.send(get_request("/"));
  ASSERT_EQ(idle.answer().status, 200);
  EXPECT_LT(time_of([&] { server->stop(seconds(30)); }), seconds(10));
  EXPECT_TRUE(idle.ended());
}

TEST(ServerPulse, GoesThroughTheServersThreads) {
  const auto server = start(echo);
  Event beat;
  server->pulse([&] { beat.happen(); });
  beat.wait();
}

TEST(ServerPulse, StopsWhileHandlersHang) {
  Event asked;
  Event release;
  const auto server = start({.handler_threads = 1}, [&](const ServerRequest&, std::unique_ptr<Responder> responder) {
    asked.happen();
    release.wait();
    responder->send({});
  });
  RawClient client(server->port());
  client.send(get_request("/"));
  asked.wait();
  Event beat;
  server->pulse([&] { beat.happen(); });
  EXPECT_EQ(beat.times(), 0);
  release.happen();
  beat.wait();
}

TEST(ServerStop, LetsAnswersUnderWayFinish) {
  Event asked;
  const auto server = start([&](const ServerRequest&, std::unique_ptr<Responder> responder) {
    asked.happen();
    os::real_clock().sleep_for(milliseconds(300), {});
    responder->send({.body = "done"});
  });
  RawClient client(server->port());
  client.send(get_request("/"));
  asked.wait();
  server->stop(seconds(30));
  const RawAnswer answer = client.answer();
  EXPECT_EQ(answer.body, "done");
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(client.ended());
}

TEST(ServerStop, EndsStreamsCleanlyAndSaysSo) {
  OpenStreams streams;
  const auto server = start(streams.handler());
  RawClient client(server->port());
  client.send(get_request("/"));
  const auto stream = streams.next();
  Event told;
  stream->on_close([&] { told.happen(); });
  stream->write("before");
  server->stop(seconds(30));
  EXPECT_EQ(told.times(), 1) << "before stop() returned";
  EXPECT_FALSE(stream->write("after"));
  EXPECT_FALSE(client.answer_head().empty());
  EXPECT_EQ(client.chunk(), "before");
  EXPECT_EQ(client.rest(), "0\r\n\r\n");
}

TEST(ServerStop, TakesNoNewConnections) {
  const auto server = start(echo);
  const std::uint16_t port = server->port();
  server->stop(Duration{0});
  EXPECT_FALSE(RawClient(port).connected());
}

TEST(ServerStop, BreaksOffWhatTakesTooLong) {
  OpenStreams streams;
  const auto server = start({.stream_backlog = 64U << 20U}, streams.handler());
  RawClient client(server->port(), 4096);
  client.send(get_request("/"));
  const auto stream = streams.next();
  stream->write(std::string(32U << 20U, 'x'));
  EXPECT_LT(time_of([&] { server->stop(milliseconds(200)); }), seconds(10));
  EXPECT_LT(client.skip(), 32U << 20U);
}

TEST(ServerStop, RespondersAndStreamsMayLiveLonger) {
  OpenStreams streams;
  std::unique_ptr<Responder> responder;
  Event asked;
  auto server = start([&](ServerRequest request, std::unique_ptr<Responder> each) {
    if (request.path == "/stream") return streams.handler()(std::move(request), std::move(each));
    responder = std::move(each);
    asked.happen();
  });
  RawClient one(server->port());
  one.send(get_request("/stream"));
  RawClient other(server->port());
  other.send(get_request("/"));
  const auto stream = streams.next();
  asked.wait();

  server.reset();

  EXPECT_FALSE(stream->write("nobody"));
  stream->finish();
  Event told;
  stream->on_close([&] { told.happen(); });
  EXPECT_EQ(told.times(), 1);
  EXPECT_TRUE(responder->stream({})->closed());
}

TEST(ServerStop, MayBeAskedForTwiceAndFromSeveralThreads) {
  const auto server = start(echo);
  {
    std::jthread one([&] { server->stop(Duration{0}); });
    std::jthread other([&] { server->stop(Duration{0}); });
  }
  server->stop(Duration{0});
  EXPECT_EQ(server->counts().connections, 0U);
}

TEST(ServerStop, UnderLoadLosesNothingThatWasAnswered) {
  const auto server = start(echo);
  std::atomic<int> bad = 0;
  {
    std::vector<std::jthread> clients;
    for (int i = 0; i < 8; ++i)
      clients.emplace_back([&] {
        RawClient client(server->port());
        for (;;) {
          client.send(get_request("/"));
          const RawAnswer answer = client.answer();
          if (answer.status == 0) return;  // closed before the answer began
          if (answer.status != 200 || !answer.complete) ++bad;
        }
      });
    os::real_clock().sleep_for(milliseconds(200), {});
    server->stop(seconds(30));
  }
  EXPECT_EQ(bad, 0);
}

}  // namespace
}  // namespace holdfast::http::test
