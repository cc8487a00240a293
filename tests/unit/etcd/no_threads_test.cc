// A process that may start no thread (a limit of processes or memory): an error in time, and an end.
#include <chrono>
#include <thread>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "etcd/client.h"
#include "etcd/member_choice.h"
#include "support/full_listener.h"
#include "support/no_more_threads.h"

namespace holdfast::etcd {
namespace {

using std::chrono::seconds;

Result<std::unique_ptr<Client>> client_of(std::vector<std::string> endpoints) {
  ClientOptions options;
  options.endpoints = std::move(endpoints);
  options.request_timeout = seconds(2);
  return make_client(options);
}

TEST(NoThreads, RequestsFailWithinTheirTimeAndTheClientEnds) {
  const test::NoMoreThreads limit;
  const test::FullListener silent;
  const auto begin = std::chrono::steady_clock::now();
  {
    const auto client = client_of({fmt::format("127.0.0.1:{}", silent.port()), "127.0.0.1:1"});
    ASSERT_TRUE(client);
    for (const Probe& probe : probe_members(**client))
      EXPECT_FALSE(probe.status) << probe.endpoint;
  }
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(15));
}

TEST(Stop, EndsARequestThatIsUnderWay) {
  const test::FullListener silent;
  std::stop_source stop;
  ClientOptions options;
  options.endpoints = {fmt::format("127.0.0.1:{}", silent.port())};
  options.request_timeout = seconds(50);
  options.stop = stop.get_token();
  const auto client = make_client(options);
  ASSERT_TRUE(client);
  const std::jthread soon([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    stop.request_stop();
  });
  const auto begin = std::chrono::steady_clock::now();
  const auto status = (*client)->status(options.endpoints[0]);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::cancelled);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, seconds(5));
}

}  // namespace
}  // namespace holdfast::etcd
