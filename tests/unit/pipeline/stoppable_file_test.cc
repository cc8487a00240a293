#include "pipeline/stoppable_file.h"

#include <gtest/gtest.h>

#include "support/memory_file.h"

namespace holdfast::pipeline {
namespace {

TEST(StoppableFileTest, reads_until_the_stop_request) {
  test::MemoryFile memory(Bytes(100, 7));
  std::stop_source stop;
  StoppableFile file(memory, stop.get_token());
  Bytes into(10);
  EXPECT_EQ(file.read_at(95, into).value(), 5U);
  stop.request_stop();
  const auto read = file.read_at(0, into);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::cancelled);
}

TEST(StoppableFileTest, copies_its_content_as_the_file_does) {
  test::MemoryFile memory(Bytes(100, 7));
  StoppableFile file(memory, {});
  test::MemoryFile target;
  ASSERT_TRUE(file.copy_range(10, 20, target, 0));
  EXPECT_EQ(target.bytes(), Bytes(20, 7));
}

}  // namespace
}  // namespace holdfast::pipeline
