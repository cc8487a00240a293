#include <atomic>

#include <gtest/gtest.h>

#include "objectstore/s3/threads.h"
#include "support/no_more_threads.h"

namespace holdfast::test {
namespace {

using objectstore::s3::start_threads;

TEST(S3Threads, AllThatAreAskedForDoTheWork) {
  std::atomic<int> done = 0;

  start_threads(3, [&] { ++done; }).clear();

  EXPECT_EQ(done, 3);
}

TEST(S3Threads, SystemThatHasNoMoreThreadsIsNoFailure) {
  const NoMoreThreads limit;

  EXPECT_TRUE(start_threads(3, [] {}).empty());
}

}  // namespace
}  // namespace holdfast::test
