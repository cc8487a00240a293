#include "repository/trailer_splitter.h"

#include <gtest/gtest.h>

namespace holdfast::repository {
namespace {

Bytes pattern(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i)
    bytes[i] = static_cast<std::uint8_t>(i * 31);
  return bytes;
}

TEST(TrailerSplit, SeparatesDatabaseAndTrailerHoweverTheBytesCome) {
  const Bytes snapshot = pattern(1024 + 32);
  for (const std::size_t step : {1U, 5U, 31U, 32U, 33U, 500U, 2000U}) {
    MemorySink database(5000);
    TrailerSplitter splitter(database);
    MemorySource source(snapshot);
    ASSERT_TRUE(copy_all(source, splitter, step));
    ASSERT_TRUE(splitter.finish());
    EXPECT_EQ(database.bytes(), pattern(1024)) << step;
    EXPECT_EQ(splitter.trailer(), Bytes(snapshot.end() - 32, snapshot.end())) << step;
  }
}

TEST(TrailerSplit, ABareDatabaseHasNoTrailer) {
  const Bytes database_bytes = pattern(1024);
  MemorySink database(5000);
  TrailerSplitter splitter(database);
  ASSERT_TRUE(splitter.write(database_bytes));
  ASSERT_TRUE(splitter.finish());
  EXPECT_EQ(database.bytes(), database_bytes);
  EXPECT_TRUE(splitter.trailer().empty());
}

TEST(TrailerSplit, NothingStaysNothing) {
  MemorySink database(5000);
  TrailerSplitter splitter(database);
  ASSERT_TRUE(splitter.finish());
  EXPECT_TRUE(database.bytes().empty());
}

}  // namespace
}  // namespace holdfast::repository
