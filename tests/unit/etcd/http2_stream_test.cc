#include "etcd/http2/http2_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/etcd/http2_peer.h"

namespace holdfast::etcd::http2 {
namespace {

using testing::HasSubstr;
using Outcome = RpcStream::Outcome;

// What came out of one call.
struct Taken {
  std::vector<std::string> messages;
  Outcome outcome = Outcome::end;
  RpcStatus status;
};

class Http2StreamTest : public testing::Test {
 protected:
  std::unique_ptr<RpcStream> open(int port) {
    const auto endpoint = parse_endpoint(fmt::format("http://127.0.0.1:{}", port), false);
    auto stream = open_stream(*endpoint, {}, std::chrono::seconds(5), {"/some.Service/Call", Secret()},
                              os::real_clock(), stop_.get_token());
    stream->write("", true);
    return stream;
  }

  Taken take(RpcStream& stream, Duration timeout = std::chrono::seconds(20)) {
    Taken taken;
    ByteView bytes;
    while ((taken.outcome = stream.read(bytes, timeout)) == Outcome::message) {
      taken.messages.emplace_back(as_text(bytes));
    }
    taken.status = stream.finish();
    return taken;
  }

  Taken talk(const std::string& reply, Then then = Then::close) {
    Http2Peer peer(reply, then);
    const auto stream = open(peer.port());
    return take(*stream);
  }

