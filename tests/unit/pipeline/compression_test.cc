#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "test_streams.h"

#include "pipeline/filter.h"

namespace holdfast::pipeline {
namespace {

struct Method {
  Compression compression;
  int level;
};

Bytes compress(const Method& method, const Bytes& plain, const std::vector<std::size_t>& pieces = {}) {
  MemorySink sink(1024 * kMiB);
  const auto compressor = make_compressor(method.compression, method.level, sink);
  if (!write_in_pieces(*compressor, plain, pieces)) return {};
  return sink.take();
}

Result<Bytes> decompress(const Method& method, const Bytes& packed, const std::vector<std::size_t>& pieces = {}) {
  PieceSource source(packed, pieces);
  return read_in_pieces(*make_decompressor(method.compression, source), pieces);
}

class EveryMethod : public testing::TestWithParam<Method> {};

TEST_P(EveryMethod, GivesBackAnyBytesWhateverTheSizesOfWritesAndReads) {
  EXPECT_TRUE(rc::check([] {
    const auto any_size = rc::gen::inRange<std::size_t>(1, 300'000);
    const auto any_pieces = rc::gen::nonEmpty(rc::gen::container<std::vector<std::size_t>>(any_size));
    const auto size = *rc::gen::inRange<std::size_t>(0, 500'000);
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const Bytes plain = *rc::gen::arbitrary<bool>() ? pages(size, seed) : noise(size, seed);
    const auto unpacked = decompress(GetParam(), compress(GetParam(), plain, *any_pieces), *any_pieces);
    RC_ASSERT(unpacked.has_value());
    RC_ASSERT(*unpacked == plain);
  }));
}

TEST_P(EveryMethod, GivesBackEveryShortText) {
  EXPECT_TRUE(rc::check([](const Bytes& plain) {
    const auto unpacked = decompress(GetParam(), compress(GetParam(), plain, {1}), {1});
    RC_ASSERT(unpacked.has_value());
    RC_ASSERT(*unpacked == plain);
  }));
}

TEST_P(EveryMethod, GivesBackSeveralMebibytes) {
  const Bytes plain = pages(5 * kMiB + 3);
  const Bytes packed = compress(GetParam(), plain, {100'000, 3, 1'500'000});
  const auto unpacked = decompress(GetParam(), packed, {7, 900'000});
  ASSERT_TRUE(unpacked);
  EXPECT_EQ(*unpacked, plain);
  EXPECT_EQ(packed.size() < plain.size() / 2, GetParam().compression != Compression::none);
}

TEST_P(EveryMethod, FinishesTheNextSinkOnce) {
  RecordingSink sink;
  ASSERT_TRUE(write_in_pieces(*make_compressor(GetParam().compression, GetParam().level, sink), pages(kMiB)));
  EXPECT_EQ(sink.finishes(), 1);
}

TEST_P(EveryMethod, HandsOnTheErrorOfTheNextSink) {
  RecordingSink sink(0);
  const Status written =
      write_in_pieces(*make_compressor(GetParam().compression, GetParam().level, sink), noise(4 * kMiB));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::unavailable);
  EXPECT_EQ(sink.finishes(), 0);
}

TEST_P(EveryMethod, HandsOnTheErrorOfItsSource) {
  Bytes packed = compress(GetParam(), noise(4 * kMiB));
  packed.resize(packed.size() / 2);
  PieceSource source(packed, {}, fail(Code::unavailable, "the connection broke"));
  const auto decompressor = make_decompressor(GetParam().compression, source);
  EXPECT_EQ(read_in_pieces(*decompressor).error().code, Code::unavailable);
  EXPECT_EQ(read_in_pieces(*decompressor).error().code, Code::unavailable);
}

TEST_P(EveryMethod, StaysAtTheEnd) {
  PieceSource source(compress(GetParam(), pages(1000)));
  const auto decompressor = make_decompressor(GetParam().compression, source);
  ASSERT_TRUE(read_in_pieces(*decompressor));
  Bytes buffer(10);
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(decompressor->read(buffer), 0U);
}

const std::vector<Method> kMethods = {{Compression::none, 0}, {Compression::zstd, 0}, {Compression::zstd, 3},
                                      {Compression::zstd, 6}, {Compression::gzip, 0}, {Compression::gzip, 1},
                                      {Compression::gzip, 2}, {Compression::gzip, 3}, {Compression::gzip, 4},
                                      {Compression::gzip, 9}};

std::string name_of(const testing::TestParamInfo<Method>& info) {
  return std::string(compression_name(info.param.compression)) + std::to_string(info.param.level);
}

INSTANTIATE_TEST_SUITE_P(Methods, EveryMethod, testing::ValuesIn(kMethods), name_of);

TEST(Compressor, HandsPiecesOf256KiBOn) {
  for (const Method& method : kMethods) {
    if (method.compression == Compression::none) continue;
    RecordingSink sink;
    ASSERT_TRUE(write_in_pieces(*make_compressor(method.compression, method.level, sink), noise(2 * kMiB), {1000}));
    EXPECT_EQ(sink.largest_write(), 256 * kKiB);
    EXPECT_LE(sink.writes(), 9);
  }
}

TEST(CompressionName, IsParsedBack) {
  for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd}) {
    EXPECT_EQ(parse_compression(compression_name(compression)), compression);
  }
}

TEST(CompressionName, OfNoMethodIsAUsageError) {
  for (const char* name : {"", "lz4", "ZSTD", "zst", "gz"}) {
    EXPECT_EQ(parse_compression(name).error().code, Code::usage) << name;
  }
}

TEST(CompressionLevel, IsCheckedAgainstTheMethod) {
  for (const auto& [compression, highest] :
       {std::pair{Compression::none, 0}, std::pair{Compression::gzip, 9}, std::pair{Compression::zstd, 19}}) {
    EXPECT_TRUE(check_level(compression, 0));
    EXPECT_TRUE(check_level(compression, highest));
    EXPECT_EQ(check_level(compression, highest + 1).error().code, Code::usage);
    EXPECT_EQ(check_level(compression, -1).error().code, Code::usage);
  }
}

}  // namespace
}  // namespace holdfast::pipeline
