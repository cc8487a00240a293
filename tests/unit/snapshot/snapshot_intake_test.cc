#include "snapshot/snapshot_intake.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/database_builder.h"
#include "support/memory_file.h"

namespace holdfast::snapshot {
namespace {

using test::DatabaseBuilder;
using test::MemoryFile;
using testing::HasSubstr;

// Gives at most `step` bytes at a time.
class SteppingSource final : public ByteSource {
 public:
  SteppingSource(ByteView bytes, std::size_t step) : source_(bytes), step_(step) {}
  Result<std::size_t> read(ByteSpan into) override { return source_.read(into.first(std::min(step_, into.size()))); }

 private:
  MemorySource source_;
  std::size_t step_;
};

class BrokenSource final : public ByteSource {
 public:
  explicit BrokenSource(ByteView bytes) : source_(bytes) {}
  Result<std::size_t> read(ByteSpan into) override {
    HF_ASSIGN(const std::size_t count, source_.read(into));
    if (count == 0) return fail(Code::unavailable, "connection reset");
    return count;
  }

 private:
  MemorySource source_;
};

// Both ways in have to behave the same.
class Intake : public testing::TestWithParam<bool> {
 protected:
  Result<IntakeResult> take_in(const Bytes& bytes, IntakeOptions options = {}) {
    MemoryFile source(bytes);
    SteppingSource stream(bytes, 100'000);
    const auto intake =
        GetParam() ? make_stream_intake(stream, std::move(options)) : make_file_intake(source, std::move(options));
    HF_ASSIGN(head_, intake->open());
    return intake->copy_to(target_);
  }

  Error error_of(const Bytes& bytes, IntakeOptions options = {}) {
    auto result = take_in(bytes, std::move(options));
    EXPECT_FALSE(result);
    return result ? Error{} : result.error();
  }

  IntakeHead head_;
  MemoryFile target_;
};

INSTANTIATE_TEST_SUITE_P(Ways, Intake, testing::Bool(), [](const auto& way) { return way.param ? "Stream" : "File"; });

Bytes database(std::size_t records = 100) {
  DatabaseBuilder builder;
  return builder.like_etcd(records).build();
}

Bytes with_digest(Bytes bytes) {
  const Sha256Digest digest = Sha256::of(bytes);
  bytes.insert(bytes.end(), digest.begin(), digest.end());
  return bytes;
}

TEST_P(Intake, CopiesTheDatabaseWithoutItsTrailer) {
  const Bytes bytes = database();

  const auto result = take_in(with_digest(bytes));

  ASSERT_TRUE(result) << result.error().to_string();
  EXPECT_EQ(target_.bytes(), bytes);
  EXPECT_EQ(result->snapshot_size, bytes.size() + 32);
  EXPECT_EQ(result->digest, Sha256::of(bytes));
  EXPECT_EQ(head_.database_size, bytes.size());
}

TEST_P(Intake, CopiesADatabaseOfManyPieces) {
  for (const std::size_t records : {10'000U, 60'000U}) {
    const Bytes bytes = database(records);
    ASSERT_GT(bytes.size(), kMiB);

    const auto result = take_in(with_digest(bytes));

    ASSERT_TRUE(result) << result.error().to_string();
    EXPECT_EQ(target_.bytes(), bytes);
  }
}

TEST_P(Intake, RefusesADatabaseWithoutTrailerAndNamesTheFlag) {
  const Error error = error_of(database());

  EXPECT_EQ(error.code, Code::corrupt);
  EXPECT_THAT(error.hint, HasSubstr("--skip-hash-check"));
}

TEST_P(Intake, AcceptsADatabaseWithoutTrailerWhenToldTo) {
  const Bytes bytes = database();

  const auto result = take_in(bytes, {.skip_hash_check = true});

  ASSERT_TRUE(result) << result.error().to_string();
  EXPECT_EQ(target_.bytes(), bytes);
}

TEST_P(Intake, LeavesUnusedGrowthOut) {
  const Bytes bytes = database();
  Bytes grown = bytes;
  grown.resize(bytes.size() + 3 * kMiB);

  const auto result = take_in(grown, {.skip_hash_check = true});

  ASSERT_TRUE(result) << result.error().to_string();
  EXPECT_EQ(target_.bytes(), bytes);
  EXPECT_EQ(result->digest, Sha256::of(grown));
}

TEST_P(Intake, DetectsAFlippedBitAnywhere) {
  const Bytes good = with_digest(database());
  for (const std::size_t at : {std::size_t{9000}, good.size() - 33, good.size() - 32, good.size() - 1}) {
    Bytes bytes = good;
    bytes[at] ^= 0x10;

    const Error error = error_of(bytes);

    EXPECT_EQ(error.code, Code::corrupt);
    EXPECT_THAT(error.message, HasSubstr("SHA-256"));
  }
}

TEST_P(Intake, DoesNotLookAtTheTrailerWhenToldNotTo) {
  Bytes bytes = with_digest(database());
  bytes.back() ^= 1;

  EXPECT_TRUE(take_in(bytes, {.skip_hash_check = true}));
  EXPECT_EQ(target_.bytes().size(), bytes.size() - 32);
}

TEST_P(Intake, RefusesASnapshotThatIsCutOff) {
  const Bytes good = with_digest(database());
  for (const std::size_t missing : {1U, 31U, 32U, 33U, 512U, 4096U, 4128U, 10000U}) {
    const Bytes bytes(good.begin(), good.end() - static_cast<std::ptrdiff_t>(missing));

    EXPECT_EQ(error_of(bytes).code, Code::corrupt) << missing;
  }
}

TEST_P(Intake, RefusesACutOffDatabaseEvenWithoutHashCheck) {
  Bytes bytes = database();
  bytes.resize(bytes.size() - 4096);

  EXPECT_THAT(error_of(bytes, {.skip_hash_check = true}).message, HasSubstr("cut off"));
}

TEST_P(Intake, RefusesWhatIsNoDatabase) {
  EXPECT_EQ(error_of({}).code, Code::corrupt);
  EXPECT_EQ(error_of(Bytes(31)).code, Code::corrupt);
  EXPECT_THAT(error_of(Bytes(100'000, 'x')).message, HasSubstr("not a bbolt database"));
}

TEST_P(Intake, StopsWhenAsked) {
  std::stop_source stop;
  stop.request_stop();

  EXPECT_EQ(error_of(with_digest(database()), {.stop = stop.get_token()}).code, Code::cancelled);
}

TEST_P(Intake, ReportsProgressUpToTheWholeSize) {
  const Bytes bytes = with_digest(database(60'000));
  std::vector<std::uint64_t> seen;

  ASSERT_TRUE(take_in(bytes, {.on_progress = [&](std::uint64_t done) { seen.push_back(done); }}));

  EXPECT_GT(seen.size(), 3U);
  EXPECT_TRUE(std::is_sorted(seen.begin(), seen.end()));
  EXPECT_EQ(seen.back(), bytes.size());
}

// Chunks of the stream are 1 MiB: the trailer may fall into two of them, or be a chunk of its own.
TEST(StreamIntake, FindsTheTrailerWhereverTheLastChunkEnds) {
  const Bytes small = database();
  for (const std::size_t size : {kMiB, 2 * kMiB, 2 * kMiB - 4096, kMiB + 4096}) {
    Bytes grown = small;
    grown.resize(size);
    const Bytes bytes = with_digest(grown);
    for (const std::size_t step : {std::size_t{1000}, kMiB, 4 * kMiB}) {
      SteppingSource stream(bytes, step);
      MemoryFile target;
      const auto intake = make_stream_intake(stream, {});

      ASSERT_TRUE(intake->open());
      const auto result = intake->copy_to(target);

      ASSERT_TRUE(result) << size << " in steps of " << step << ": " << result.error().to_string();
      EXPECT_EQ(target.bytes(), small);
    }
  }
}

TEST(StreamIntake, PassesOnTheErrorOfItsSource) {
  Bytes bytes = database(60'000);
  bytes.resize(bytes.size() / 2);
  BrokenSource stream(bytes);
  MemoryFile target;
  const auto intake = make_stream_intake(stream, {});

  ASSERT_TRUE(intake->open());
  const auto result = intake->copy_to(target);

  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Code::unavailable);
}

}  // namespace
}  // namespace holdfast::snapshot
