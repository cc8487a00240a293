// Clients that take their time. The clock is the test's; the server looks at it ten times a second.
#include <gtest/gtest.h>

#include "unit/http/server/server_test_support.h"

#include "support/fake_clock.h"

namespace holdfast::http::test {
namespace {

using holdfast::test::FakeClock;
using std::chrono::seconds;

class ServerTimeouts : public testing::Test {
 protected:
  // A connection that has had one answer already, so that the server has surely read what follows it in `bytes`.
  static RawClient after_one_answer(const Server& server, const std::string& bytes) {
    RawClient client(server.port());
    client.send(get_request("/first") + bytes);
    EXPECT_EQ(client.answer().status, 200);
    return client;
  }

  // Lets the clock run, doing something at each step, until the server has no connections left. How far it ran.
  Duration run_until_closed(const Server& server, Duration step, const std::function<void()>& at_each_step = [] {}) {
    Duration passed{0};
    EXPECT_TRUE(eventually([&] {
      at_each_step();
      clock_.advance(step);
      passed += step;
      return server.counts().connections == 0;
    }));
    return passed;
  }

  FakeClock clock_;
};

TEST_F(ServerTimeouts, AHeadThatDripsIsGivenUp) {
  const auto server = start({}, echo, clock_);
  RawClient client = after_one_answer(*server, "GET / HTTP/1.1\r\nHost: h\r\nX: ");
  run_until_closed(*server, seconds(1), [&] { client.send("x"); });
  EXPECT_EQ(client.answer().status, 408);
}

TEST_F(ServerTimeouts, AHeadInTimeIsNot) {
  const auto server = start({}, echo, clock_);
  RawClient client = after_one_answer(*server, "GET / HT");
  clock_.advance(seconds(9));
  client.send("TP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_EQ(client.answer().status, 200);
}

TEST_F(ServerTimeouts, ABodyThatDripsIsGivenUp) {
  const auto server = start({}, echo, clock_);
  RawClient client = after_one_answer(*server, "PUT / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999\r\n\r\nab");
  EXPECT_GT(run_until_closed(*server, seconds(1), [&] { client.send("x"); }), seconds(60));
  EXPECT_EQ(client.answer().status, 408);
}

TEST_F(ServerTimeouts, AConnectionWithoutARequestIsClosedQuietly) {
  const auto server = start({}, echo, clock_);
  RawClient client(server->port());
  ASSERT_TRUE(eventually([&] { return server->counts().connections == 1; }));
  run_until_closed(*server, seconds(11));
  EXPECT_EQ(client.rest(), "");
}

TEST_F(ServerTimeouts, AnIdleConnectionIsKeptForAWhile) {
  const auto server = start({}, echo, clock_);
  RawClient client = after_one_answer(*server, "");
  EXPECT_GE(run_until_closed(*server, seconds(1)), seconds(120));
  EXPECT_EQ(client.rest(), "");
}

TEST_F(ServerTimeouts, AHandlerMayTakeItsTime) {
  std::unique_ptr<Responder> kept;
  Event asked;
  const auto server = start(
      {},
      [&](const ServerRequest&, std::unique_ptr<Responder> responder) {
        kept = std::move(responder);
        asked.happen();
      },
      clock_);
  RawClient client(server->port());
  client.send(get_request("/"));
  asked.wait();
  clock_.advance(std::chrono::hours(10));
  os::real_clock().sleep_for(std::chrono::milliseconds(250), {});  // two looks at the clock
  kept->send({});
  EXPECT_EQ(client.answer().status, 200);
}

TEST_F(ServerTimeouts, AnAnswerThatNobodyReadsIsGivenUp) {
  const auto server = start(
      {},
      [](const ServerRequest&, std::unique_ptr<Responder> responder) {
        responder->send({.body = std::string(64U << 20U, 'x')});
      },
      clock_);
  RawClient client(server->port(), 4096);
  client.send(get_request("/"));
  ASSERT_FALSE(client.answer_head().empty());
  run_until_closed(*server, seconds(61));
  EXPECT_LT(client.skip(), 64U << 20U);
}

TEST_F(ServerTimeouts, AnIdleStreamLasts) {
  OpenStreams streams;
  const auto server = start({}, streams.handler(), clock_);
  RawClient client(server->port());
  client.send(get_request("/"));
  const auto stream = streams.next();
  ASSERT_FALSE(client.answer_head().empty());
  clock_.advance(std::chrono::hours(10));
  os::real_clock().sleep_for(std::chrono::milliseconds(250), {});
  EXPECT_TRUE(stream->write("still there"));
  EXPECT_EQ(client.chunk(), "still there");
}

TEST_F(ServerTimeouts, AStreamThatNobodyReadsIsGivenUp) {
  OpenStreams streams;
  const auto server = start({.stream_backlog = 64U << 20U}, streams.handler(), clock_);
  RawClient client(server->port(), 4096);
  client.send(get_request("/"));
  const auto stream = streams.next();
  Event gone;
  stream->on_close([&] { gone.happen(); });
  ASSERT_TRUE(stream->write(std::string(32U << 20U, 'x')));
  ASSERT_TRUE(eventually([&] {
    clock_.advance(seconds(61));
    return stream->closed();
  }));
  gone.wait();
}

}  // namespace
}  // namespace holdfast::http::test
