// What the transport makes of servers and networks that misbehave.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/http/transport_test_support.h"

#include "support/etcd_server.h"
#include "support/full_listener.h"

namespace holdfast::http::test {
namespace {

using holdfast::test::Fault;
using holdfast::test::free_port;
using holdfast::test::HttpReply;
using holdfast::test::HttpServer;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

// The error of a GET that is answered like this. A stall is over after 300 ms.
Error error_of(const HttpReply& reply) {
  HttpServer server;
  server.expect({.target = "/k?secret=hidden", .reply = reply});
  const auto transport = make_transport({.stall_timeout = milliseconds(300)});

  const auto response = get(*transport, server.url() + "/k?secret=hidden");

  EXPECT_THAT(server.complaints(), IsEmpty());
  if (response) {
    ADD_FAILURE() << "the request succeeded";
    return {};
  }
  EXPECT_THAT(response.error().message, HasSubstr("127.0.0.1"));
  EXPECT_THAT(response.error().message, Not(HasSubstr("hidden")));
  return response.error();
}

TEST(TransportFault, AResetBeforeTheAnswerIsUnavailable) {
  const Error error = error_of({.fault = Fault::reset_before_reply});
  EXPECT_EQ(error.code, Code::unavailable);
  EXPECT_TRUE(error.retryable);
}

TEST(TransportFault, AResetInTheBodyIsUnavailable) {
  const Error error = error_of({.body = std::string(100000, 'x'), .fault = Fault::reset_in_body, .fault_after = 5000});
  EXPECT_EQ(error.code, Code::unavailable);
  EXPECT_TRUE(error.retryable);
}

TEST(TransportFault, AnEndBeforeTheAnswerIsUnavailable) {
  const Error error = error_of({.fault = Fault::end_before_reply});
  EXPECT_EQ(error.code, Code::unavailable);
  EXPECT_THAT(error.message, HasSubstr("without an answer"));
}

TEST(TransportFault, ABodyShorterThanItsLengthIsUnavailable) {
  const Error error = error_of({.body = std::string(100000, 'x'), .fault = Fault::end_in_body, .fault_after = 99999});
  EXPECT_EQ(error.code, Code::unavailable);
  EXPECT_THAT(error.message, HasSubstr("99999 of 100000"));
}

TEST(TransportFault, AChunkedBodyWithoutItsEndIsUnavailable) {
  const Error error =
      error_of({.body = std::string(1000, 'x'), .chunked = true, .fault = Fault::end_in_body, .fault_after = 500});
  EXPECT_EQ(error.code, Code::unavailable);
  EXPECT_TRUE(error.retryable);
}

TEST(TransportFault, ABodyLongerThanItsLengthIsCutThere) {
  HttpServer server;
  server.expect({.target = "/", .reply = {.body = "0123456789", .content_length = 4}});
  const auto transport = make_transport();

  const auto response = get(*transport, server.url() + "/");

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(text(*response), "0123");
}

TEST(TransportFault, SilenceBeforeTheAnswerIsATimeout) {
  const Error error = error_of({.fault = Fault::stall_before_reply});
  EXPECT_EQ(error.code, Code::timeout);
  EXPECT_TRUE(error.retryable);
  EXPECT_THAT(error.message, HasSubstr("300ms"));
}

TEST(TransportFault, ARequestMayHaveALimitOfSilenceOfItsOwn) {
  HttpServer server;
  server.expect({.target = "/", .reply = {.fault = Fault::stall_before_reply}});
  const auto transport = make_transport();

  const auto response =
      transport->send({.url = server.url() + "/", .stall_timeout = milliseconds(200)}, kLimit, std::stop_token{});

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::timeout);
  EXPECT_THAT(response.error().message, HasSubstr("200ms"));
}

TEST(TransportFault, SilenceInTheBodyIsATimeout) {
  const Error error = error_of({.body = std::string(1000, 'x'), .fault = Fault::stall_in_body, .fault_after = 10});
  EXPECT_EQ(error.code, Code::timeout);
}

TEST(TransportFault, AServerThatStopsReadingIsATimeout) {
  const std::string body = pattern(16 * kMiB);
  HttpServer server({.receive_buffer = 64 * kKiB});
  server.expect(
      {.method = "PUT", .target = "/k", .reply = {.fault = Fault::stall_in_request, .fault_after = 100 * kKiB}});
  const auto transport = make_transport({.stall_timeout = milliseconds(300)});

  const auto response =
      transport->send({.method = "PUT", .url = server.url() + "/k", .body = as_bytes(body)}, kLimit, {});

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::timeout);
}