  std::stop_source stop_;
};

TEST_F(Http2StreamTest, GivesMessagesAndTheStatus) {
  const Taken taken =
      talk(response_begin() + data_frame(message("one") + message("") + message("three")) + trailers(0));
  EXPECT_THAT(taken.messages, testing::ElementsAre("one", "", "three"));
  EXPECT_EQ(taken.outcome, Outcome::end);
  EXPECT_TRUE(taken.status.ok()) << taken.status.message;
}

TEST_F(Http2StreamTest, JoinsAMessageFromManyFrames) {
  std::string large(100'000, 'x');
  large.back() = 'y';
  const std::string framed = message(large);
  std::string reply = response_begin();
  for (std::size_t at = 0; at < framed.size(); at += 999)
    reply += data_frame(std::string_view(framed).substr(at, 999));
  const Taken taken = talk(reply + trailers(0));
  EXPECT_THAT(taken.messages, testing::ElementsAre(large));
}

TEST_F(Http2StreamTest, UnderstandsPaddedFrames) {
  const std::string padded = std::string(1, '\4') + message("one") + std::string(4, '\0');
  const Taken taken = talk(response_begin() + frame(FrameType::data, 8, 1, padded) + trailers(0));
  EXPECT_THAT(taken.messages, testing::ElementsAre("one"));
}

// The size is in the settings (number 4) and in what the connection's own window is raised by.
TEST_F(Http2StreamTest, TellsTheMemberHowFarItMayRunAhead) {
  Http2Peer peer(response_begin() + trailers(0), Then::close);
  const auto endpoint = parse_endpoint(fmt::format("http://127.0.0.1:{}", peer.port()), false);
  const RpcCall call{.method = "/some.Service/Call", .token = Secret(), .needs_leader = false, .window = 64 * 1024};
  auto stream = open_stream(*endpoint, {}, std::chrono::seconds(5), call, os::real_clock(), stop_.get_token());
  stream->write("", true);
  take(*stream);
  stream.reset();
  EXPECT_THAT(peer.received(), HasSubstr(std::string("\0\4\0\1\0\0", 6)));
  EXPECT_THAT(peer.received(), testing::Not(HasSubstr(std::string("\0\4\0\x80\0\0", 6))));
}

TEST_F(Http2StreamTest, ASecondCallGoesOverTheSameConnection) {
  const std::string begin = headers({{":status", "200"}, {"content-type", "application/grpc"}}, false);
  Http2Peer peer(response_begin() + data_frame(message("one")) + trailers(0), Then::close,
                 on_stream(3, begin + data_frame(message("two") + message("three")) + trailers(5, "gone")));
  const auto stream = open(peer.port());
  EXPECT_THAT(take(*stream).messages, testing::ElementsAre("one"));
  ASSERT_TRUE(stream->next({"/some.Service/Other", Secret()}));
  stream->write("", true);
  const Taken second = take(*stream);
  EXPECT_THAT(second.messages, testing::ElementsAre("two", "three"));
  EXPECT_EQ(second.status.code, RpcCode::not_found);
}

TEST_F(Http2StreamTest, NoCallFollowsOneThatFailedOrGoesOn) {
  for (const std::string& reply : {response_begin() + trailers(13), response_begin()}) {
    Http2Peer peer(reply, Then::stay_silent);
    const auto stream = open(peer.port());
    take(*stream, std::chrono::milliseconds(100));
    EXPECT_FALSE(stream->next({"/some.Service/Other", Secret()}));
  }
}

TEST_F(Http2StreamTest, AnswersPings) {
  Http2Peer peer(response_begin() + frame(FrameType::ping, 0, 0, "12345678"), Then::stay_silent);
  take(*open(peer.port()), std::chrono::milliseconds(200));
  EXPECT_THAT(peer.received(), HasSubstr(frame(FrameType::ping, 1, 0, "12345678")));
}

TEST_F(Http2StreamTest, ReportsTheErrorInTheTrailers) {
  const Taken taken = talk(response_begin() + trailers(7, "etcdserver: permission denied"));
  EXPECT_EQ(taken.status.code, RpcCode::permission_denied);
  EXPECT_EQ(taken.status.message, "etcdserver: permission denied");
}

TEST_F(Http2StreamTest, ReportsAnErrorWithoutABody) {
  const Taken taken = talk(frame(FrameType::settings, 0, 0, "") + headers({{":status", "200"},
                                                                           {"content-type", "application/grpc"},
                                                                           {"grpc-status", "12"},
                                                                           {"grpc-message", "no such method"}},
                                                                          true));
  EXPECT_EQ(taken.status.code, RpcCode::unimplemented);
}

TEST_F(Http2StreamTest, TakesAConnectionClosedWithinTheStreamAsUnavailable) {
  const Taken taken = talk(response_begin() + data_frame(message("one")));
  EXPECT_THAT(taken.messages, testing::ElementsAre("one"));
  EXPECT_EQ(taken.outcome, Outcome::end);
  EXPECT_EQ(taken.status.code, RpcCode::unavailable);
  EXPECT_THAT(taken.status.message, HasSubstr("closed the connection"));
}

TEST_F(Http2StreamTest, TakesAResetAsUnavailable) {
  const Taken taken = talk(response_begin() + frame(FrameType::rst_stream, 0, 1, std::string("\0\0\0\2", 4)));
  EXPECT_EQ(taken.status.code, RpcCode::unavailable);
  EXPECT_THAT(taken.status.message, HasSubstr("INTERNAL_ERROR"));
}

TEST_F(Http2StreamTest, TakesAGoawayBeforeTheCallAsUnavailable) {
  const Taken taken = talk(frame(FrameType::settings, 0, 0, "") + frame(FrameType::goaway, 0, 0, std::string(8, '\0')));
  EXPECT_EQ(taken.outcome, Outcome::end);
  EXPECT_EQ(taken.status.code, RpcCode::unavailable);
}

TEST_F(Http2StreamTest, NeverTakesAnEndWithinAMessageForSuccess) {
  const Taken taken = talk(response_begin() + data_frame(message("whole message").substr(0, 9)) + trailers(0));
  EXPECT_EQ(taken.status.code, RpcCode::data_loss);
}

TEST_F(Http2StreamTest, NeverTakesAMissingStatusForSuccess) {
  const Taken taken = talk(response_begin() + frame(FrameType::data, 1, 1, message("one")));
  EXPECT_FALSE(taken.status.ok());
}

TEST_F(Http2StreamTest, RefusesAnEnormousMessage) {
  const Taken taken = talk(response_begin() + data_frame(std::string("\0\xff\xff\xff\xff", 5)), Then::stay_silent);
  EXPECT_EQ(taken.outcome, Outcome::end);
  EXPECT_EQ(taken.status.code, RpcCode::data_loss);
}

TEST_F(Http2StreamTest, RefusesAServerOfAnotherKind) {
  const Taken old_http = talk("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(old_http.outcome, Outcome::end);
  EXPECT_FALSE(old_http.status.ok());
  const Taken proxy = talk(frame(FrameType::settings, 0, 0, "") + headers({{":status", "503"}}, true));
  EXPECT_EQ(proxy.status.code, RpcCode::unavailable);
  EXPECT_THAT(proxy.status.message, HasSubstr("HTTP 503"));
}

TEST_F(Http2StreamTest, TimesOutWhenNothingComes) {
  Http2Peer peer(response_begin() + data_frame(message("one")), Then::stay_silent);
  const auto stream = open(peer.port());
  const Taken taken = take(*stream, std::chrono::milliseconds(100));
  EXPECT_THAT(taken.messages, testing::ElementsAre("one"));
  EXPECT_EQ(taken.outcome, Outcome::timeout);
}

TEST_F(Http2StreamTest, IsNotKeptWaitingByPings) {
  std::string pings;
  for (int i = 0; i < 50; ++i)
    pings += frame(FrameType::ping, 0, 0, "12345678");
  Http2Peer peer(response_begin() + pings, Then::stay_silent);
  const auto stream = open(peer.port());
  EXPECT_EQ(take(*stream, std::chrono::milliseconds(100)).outcome, Outcome::timeout);
}

TEST_F(Http2StreamTest, StopsWhileItWaits) {
  Http2Peer peer(response_begin(), Then::stay_silent);
  const auto stream = open(peer.port());
  std::jthread stopper([this] { stop_.request_stop(); });
  EXPECT_EQ(take(*stream).outcome, Outcome::stopped);
}

TEST_F(Http2StreamTest, StopsBeforeItBegins) {
  Http2Peer peer("", Then::close);
  stop_.request_stop();
  const auto stream = open(peer.port());
  EXPECT_EQ(take(*stream).outcome, Outcome::stopped);
}

TEST_F(Http2StreamTest, SurvivesRandomAnswers) {
  std::uint64_t state = 7;
  for (int round = 0; round < 30; ++round) {
    std::string noise = round % 2 == 0 ? response_begin() : "";
    for (int i = 0; i < 300; ++i) {
      state = state * 6364136223846793005ULL + 1442695040888963407ULL;
      noise += static_cast<char>(state >> 56);
    }
    EXPECT_FALSE(talk(noise).status.ok());
  }
}

}  // namespace
}  // namespace holdfast::etcd::http2
