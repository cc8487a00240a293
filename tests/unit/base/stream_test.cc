#include "base/stream.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace holdfast {
namespace {

// Hands out at most `most` bytes at a time, then ends or fails.
class SlowSource final : public ByteSource {
 public:
  SlowSource(ByteView bytes, std::size_t most, bool fails) : inner_(bytes), most_(most), fails_(fails) {}
  Result<std::size_t> read(ByteSpan into) override {
    HF_ASSIGN(const std::size_t count, inner_.read(into.first(std::min(most_, into.size()))));
    if (count == 0 && fails_) return fail(Code::unavailable, "broken off");
    return count;
  }

 private:
  MemorySource inner_;
  std::size_t most_;
  bool fails_;
};

RC_GTEST_PROP(CopyAll, MovesEverythingWhateverTheBuffer, (const Bytes& bytes)) {
  const auto most = *rc::gen::inRange<std::size_t>(1, 10);
  const auto buffer = *rc::gen::inRange<std::size_t>(1, 10);
  SlowSource source(bytes, most, false);
  MemorySink sink(bytes.size());
  const auto copied = copy_all(source, sink, buffer);
  RC_ASSERT(copied && *copied == bytes.size());
  RC_ASSERT(sink.bytes() == bytes);
}

TEST(CopyAll, StopsAtTheSourcesError) {
  SlowSource source(as_bytes("abc"), 2, true);
  MemorySink sink(10);
  EXPECT_EQ(copy_all(source, sink).error().message, "broken off");
}

TEST(MemorySink, RefusesMoreThanItsLimit) {
  MemorySink sink(3);
  EXPECT_TRUE(sink.write(as_bytes("abc")));
  EXPECT_EQ(sink.write(as_bytes("d")).error().code, Code::no_space);
}

TEST(ReadFull, FillsTheBufferFromSmallPieces) {
  SlowSource source(as_bytes("abcdef"), 2, false);
  Bytes into(5);
  EXPECT_EQ(read_full(source, into).value(), 5U);
  EXPECT_EQ(as_text(into), "abcde");
  EXPECT_EQ(read_full(source, into).value(), 1U);
  EXPECT_EQ(read_full(source, into).value(), 0U);
}

TEST(ReadAll, ReadsUpToTheLimitAndNotBeyond) {
  MemorySource fits(as_bytes("abc"));
  EXPECT_EQ(as_text(read_all(fits, 3).value()), "abc");
  MemorySource large(as_bytes("abcd"));
  EXPECT_EQ(read_all(large, 3).error().code, Code::no_space);
}

}  // namespace
}  // namespace holdfast
