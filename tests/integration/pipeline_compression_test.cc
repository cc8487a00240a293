// What we compress, zstd and gunzip open, and the other way round; and a stored object is opened by hand.
#include <gtest/gtest.h>

#include "pipeline/age.h"
#include "pipeline/filter.h"
#include "support/etcd_server.h"
#include "support/fixed_random.h"
#include "support/temp_dir.h"

namespace holdfast::pipeline {
namespace {

using test::run_program;

// Text that compresses, with stretches that do not.
std::string content(std::size_t size) {
  test::FixedRandom random(3);
  std::string text;
  while (text.size() < size) {
    text += R"({"kind":"Pod","apiVersion":"v1","metadata":{"uid":")" + std::to_string(random.next()) + "\"}}";
    if (random.next() % 16 == 0) text.append(random.next() % 4096, static_cast<char>(random.next()));
  }
  text.resize(size);
  return text;
}

const std::vector<std::size_t> kSizes = {0, 1, 65536, 131072, 262144, 262145, 5'000'000};

std::string compress(Compression compression, int level, std::string_view plain) {
  MemorySink sink(64 * kMiB);
  const auto compressor = make_compressor(compression, level, sink);
  if (!compressor->write(as_bytes(plain)) || !compressor->finish()) return "cannot compress";
  return std::string(as_text(sink.bytes()));
}

Result<std::string> decompress(Compression compression, std::string_view packed) {
  MemorySource source(as_bytes(packed));
  HF_ASSIGN(const Bytes plain, read_all(*make_decompressor(compression, source), 64 * kMiB));
  return std::string(as_text(plain));
}

TEST(ZstdProgram, OpensWhatWasCompressedHere) {
  for (const std::size_t size : kSizes) {
    for (const int level : {0, 3, 9}) {
      const auto opened = run_program({"zstd", "-d", "-c"}, compress(Compression::zstd, level, content(size)));
      EXPECT_EQ(opened.exit_code, 0) << opened.err;
      EXPECT_EQ(opened.out, content(size)) << size << " level " << level;
    }
  }
}

TEST(ZstdProgram, FindsTheChecksumOfOurFrames) {
  const test::TempDir directory;
  const auto listed = run_program({"sh", "-c", "cat > \"$0\" && zstd -lv \"$0\"", directory.file("x.zst")},
                                  compress(Compression::zstd, 0, content(100'000)));
  EXPECT_NE(listed.out.find("XXH64"), std::string::npos) << listed.out;
}

TEST(ZstdProgram, WritesWhatIsOpenedHere) {
  for (const std::size_t size : kSizes) {
    for (const char* level : {"-1", "-19", "--fast=5"}) {
      const auto packed = run_program({"zstd", "-q", "-c", level}, content(size));
      EXPECT_EQ(decompress(Compression::zstd, packed.out), content(size)) << size << " level " << level;
    }
  }
}

TEST(ZstdProgram, WritesLongWindowsThatAreOpenedUpTo128MiB) {
  EXPECT_EQ(decompress(Compression::zstd, run_program({"zstd", "-q", "-c", "--long=27"}, content(1'000'000)).out),
            content(1'000'000));
  const auto wider =
      decompress(Compression::zstd, run_program({"zstd", "-q", "-c", "--long=28"}, content(1'000'000)).out);
  ASSERT_FALSE(wider);
  EXPECT_EQ(wider.error().code, Code::unsupported);
}

TEST(GzipProgram, OpensWhatWasCompressedHere) {
  for (const std::size_t size : kSizes) {
    for (const int level : {0, 1, 2, 3, 4, 6, 9}) {
      const auto opened = run_program({"gunzip", "-c"}, compress(Compression::gzip, level, content(size)));
      EXPECT_EQ(opened.exit_code, 0) << opened.err;
      EXPECT_EQ(opened.out, content(size)) << size << " level " << level;
    }
  }
}

TEST(GzipProgram, WritesWhatIsOpenedHere) {
  for (const std::size_t size : kSizes) {
    for (const char* level : {"-1", "-6", "-9"}) {
      const auto packed = run_program({"gzip", "-c", level}, content(size));
      EXPECT_EQ(decompress(Compression::gzip, packed.out), content(size)) << size << " level " << level;
    }
  }
}

class ByHand : public testing::TestWithParam<std::pair<Compression, const char*>> {};

TEST_P(ByHand, AgeAndTheDecompressorOpenAStoredObject) {
  const test::TempDir directory;
  const auto made = run_program({"age-keygen", "-o", directory.file("key.txt")});
  ASSERT_EQ(made.exit_code, 0);
  const auto recipient = run_program({"age-keygen", "-y", directory.file("key.txt")}).out;
  const auto recipients = age::parse_recipients(recipient);
  ASSERT_TRUE(recipients);

  MemorySink object(64 * kMiB);
  const auto encryptor = age::make_encryptor({.recipients = *recipients, .passphrase = {}}, os::real_random(), object);
  ASSERT_TRUE(encryptor);
  const auto compressor = make_compressor(GetParam().first, 0, **encryptor);
  ASSERT_TRUE(compressor->write(as_bytes(content(2'000'000))));
  ASSERT_TRUE(compressor->finish());

  const std::string pipe = std::string("age -d -i \"$0\" | ") + GetParam().second;
  const auto opened = run_program({"sh", "-c", pipe, directory.file("key.txt")}, std::string(as_text(object.bytes())));
  EXPECT_EQ(opened.exit_code, 0) << opened.err;
  EXPECT_EQ(opened.out, content(2'000'000));
}

INSTANTIATE_TEST_SUITE_P(Compressions, ByHand,
                         testing::Values(std::pair{Compression::zstd, "zstd -d"},
                                         std::pair{Compression::gzip, "gunzip"}, std::pair{Compression::none, "cat"}),
                         [](const auto& test) { return std::string(compression_name(test.param.first)); });

}  // namespace
}  // namespace holdfast::pipeline
