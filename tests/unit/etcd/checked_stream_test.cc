#include "etcd/checked_stream.h"

#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "support/fake_etcd.h"

namespace holdfast::etcd {
namespace {

using test::SnapshotFault;
using testing::HasSubstr;

constexpr std::size_t kDatabaseSize = 100 * 1024;  // four messages, the last one short

Bytes database(std::size_t size = kDatabaseSize) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<std::uint8_t>(i * 31 + i / 4096);
  return bytes;
}

// One member "a" that serves database().
class CheckedStream : public testing::Test {
 protected:
  CheckedStream() {
    etcd_.add_member("a");
    etcd_.serve_database(database());
  }

  Result<Bytes> take(std::optional<SnapshotFault> fault = {}) {
    if (fault) etcd_.plan("a", *fault);
    HF_ASSIGN(auto stream, etcd_.snapshot("a", stop_.get_token()));
    return read_all(*stream, kMiB);
  }

  test::FakeEtcd etcd_;
  std::stop_source stop_;
};

TEST_F(CheckedStream, DeliversDatabaseAndTrailer) {
  const Bytes sent = database();
  const Result<Bytes> got = take();
  ASSERT_TRUE(got) << got.error().to_string();
  ASSERT_EQ(got->size(), sent.size() + 32);
  EXPECT_TRUE(std::equal(sent.begin(), sent.end(), got->begin()));
  const Sha256Digest digest = Sha256::of(sent);
  EXPECT_TRUE(std::equal(digest.begin(), digest.end(), got->end() - 32));
}

TEST_F(CheckedStream, KnowsSizeVersionAndEndpointFromTheFirstMessage) {
  etcd_.set_storage_version("3.6.0");
  const auto stream = etcd_.snapshot("a", {});
  ASSERT_TRUE(stream);
  EXPECT_EQ((*stream)->database_size(), kDatabaseSize);
  EXPECT_EQ((*stream)->storage_version(), "3.6.0");
  EXPECT_EQ((*stream)->endpoint(), "a");
}

TEST_F(CheckedStream, KnowsBothDigestsAtTheEnd) {
  const auto stream = etcd_.snapshot("a", {});
  const Bytes whole = *read_all(**stream, kMiB);
  EXPECT_EQ((*stream)->database_digest(), Sha256::of(ByteView(whole).first(kDatabaseSize)));
  EXPECT_EQ((*stream)->file_digest(), Sha256::of(whole));
}

TEST_F(CheckedStream, FillsTheWholeBufferAcrossMessages) {
  const auto stream = etcd_.snapshot("a", {});
  Bytes buffer(kDatabaseSize);
  EXPECT_EQ(*(*stream)->read(buffer), kDatabaseSize);
  EXPECT_EQ(*(*stream)->read(buffer), 32U);
  EXPECT_EQ(*(*stream)->read(buffer), 0U);
  EXPECT_EQ(*(*stream)->read(buffer), 0U);
}

TEST_F(CheckedStream, GivesTheSameBytesWhateverTheBufferSize) {
  const Bytes whole = *take();
  EXPECT_TRUE(rc::check([&] {
    const auto buffer_size = *rc::gen::inRange<std::size_t>(1, 70'000);
    const auto stream = etcd_.snapshot("a", {});
    Bytes got;
    Bytes buffer(buffer_size);
    while (const std::size_t count = *(*stream)->read(buffer)) {
      got.insert(got.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
    }
    RC_ASSERT(got == whole);
  }));
}

TEST_F(CheckedStream, RefusesAWrongTrailer) {
  const Result<Bytes> got = take(SnapshotFault{.kind = SnapshotFault::Kind::wrong_trailer});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Code::corrupt);
  EXPECT_THAT(got.error().to_string(), HasSubstr("snapshot from a: snapshot does not match its checksum"));
}

TEST_F(CheckedStream, NeverDeliversTheTrailerOfADatabaseThatDoesNotMatch) {
  etcd_.plan("a", {.kind = SnapshotFault::Kind::flip_bit, .at = 12345});
  const auto stream = etcd_.snapshot("a", {});
  Bytes buffer(kDatabaseSize + 32);
  EXPECT_EQ(*(*stream)->read(buffer), kDatabaseSize);
  EXPECT_EQ((*stream)->read(buffer).error().code, Code::corrupt);
}

TEST_F(CheckedStream, RepeatsItsError) {
  etcd_.plan("a", {.kind = SnapshotFault::Kind::break_off, .at = 40'000});
  const auto stream = etcd_.snapshot("a", {});
  Bytes buffer(kMiB);
  EXPECT_EQ(*(*stream)->read(buffer), 40'000U);
  const Error first = (*stream)->read(buffer).error();
  EXPECT_EQ(first.code, Code::unavailable);
  EXPECT_TRUE(first.retryable);
  EXPECT_EQ((*stream)->read(buffer).error().to_string(), first.to_string());
}

TEST_F(CheckedStream, RefusesACleanEndWithinTheDatabase) {
  EXPECT_TRUE(rc::check([&] {
    const auto at = *rc::gen::inRange<std::uint64_t>(1, kDatabaseSize);
    const Result<Bytes> got = take(SnapshotFault{.kind = SnapshotFault::Kind::end_early, .at = at});
    RC_ASSERT(!got);
    RC_ASSERT(got.error().code == Code::corrupt);
  }));
}

TEST_F(CheckedStream, RefusesACleanEndBeforeTheFirstMessage) {
  EXPECT_EQ(take(SnapshotFault{.kind = SnapshotFault::Kind::end_early, .at = 0}).error().code, Code::corrupt);
}

TEST_F(CheckedStream, RefusesACleanEndBeforeTheTrailer) {
  const Result<Bytes> got = take(SnapshotFault{.kind = SnapshotFault::Kind::end_early, .at = kDatabaseSize});
  EXPECT_THAT(got.error().message, HasSubstr("without its checksum"));
}

TEST_F(CheckedStream, RefusesATrailerCutShort) {
  const Result<Bytes> got = take(SnapshotFault{.kind = SnapshotFault::Kind::end_early, .at = kDatabaseSize + 20});
  EXPECT_EQ(got.error().code, Code::corrupt);
}

TEST_F(CheckedStream, RefusesACountThatDoesNotAddUp) {
  const Result<Bytes> got = take(SnapshotFault{.kind = SnapshotFault::Kind::wrong_count, .at = 32 * kKiB});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Code::corrupt);
  EXPECT_THAT(got.error().message, HasSubstr("bytes remain"));
}

TEST_F(CheckedStream, RefusesALengthThatIsNoMultipleOfASector) {
  etcd_.serve_database(database(kDatabaseSize + 100));
  EXPECT_THAT(take().error().message, HasSubstr("no multiple of 512"));
}

TEST_F(CheckedStream, GivesUpOnMessagesWithoutBytes) {
  const Result<Bytes> got = take(SnapshotFault{.kind = SnapshotFault::Kind::empty_messages, .at = 32 * kKiB});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().code, Code::unavailable);
  EXPECT_THAT(got.error().message, HasSubstr("cannot read its own database"));
}

TEST_F(CheckedStream, DetectsEveryFlippedBit) {
  EXPECT_TRUE(rc::check([&] {
    const auto at = *rc::gen::inRange<std::uint64_t>(0, kDatabaseSize);
    const Result<Bytes> got = take(SnapshotFault{.kind = SnapshotFault::Kind::flip_bit, .at = at});
    RC_ASSERT(!got);
    RC_ASSERT(got.error().code == Code::corrupt);
  }));
}

TEST_F(CheckedStream, EndsAHangingReadWhenStopped) {
  etcd_.plan("a", {.kind = SnapshotFault::Kind::hang, .at = 32 * kKiB});
  const auto stream = etcd_.snapshot("a", stop_.get_token());
  Bytes buffer(32 * kKiB);
  ASSERT_TRUE((*stream)->read(buffer));
  std::jthread stopper([this] { stop_.request_stop(); });
  EXPECT_EQ((*stream)->read(buffer).error().code, Code::cancelled);
}

TEST(SnapshotCheck, RefusesAnEmptyDatabase) {
  SnapshotCheck check;
  EXPECT_EQ(check.accept({}).error().code, Code::corrupt);
}

TEST(SnapshotCheck, RefusesALengthThatOverflows) {
  const Bytes blob(512);
  SnapshotCheck check;
  EXPECT_EQ(check.accept({.remaining_bytes = ~0ULL - 511, .blob = blob, .version = {}}).error().code, Code::corrupt);
}

TEST(SnapshotCheck, RefusesMoreBytesThanAnnounced) {
  const Bytes blob(512);
  SnapshotCheck check;
  ASSERT_TRUE(check.accept({.remaining_bytes = 512, .blob = blob, .version = {}}));
  const Bytes longer(1024);
  EXPECT_EQ(check.accept({.remaining_bytes = 0, .blob = longer, .version = {}}).error().code, Code::corrupt);
}

TEST(SnapshotCheck, RefusesAnythingAfterTheTrailer) {
  const Bytes blob(512);
  const Sha256Digest digest = Sha256::of(blob);
  SnapshotCheck check;
  ASSERT_TRUE(check.accept({.remaining_bytes = 0, .blob = blob, .version = {}}));
  ASSERT_TRUE(check.accept({.remaining_bytes = 0, .blob = digest, .version = {}}));
  ASSERT_TRUE(check.finish());
  EXPECT_EQ(check.accept({.remaining_bytes = 0, .blob = digest, .version = {}}).error().code, Code::corrupt);
}

}  // namespace
}  // namespace holdfast::etcd
