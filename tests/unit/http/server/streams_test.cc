// Answers that go on.
#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/http/server/server_test_support.h"

namespace holdfast::http::test {
namespace {

using testing::HasSubstr;

class ServerStreams : public testing::Test {
 protected:
  // A client with an open stream, its head read.
  std::pair<RawClient, std::shared_ptr<ResponseStream>> open(int receive_buffer = 0) {
    RawClient client(server_->port(), receive_buffer);
    client.send(get_request("/watch"));
    auto stream = streams_.next();
    EXPECT_THAT(client.answer_head(), HasSubstr("Transfer-Encoding: chunked\r\n"));
    return {std::move(client), std::move(stream)};
  }

  OpenStreams streams_;
  std::unique_ptr<Server> server_ = start({.stream_backlog = 1U << 20U}, streams_.handler());
};

TEST_F(ServerStreams, SendEachChunkAtOnce) {
  auto [client, stream] = open();
  EXPECT_TRUE(stream->write("one"));
  EXPECT_EQ(client.chunk(), "one");
  EXPECT_TRUE(stream->write_shared(std::make_shared<const std::string>("two")));
  EXPECT_EQ(client.chunk(), "two");
}

TEST_F(ServerStreams, EndCleanlyAndLeaveTheConnectionForTheNextRequest) {
  auto [client, stream] = open();
  stream->write("last words");
  stream->finish();
  EXPECT_EQ(client.chunk(), "last words");
  EXPECT_EQ(client.chunk(), "");
  EXPECT_FALSE(stream->write("more"));
  client.send(get_request("/again"));
  const auto next = streams_.next();
  EXPECT_FALSE(client.answer_head().empty());
  next->finish();
  EXPECT_EQ(client.chunk(), "");
}

TEST_F(ServerStreams, BeginWithTheBodyOfTheirHead) {
  OpenStreams streams;
  const auto server = start(streams.handler({.status = 201, .headers = {}, .body = "first"}));
  RawClient client(server->port());
  client.send(get_request("/"));
  streams.next()->finish();
  const RawAnswer answer = client.answer();
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body, "first");
}

TEST_F(ServerStreams, EmptyChunksDoNotEndThem) {
  auto [client, stream] = open();
  EXPECT_TRUE(stream->write(""));
  EXPECT_TRUE(stream->write("more"));
  EXPECT_EQ(client.chunk(), "more");
}

TEST_F(ServerStreams, DroppedUnfinishedAreBrokenOff) {
  auto [client, stream] = open();
  stream->write("half");
  ASSERT_EQ(client.chunk(), "half");
  stream.reset();
  EXPECT_EQ(client.rest(), "") << "a last chunk would make it look whole";
}

TEST_F(ServerStreams, NoticeThatTheClientClosed) {
  auto [client, stream] = open();
  Event gone;
  stream->on_close([&] { gone.happen(); });
  {
    const RawClient ending = std::move(client);
  }
  gone.wait();
  EXPECT_FALSE(stream->write("nobody"));
  EXPECT_EQ(stream->queued_bytes(), 0U);
  EXPECT_TRUE(eventually([&] { return server_->counts().streams == 0 && server_->counts().connections == 0; }));
}

TEST_F(ServerStreams, NoticeThatTheConnectionBroke) {
  auto [client, stream] = open();
  Event gone;
  stream->on_close([&] { gone.happen(); });
  client.reset();
  gone.wait();
  EXPECT_TRUE(stream->closed());
}

TEST_F(ServerStreams, SayOnceThatTheyAreClosedAlsoToLatecomers) {
  auto [client, stream] = open();
  Event first;
  stream->on_close([&] { first.happen(); });
  client.reset();
  first.wait();
  Event second;
  stream->on_close([&] { second.happen(); });
  second.wait();
  EXPECT_EQ(first.times(), 1);
}

TEST_F(ServerStreams, DoNotCallBackWhoeverFinished) {
  auto [client, stream] = open();
  Event gone;
  stream->on_close([&] { gone.happen(); });
  stream->finish();
  EXPECT_EQ(client.chunk(), "");
  client.reset();
  ASSERT_TRUE(eventually([&] { return server_->counts().connections == 0; }));
  EXPECT_EQ(gone.times(), 0);
}

TEST_F(ServerStreams, LetGoOfTheirCallbacks) {
  auto [client, stream] = open();
  const auto held = std::make_shared<int>(1);
  stream->on_close([own = stream, held] {});
  stream->on_drained([own = stream, held] {});
  client.reset();
  EXPECT_TRUE(eventually([&] { return held.use_count() == 1; }));
}

TEST_F(ServerStreams, CutOffAReaderThatIsTooSlow) {
  auto [client, stream] = open(4096);
  Event gone;
  stream->on_close([&] { gone.happen(); });
  const auto chunk = std::make_shared<const std::string>(100'000, 'x');
  std::size_t most = 0;
  int chunks = 0;
  while (stream->write_shared(chunk)) {
    most = std::max<std::size_t>(most, stream->queued_bytes());
    if (++chunks % 8 == 0) os::real_clock().sleep_for(std::chrono::milliseconds(1), {});
    ASSERT_LT(chunks, 10'000) << "never cut off";
  }
  gone.wait();
  EXPECT_LE(most, (1U << 20U) + 1000);
  EXPECT_TRUE(eventually([&] { return server_->counts().connections == 0; }));
}

TEST_F(ServerStreams, ASlowReaderHurtsNobodyElse) {
  auto [slow, slow_stream] = open(4096);
  auto [quick, quick_stream] = open();
  const auto chunk = std::make_shared<const std::string>(100'000, 'x');
  for (int i = 0; i < 200; ++i) {
    slow_stream->write_shared(chunk);
    ASSERT_TRUE(quick_stream->write_shared(chunk));
    ASSERT_EQ(quick.chunk().size(), chunk->size());
  }
  EXPECT_TRUE(slow_stream->closed());
  EXPECT_EQ(server_->counts().slow_readers, 1U);
}

TEST_F(ServerStreams, TakeOneChunkLargerThanTheBacklog) {
  auto [client, stream] = open();
  EXPECT_TRUE(stream->write(std::string(3U << 20U, 'x')));
  EXPECT_EQ(client.chunk().size(), 3U << 20U);
}

TEST_F(ServerStreams, TellADownloadWhenToGoOn) {
  auto [client, stream] = open();
  constexpr std::size_t kBlocks = 300;
  std::atomic<std::size_t> written = 0;
  const std::string block(64 * 1024, 'x');
  const std::function<void()> fill = [&, raw = stream.get()] {
    while (written < kBlocks && raw->queued_bytes() < (1U << 19U)) {
      ++written;
      EXPECT_TRUE(raw->write(block));
    }
    if (written == kBlocks) raw->finish();
  };
  stream->on_drained(fill);
  fill();
  std::size_t got = 0;
  for (std::string chunk = client.chunk(); !chunk.empty(); chunk = client.chunk())
    got += chunk.size();
  EXPECT_EQ(got, kBlocks * block.size());
}

TEST_F(ServerStreams, GoToOldClientsUntilTheEndOfTheConnection) {
  RawClient client(server_->port());
  client.send("GET / HTTP/1.0\r\n\r\n");
  const auto stream = streams_.next();
  stream->write("a");
  stream->write("b");
  stream->finish();
  const RawAnswer answer = client.answer();
  EXPECT_EQ(answer.header("Transfer-Encoding"), "");
  EXPECT_EQ(answer.body, "ab");
}

TEST_F(ServerStreams, AreClosedFromTheBeginningForHead) {
  RawClient client(server_->port());
  client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
  const auto stream = streams_.next();
  EXPECT_FALSE(stream->write("body"));
  EXPECT_EQ(client.answer(true).status, 200);
  client.send(get_request("/"));
  streams_.next()->finish();
  EXPECT_EQ(client.answer().status, 200);
}

TEST_F(ServerStreams, BreakOffWhoeverSendsTooMuchBehindThem) {
  auto [client, stream] = open();
  Event gone;
  stream->on_close([&] { gone.happen(); });
  client.send(std::string(200'000, 'x'));
  gone.wait();
  EXPECT_TRUE(stream->closed());
}

TEST_F(ServerStreams, AnswerARequestSentBehindThem) {
  auto [client, stream] = open();
  client.send(get_request("/next"));
  stream->finish();
  EXPECT_EQ(client.chunk(), "");
  const auto next = streams_.next();
  next->finish();
  EXPECT_EQ(client.answer().status, 200);
}

TEST_F(ServerStreams, TakeChunksFromManyThreads) {
  auto [client, stream] = open();
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < 4; ++i)
      writers.emplace_back([&] {
        for (int j = 0; j < 500; ++j)
          EXPECT_TRUE(stream->write("0123456789"));
      });
  }
  stream->finish();
  std::size_t got = 0;
  for (std::string chunk = client.chunk(); !chunk.empty(); chunk = client.chunk()) {
    EXPECT_EQ(chunk, "0123456789");
    got += chunk.size();
  }
  EXPECT_EQ(got, 20'000U);
}

}  // namespace
}  // namespace holdfast::http::test
