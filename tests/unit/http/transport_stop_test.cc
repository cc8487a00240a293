// A request to stop ends a transfer at once, wherever it is.
#include <chrono>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/http/transport_test_support.h"

#include "support/full_listener.h"

namespace holdfast::http::test {
namespace {

using holdfast::test::Fault;
using holdfast::test::FullListener;
using holdfast::test::HttpServer;
using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

// Generous against a busy machine, and still far below every timeout of the transport.
constexpr auto kAtOnce = milliseconds(1000);

struct Stopped {
  Result<Response> response;
  Clock::duration waited;  // from the request to stop to the return of the call
};

Stopped stop_after(milliseconds delay, const Request& request) {
  const auto transport = make_transport();
  std::stop_source stop;
  Clock::time_point asked;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(delay);
    asked = Clock::now();
    stop.request_stop();
  });
  auto response = transport->send(request, kLimit, stop.get_token());
  const auto returned = Clock::now();
  stopper.join();
  return {std::move(response), returned - asked};
}

void expect_cancelled(const Stopped& stopped) {
  ASSERT_FALSE(stopped.response);
  EXPECT_EQ(stopped.response.error().code, Code::cancelled);
  EXPECT_LT(stopped.waited, kAtOnce);
}

TEST(TransportStop, EndsTheWaitForAnAnswer) {
  HttpServer server;
  server.expect({.target = "/", .reply = {.fault = Fault::stall_before_reply}});

  expect_cancelled(stop_after(milliseconds(100), {.url = server.url() + "/"}));
}

TEST(TransportStop, EndsADownload) {
  HttpServer server;
  server.expect(
      {.target = "/", .reply = {.body = std::string(1000, 'x'), .fault = Fault::stall_in_body, .fault_after = 10}});

  expect_cancelled(stop_after(milliseconds(100), {.url = server.url() + "/"}));
}

TEST(TransportStop, EndsAnUpload) {
  const std::string body = pattern(16 * kMiB);
  HttpServer server({.receive_buffer = 64 * kKiB});
  server.expect({.method = "PUT", .target = "/", .reply = {.fault = Fault::stall_in_request, .fault_after = 1000}});

  expect_cancelled(stop_after(milliseconds(100), {.method = "PUT", .url = server.url() + "/", .body = as_bytes(body)}));
}

TEST(TransportStop, EndsTheAttemptToConnect) {
  const FullListener nobody;

  expect_cancelled(stop_after(milliseconds(100), {.url = fmt::format("http://127.0.0.1:{}/", nobody.port())}));
}

TEST(TransportStop, DoesNotEvenBeginWhenAlreadyAsked) {
  HttpServer server;
  const auto transport = make_transport();
  std::stop_source stop;
  stop.request_stop();

  const auto response = transport->send({.url = server.url() + "/"}, kLimit, stop.get_token());

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::cancelled);
  EXPECT_EQ(server.connections(), 0);
}

TEST(TransportStop, LeavesTheTransportUsable) {
  HttpServer server;
  server.expect({.target = "/", .reply = {.fault = Fault::stall_before_reply}});
  server.expect({.target = "/next", .reply = {.body = "next"}});
  const auto transport = make_transport();
  std::stop_source stop;
  std::jthread stopper([&] {
    std::this_thread::sleep_for(milliseconds(50));
    stop.request_stop();
  });

  const auto stopped = transport->send({.url = server.url() + "/"}, kLimit, stop.get_token());
  const auto next = get(*transport, server.url() + "/next");

  EXPECT_FALSE(stopped);
  ASSERT_TRUE(next) << next.error().to_string();
  EXPECT_EQ(text(*next), "next");
}

}  // namespace
}  // namespace holdfast::http::test
