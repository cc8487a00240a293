// Objects written by the first version: every later one opens them. The files are never regenerated.
#include <gtest/gtest.h>

#include "os/file_system.h"
#include "pipeline/age.h"
#include "pipeline/filter.h"

namespace holdfast::pipeline {
namespace {

std::string expected() {
  std::string text;
  for (int i = 0; i < 300; ++i)
    text += R"({"kind":"Pod","metadata":{"name":"web-)" + std::to_string(i) + "\"}}\n";
  return text;
}

Bytes golden(const std::string& name) {
  const auto bytes =
      os::read_file(os::real_file_system(), std::string(HOLDFAST_TEST_DATA) + "/stored_object/" + name, kMiB);
  EXPECT_TRUE(bytes) << name;
  return bytes.value_or(Bytes());
}

Result<Bytes> unpack(Compression compression, ByteSource& source) {
  return read_all(*make_decompressor(compression, source), kMiB);
}

TEST(GoldenObject, WithZstdOpens) {
  const Bytes object = golden("golden.db.zst");
  MemorySource source(object);
  EXPECT_EQ(unpack(Compression::zstd, source), to_bytes(expected()));
}

TEST(GoldenObject, WithGzipOpens) {
  const Bytes object = golden("golden.db.gz");
  MemorySource source(object);
  EXPECT_EQ(unpack(Compression::gzip, source), to_bytes(expected()));
}

TEST(GoldenObject, WithZstdForARecipientOpens) {
  const Bytes object = golden("golden.db.zst.age");
  MemorySource source(object);
  const auto identity =
      age::Identity::parse("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX");
  ASSERT_TRUE(identity);
  const auto plain = age::make_decryptor({.identities = {*identity}, .passphrase = {}}, source);
  ASSERT_TRUE(plain) << plain.error().to_string();
  EXPECT_EQ(unpack(Compression::zstd, **plain), to_bytes(expected()));
}

TEST(GoldenObject, WithGzipAndAPassphraseOpens) {
  const Bytes object = golden("golden.db.gz.age");
  MemorySource source(object);
  const auto plain = age::make_decryptor({.identities = {}, .passphrase = Secret("golden")}, source);
  ASSERT_TRUE(plain) << plain.error().to_string();
  EXPECT_EQ(unpack(Compression::gzip, **plain), to_bytes(expected()));
}

}  // namespace
}  // namespace holdfast::pipeline
