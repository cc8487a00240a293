#include <gtest/gtest.h>

#include "test_streams.h"

#include "pipeline/filter.h"
#include "pipeline/progress.h"

namespace holdfast::pipeline {
namespace {

TEST(DigestSink, CountsAndHashesWhatItHandsOn) {
  const Bytes bytes = noise(100'000);
  RecordingSink next;
  DigestSink sink(next);
  ASSERT_TRUE(write_in_pieces(sink, bytes, {1, 999, 30'000}));
  EXPECT_EQ(sink.count(), bytes.size());
  EXPECT_EQ(sink.digest(), Sha256::of(bytes));
  EXPECT_EQ(next.bytes(), bytes);
  EXPECT_EQ(next.finishes(), 1);
}

TEST(DigestSink, HandsOnTheErrorOfTheNextSink) {
  RecordingSink next(10);
  DigestSink sink(next);
  EXPECT_EQ(write_in_pieces(sink, noise(11)).error().code, Code::unavailable);
}

TEST(DigestSource, CountsAndHashesWhatItGives) {
  const Bytes bytes = noise(100'000);
  PieceSource from(bytes, {1, 999, 30'000});
  DigestSource source(from);
  EXPECT_EQ(read_in_pieces(source, {10'000}), bytes);
  EXPECT_EQ(source.count(), bytes.size());
  EXPECT_EQ(source.digest(), Sha256::of(bytes));
}

TEST(DigestSource, KeepsTheDigestWhenReadBeyondTheEnd) {
  PieceSource from(noise(10));
  DigestSource source(from);
  Bytes buffer(100);
  for (int i = 0; i < 3; ++i)
    ASSERT_TRUE(source.read(buffer));
  EXPECT_EQ(source.digest(), Sha256::of(noise(10)));
}

TEST(SilentProgress, TakesUpdates) {
  silent_progress().update({.phase = "save", .done = 1, .total = 2});
}

}  // namespace
}  // namespace holdfast::pipeline