TEST(TransportFault, AResetInTheUploadIsUnavailable) {
  const std::string body = pattern(16 * kMiB);
  HttpServer server;
  server.expect({.method = "PUT", .target = "/k", .reply = {.fault = Fault::reset_in_request, .fault_after = kMiB}});
  const auto transport = make_transport();

  const auto response =
      transport->send({.method = "PUT", .url = server.url() + "/k", .body = as_bytes(body)}, kLimit, {});

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::unavailable);
  EXPECT_TRUE(response.error().retryable);
}

TEST(TransportFault, SlowButSteadyIsNotAStall) {
  HttpServer server;
  server.expect({.target = "/", .reply = {.body = std::string(12, 'x'), .piece = 1, .pause = milliseconds(100)}});
  const auto transport = make_transport({.stall_timeout = milliseconds(400)});

  const auto response = get(*transport, server.url() + "/");

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(response->body.size(), 12U);
}

TEST(TransportFault, ATotalTimeoutEndsEvenASteadyTransfer) {
  HttpServer server;
  server.expect({.target = "/", .reply = {.body = std::string(100, 'x'), .piece = 1, .pause = milliseconds(50)}});
  const auto transport = make_transport();

  const auto response =
      transport->send({.url = server.url() + "/", .total_timeout = milliseconds(300)}, kLimit, std::stop_token{});

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::timeout);
  EXPECT_THAT(response.error().message, HasSubstr("300ms"));
}

TEST(TransportFault, NobodyListeningIsUnavailableAndNamesTheAddress) {
  const int port = free_port();
  const auto transport = make_transport();

  const auto response = get(*transport, fmt::format("http://127.0.0.1:{}/", port));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::unavailable);
  EXPECT_THAT(response.error().message, HasSubstr(fmt::format("127.0.0.1:{}", port)));
  EXPECT_THAT(response.error().message, HasSubstr("refused"));
  EXPECT_FALSE(response.error().hint.empty());
}

TEST(TransportFault, AnUnknownHostIsUnavailableAndNamed) {
  const auto transport = make_transport();

  const auto response = get(*transport, "http://no-such-host.invalid/");

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::unavailable);
  EXPECT_THAT(response.error().message, HasSubstr("no-such-host.invalid"));
}

TEST(TransportFault, AHostThatStaysUnknownIsTheSameErrorAtEveryTry) {
  const auto transport = make_transport();
  const auto first = get(*transport, "http://no-such-host.invalid/");

  const auto second = get(*transport, "http://no-such-host.invalid/");

  ASSERT_FALSE(first);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::unavailable);
  EXPECT_TRUE(second.error().retryable);
  EXPECT_EQ(second.error().message, first.error().message);
}

TEST(TransportFault, ATransportWorksAgainAfterAnUnknownHost) {
  HttpServer server;
  server.expect({.target = "/", .reply = {.body = "here"}});
  const auto transport = make_transport();
  ASSERT_FALSE(get(*transport, "http://no-such-host.invalid/"));

  const auto response = get(*transport, server.url() + "/");

  ASSERT_TRUE(response) << response.error().to_string();
  EXPECT_EQ(text(*response), "here");
}

TEST(TransportFault, AnAddressThatDoesNotAnswerIsATimeout) {
  // A listener whose queue is full: the kernel drops further connection attempts without a word.
  const auto transport = make_transport({.connect_timeout = milliseconds(200)});
  const holdfast::test::FullListener nobody;

  const auto response = get(*transport, fmt::format("http://127.0.0.1:{}/", nobody.port()));

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::timeout);
  EXPECT_THAT(response.error().message, HasSubstr("200ms"));
}

TEST(TransportFault, SomethingThatIsNotHttpIsNotWorthAnotherTry) {
  const Error error = error_of({.raw = "SSH-2.0-OpenSSH_9.2p1 Debian\r\n"});
  EXPECT_EQ(error.code, Code::unavailable);
  EXPECT_FALSE(error.retryable);
  EXPECT_THAT(error.hint, HasSubstr("scheme"));
}

TEST(TransportFault, EndlessHeadersAreRefused) {
  std::string raw = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 40000; ++i)
    raw += fmt::format("X-{}: y\r\n", i);
  HttpServer server;
  server.expect({.target = "/", .reply = {.raw = raw + "\r\n"}});
  const auto transport = make_transport();

  const auto response = get(*transport, server.url() + "/");

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::unsupported);
}

TEST(TransportFault, AUrlThatIsNoneIsAUsageErrorAndNotRepeated) {
  const auto transport = make_transport();
  for (const char* url : {"", "s3.example.test", "ftp://x/", "http://", "http://user:hunter2@host/", "http://h:99999/",
                          "http://h/a b", "file:///etc/passwd"}) {
    const auto response = get(*transport, url);
    ASSERT_FALSE(response) << url;
    EXPECT_EQ(response.error().code, Code::usage) << url;
    EXPECT_THAT(response.error().to_string(), Not(HasSubstr("hunter2")));
  }
}

}  // namespace
}  // namespace holdfast::http::test
