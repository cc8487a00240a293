// Thousands of watches that wait.
#include <filesystem>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "unit/http/server/server_test_support.h"

namespace holdfast::http::test {
namespace {

std::size_t threads_of_this_process() {
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task"))
    count += entry.path().empty() ? 0U : 1U;
  return count;
}

// As many as descriptors allow: both ends are in this process.
std::size_t stream_count() {
  return std::min<std::size_t>(5'000, (raise_file_limit() - 200) / 2);
}

TEST(ManyStreams, WaitWithoutThreadsAndGetEveryEvent) {
  const std::size_t count = stream_count();
  ASSERT_GE(count, 100U);
  OpenStreams streams;
  const auto server = start(streams.handler());
  const std::size_t threads = threads_of_this_process();
  const std::size_t before = resident_bytes();
  std::vector<RawClient> clients;
  for (std::size_t i = 0; i < count; ++i) {
    clients.emplace_back(server->port());
    clients.back().send(get_request("/watch"));
  }
  const auto open = streams.take(count);
  for (RawClient& client : clients)
    ASSERT_FALSE(client.answer_head().empty());
  const std::size_t each = (resident_bytes() - before) / count;

  const auto event = std::make_shared<const std::string>(1024, 'e');
  for (const auto& stream : open)
    ASSERT_TRUE(stream->write_shared(event));
  for (RawClient& client : clients)
    ASSERT_EQ(client.chunk(), *event);

  EXPECT_EQ(server->counts().streams, count);
  EXPECT_EQ(threads_of_this_process(), threads);
  fmt::print("{} idle streams: {} bytes of memory each, the client's end of it included\n", count, each);
  server->stop(std::chrono::seconds(60));
  for (RawClient& client : clients)
    ASSERT_EQ(client.rest(), "0\r\n\r\n");
}

}  // namespace
}  // namespace holdfast::http::test
