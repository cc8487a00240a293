#include "etcd/read_ahead_stream.h"

#include <gtest/gtest.h>

#include "support/fake_etcd.h"

namespace holdfast::etcd {
namespace {

using test::SnapshotFault;

// Three times what is held in memory, so that the queue fills and empties.
constexpr std::size_t kDatabaseSize = 3 * ReadAheadStream::kChunks * ReadAheadStream::kChunkSize;

class ReadAhead : public testing::Test {
 protected:
  ReadAhead() {
    etcd_.add_member("a");
    Bytes database(kDatabaseSize);
    for (std::size_t i = 0; i < database.size(); i += 8)
      store_le<std::uint64_t>(&database[i], i * 0x9e3779b97f4a7c15ULL);
    etcd_.serve_database(std::move(database));
  }

  std::unique_ptr<SnapshotStream> open() {
    const auto opener = [this](const std::stop_token& stop) { return etcd_.snapshot("a", stop); };
    auto stream = ReadAheadStream::open(opener, stop_.get_token());
    EXPECT_TRUE(stream) << stream.error().to_string();
    return std::move(*stream);
  }

  test::FakeEtcd etcd_;
  std::stop_source stop_;
};

TEST_F(ReadAhead, GivesTheBytesOfTheStreamUnchanged) {
  const Bytes direct = *read_all(**etcd_.snapshot("a", {}), 2 * kDatabaseSize);
  const auto stream = open();
  EXPECT_EQ(stream->database_size(), kDatabaseSize);
  EXPECT_EQ(*read_all(*stream, 2 * kDatabaseSize), direct);
  EXPECT_EQ(stream->file_digest(), Sha256::of(direct));
}

TEST_F(ReadAhead, RepeatsTheCleanEnd) {
  const auto stream = open();
  ASSERT_TRUE(read_all(*stream, 2 * kDatabaseSize));
  Bytes buffer(10);
  EXPECT_EQ(*stream->read(buffer), 0U);
  EXPECT_EQ(*stream->read(buffer), 0U);
}

TEST_F(ReadAhead, DeliversWhatCameBeforeAnErrorAndThenRepeatsIt) {
  etcd_.plan("a", {.kind = SnapshotFault::Kind::break_off, .at = 1'000'000});
  const auto stream = open();
  Bytes buffer(2'000'000);
  EXPECT_EQ(*stream->read(buffer), 1'000'000U);
  EXPECT_EQ(stream->read(buffer).error().code, Code::unavailable);
  EXPECT_EQ(stream->read(buffer).error().code, Code::unavailable);
}

TEST_F(ReadAhead, HandsOnAFailureToOpen) {
  etcd_.plan("a", {.kind = SnapshotFault::Kind::refuse});
  const auto opener = [this](const std::stop_token& stop) { return etcd_.snapshot("a", stop); };
  EXPECT_FALSE(ReadAheadStream::open(opener, {}));
}

TEST_F(ReadAhead, EndsAReadThatWaitsWhenStopped) {
  etcd_.plan("a", {.kind = SnapshotFault::Kind::hang, .at = 32 * kKiB});
  const auto stream = open();
  std::jthread stopper([this] { stop_.request_stop(); });
  EXPECT_EQ(read_all(*stream, 2 * kDatabaseSize).error().code, Code::cancelled);
}

TEST_F(ReadAhead, CanBeGivenUpWhileTheQueueIsFull) {
  const auto stream = open();
  Bytes buffer(10);
  EXPECT_EQ(*stream->read(buffer), 10U);
}

TEST_F(ReadAhead, CanBeGivenUpWhileTheMemberHangs) {
  etcd_.plan("a", {.kind = SnapshotFault::Kind::hang, .at = 32 * kKiB});
  const auto stream = open();
  EXPECT_EQ(stream->endpoint(), "a");
}

}  // namespace
}  // namespace holdfast::etcd
