#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "test_streams.h"

#include "pipeline/filter.h"

namespace holdfast::pipeline {
namespace {

Bytes compress(Compression compression, const Bytes& plain) {
  MemorySink sink(64 * kMiB);
  return write_in_pieces(*make_compressor(compression, 0, sink), plain) ? sink.take() : Bytes();
}

Result<Bytes> decompress(Compression compression, const Bytes& packed) {
  MemorySource source(packed);
  return read_in_pieces(*make_decompressor(compression, source), {10'000});
}

Bytes joined(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

class EitherMethod : public testing::TestWithParam<Compression> {};

TEST_P(EitherMethod, CallsEveryCutCorrupt) {
  const Bytes packed = compress(GetParam(), pages(2000));
  for (std::size_t size = 0; size < packed.size(); ++size) {
    const auto unpacked =
        decompress(GetParam(), Bytes(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(size)));
    ASSERT_FALSE(unpacked) << size;
    EXPECT_EQ(unpacked.error().code, Code::corrupt) << size;
  }
}

TEST_P(EitherMethod, NeverGivesOtherBytesForAFlippedBit) {
  const Bytes plain = pages(2000);
  const Bytes packed = compress(GetParam(), plain);
  for (std::size_t at = 0; at < packed.size(); ++at) {
    for (unsigned bit = 0; bit < 8; ++bit) {
      Bytes changed = packed;
      changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1U << bit));
      const auto unpacked = decompress(GetParam(), changed);
      if (unpacked) {
        EXPECT_EQ(*unpacked, plain) << "byte " << at << " bit " << bit;
      }
    }
  }
}

TEST_P(EitherMethod, NoticesAFlippedBitInALongStream) {
  const Bytes plain = pages(3 * kMiB);
  const Bytes packed = compress(GetParam(), plain);
  EXPECT_TRUE(rc::check([&] {
    Bytes changed = packed;
    const auto at = *rc::gen::inRange<std::size_t>(20, packed.size());
    changed[at] = static_cast<std::uint8_t>(changed[at] ^ (1U << *rc::gen::inRange(0, 8)));
    // A few bits mean nothing, such as the padding before a stored gzip block; a bit that means something is noticed.
    const auto unpacked = decompress(GetParam(), changed);
    RC_ASSERT(!unpacked || *unpacked == plain);
  }));
}

TEST_P(EitherMethod, CallsBytesBehindTheEndCorrupt) {
  const Bytes packed = compress(GetParam(), pages(2000));
  for (const Bytes& more : {Bytes{0}, Bytes{0x28}, Bytes{0x1f, 0x8b}, Bytes(600, 0), to_bytes("trailing garbage")}) {
    const auto unpacked = decompress(GetParam(), joined(packed, more));
    ASSERT_FALSE(unpacked);
    EXPECT_EQ(unpacked.error().code, Code::corrupt);
  }
}

TEST_P(EitherMethod, ReadsSeveralOneAfterAnother) {
  const Bytes first = pages(300'000, 1);
  const Bytes second = pages(5, 2);
  const Bytes packed =
      joined(joined(compress(GetParam(), first), compress(GetParam(), {})), compress(GetParam(), second));
  EXPECT_EQ(decompress(GetParam(), packed), joined(first, second));
}

TEST_P(EitherMethod, CallsAnEmptyFileCorrupt) {
  EXPECT_EQ(decompress(GetParam(), {}).error().code, Code::corrupt);
}

TEST_P(EitherMethod, CallsAnotherFormatCorrupt) {
  const Compression other = GetParam() == Compression::zstd ? Compression::gzip : Compression::zstd;
  EXPECT_EQ(decompress(GetParam(), compress(other, pages(1000))).error().code, Code::corrupt);
  EXPECT_EQ(decompress(GetParam(), pages(1000)).error().code, Code::corrupt);
}

TEST_P(EitherMethod, NeverCrashesOnAnyBytes) {
  const Bytes magic = GetParam() == Compression::zstd ? Bytes{0x28, 0xb5, 0x2f, 0xfd} : Bytes{0x1f, 0x8b, 8, 0};
  EXPECT_TRUE(rc::check([&](const Bytes& bytes) {
    MemorySource source(bytes);
    const auto any = make_decompressor(GetParam(), source);
    RC_ASSERT(!read_all(*any, kMiB) || !bytes.empty());
    const Bytes with_magic = joined(magic, bytes);
    MemorySource likely(with_magic);
    const auto decompressor = make_decompressor(GetParam(), likely);
    static_cast<void>(read_all(*decompressor, kMiB));
  }));
}

// A reader pulls: what it does not ask for is not unpacked, so its limit bounds a bomb.
TEST_P(EitherMethod, UnpacksABombOnlyAsFarAsItIsAskedTo) {
  const Bytes bomb = compress(GetParam(), Bytes(64 * kMiB, 0));
  ASSERT_LT(bomb.size(), 512 * kKiB);
  MemorySource source(bomb);
  const auto unpacked = read_all(*make_decompressor(GetParam(), source), kMiB);
  ASSERT_FALSE(unpacked);
  EXPECT_EQ(unpacked.error().code, Code::no_space);
}

INSTANTIATE_TEST_SUITE_P(Methods, EitherMethod, testing::Values(Compression::zstd, Compression::gzip),
                         [](const auto& method) { return std::string(compression_name(method.param)); });

TEST(ZstdDecompressor, SkipsSkippableFrames) {
  const Bytes plain = pages(1000);
  const Bytes skippable{0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'x', 'y', 'z'};
  const Bytes packed = joined(joined(skippable, compress(Compression::zstd, plain)), skippable);
  EXPECT_EQ(decompress(Compression::zstd, packed), plain);
}

TEST(ZstdDecompressor, CallsACutSkippableFrameCorrupt) {
  EXPECT_EQ(decompress(Compression::zstd, {0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'x'}).error().code, Code::corrupt);
}

// A frame header alone: magic, descriptor without content size, window descriptor 2^(10 + exponent).
Bytes frame_with_window(unsigned exponent) {
  return {0x28, 0xb5, 0x2f, 0xfd, 0x00, static_cast<std::uint8_t>(exponent << 3U), 0x01, 0x00, 0x00};
}

TEST(ZstdDecompressor, RefusesAWindowAbove128MiB) {
  EXPECT_EQ(decompress(Compression::zstd, frame_with_window(17)), Bytes());
  const auto unpacked = decompress(Compression::zstd, frame_with_window(18));
  ASSERT_FALSE(unpacked);
  EXPECT_EQ(unpacked.error().code, Code::unsupported);
}

TEST(ZstdDecompressor, RefusesAWindowAbove128MiBOfASmallFrameTooWhateverTheReads) {
  // With a content size of 300 bytes, and its only block: 300 times 'a'.
  const Bytes frame{0x28, 0xb5, 0x2f, 0xfd, 0x40, 18U << 3U, 44, 0, 0x63, 0x09, 0x00, 'a'};
  for (const std::size_t room : {std::size_t{1}, std::size_t{64 * kKiB}}) {
    MemorySource source(frame);
    const auto decompressor = make_decompressor(Compression::zstd, source);
    Bytes into(room);
    const auto count = decompressor->read(into);
    ASSERT_FALSE(count) << room;
    EXPECT_EQ(count.error().code, Code::unsupported);
  }
}

TEST(ZstdDecompressor, RefusesAFrameThatNeedsADictionary) {
  const std::uint8_t descriptor = 0x01;  // a dictionary id of one byte
  const auto unpacked =
      decompress(Compression::zstd, {0x28, 0xb5, 0x2f, 0xfd, descriptor, 0x00, 0x07, 0x01, 0x00, 0x00});
  ASSERT_FALSE(unpacked);
  EXPECT_EQ(unpacked.error().code, Code::unsupported);
}

TEST(ZstdCompressor, WritesAChecksumIntoTheFrame) {
  const Bytes packed = compress(Compression::zstd, pages(1000));
  ASSERT_GT(packed.size(), 5U);
  EXPECT_NE(packed[4] & 0x04U, 0U);  // the frame descriptor's checksum flag
}

TEST(GzipCompressor, WritesNeitherNameNorTime) {
  for (const int level : {1, 6}) {
    MemorySink sink(kMiB);
    ASSERT_TRUE(write_in_pieces(*make_compressor(Compression::gzip, level, sink), pages(1000)));
    EXPECT_EQ(sink.bytes()[3], 0);  // flags
    EXPECT_EQ(Bytes(sink.bytes().begin() + 4, sink.bytes().begin() + 8), Bytes(4, 0));
  }
}

TEST(GzipDecompressor, ReadsAMemberWithNameExtraFieldAndComment) {
  Bytes packed = compress(Compression::gzip, to_bytes("content"));
  packed[3] = 0x04 | 0x08 | 0x10;
  const Bytes fields = joined({2, 0, 'e', 'x'}, to_bytes(std::string("name\0note\0", 10)));
  packed.insert(packed.begin() + 10, fields.begin(), fields.end());
  EXPECT_EQ(decompress(Compression::gzip, packed), to_bytes("content"));
}

}  // namespace
}  // namespace holdfast::pipeline
