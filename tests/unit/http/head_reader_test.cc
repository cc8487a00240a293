#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "http/response_head_reader.h"

namespace holdfast::http {
namespace {

// Feeds all lines; true when the head was complete with the last one.
Result<bool> feed(ResponseHeadReader& reader, std::initializer_list<std::string_view> lines) {
  Result<bool> complete = false;
  for (const std::string_view line : lines) {
    complete = reader.take_line(line);
    if (!complete) break;
  }
  return complete;
}

TEST(ResponseHeadReader, KeepsValuesWithoutTheSpaceAround) {
  ResponseHeadReader reader;
  ASSERT_TRUE(feed(reader, {"HTTP/1.1 200 OK\r\n", "A:1\r\n", "B:\t two  words \r\n", "\r\n"}).value());
  EXPECT_EQ(reader.head().status, 200);
  EXPECT_EQ(reader.head().header("a"), "1");
  EXPECT_EQ(reader.head().header("B"), "two  words");
}

TEST(ResponseHeadReader, ContinuesFoldedValues) {
  ResponseHeadReader reader;
  ASSERT_TRUE(feed(reader, {"HTTP/1.1 200 OK\r\n", "A: one\r\n", "   two\r\n", "\r\n"}).value());
  EXPECT_EQ(reader.head().header("A"), "one two");
}

TEST(ResponseHeadReader, IsOnlyCompleteWithTheFinalAnswer) {
  ResponseHeadReader reader;
  EXPECT_FALSE(feed(reader, {"HTTP/1.1 100 Continue\r\n", "X: y\r\n", "\r\n"}).value());
  EXPECT_TRUE(feed(reader, {"HTTP/1.1 404 Not Found\r\n", "\r\n"}).value());
  EXPECT_EQ(reader.head().status, 404);
  EXPECT_EQ(reader.head().header("x"), "");
}

TEST(ResponseHeadReader, IgnoresTrailers) {
  ResponseHeadReader reader;
  ASSERT_TRUE(feed(reader, {"HTTP/1.1 200 OK\r\n", "\r\n"}).value());
  EXPECT_FALSE(feed(reader, {"X-Trailer: late\r\n", "\r\n"}).value());
  EXPECT_EQ(reader.head().header("x-trailer"), "");
}

TEST(ResponseHeadReader, RefusesEndlessHeaders) {
  ResponseHeadReader reader;
  const std::string line = "X: " + std::string(1000, 'y') + "\r\n";
  Result<bool> taken = reader.take_line("HTTP/1.1 200 OK\r\n");
  for (std::size_t i = 0; i * line.size() <= kLargestHead && taken; ++i)
    taken = reader.take_line(line);
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, Code::unsupported);
}

TEST(ResponseHeadReader, TakesAnyLineWithoutHarm) {
  EXPECT_TRUE(rc::check("any lines", [](const std::vector<std::string>& lines) {
    ResponseHeadReader reader;
    for (const std::string& line : lines)
      RC_ASSERT(reader.take_line(line).has_value());
  }));
}

}  // namespace
}  // namespace holdfast::http
