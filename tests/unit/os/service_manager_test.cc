#include "os/service_manager.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/notify_socket.h"
#include "support/temp_dir.h"

namespace holdfast::os {
namespace {

using Variables = std::map<std::string, std::string>;

ServiceManager with(const Variables& variables) {
  return ServiceManager(Environment(variables));
}

TEST(ServiceManager, IsToldThroughItsSocket) {
  const test::TempDir dir;
  test::NotifySocket socket(dir.file("notify"));
  const ServiceManager manager = with({{"NOTIFY_SOCKET", socket.address()}});

  ASSERT_TRUE(manager.listens());
  ASSERT_TRUE(manager.tell("READY=1\nSTATUS=fine"));

  EXPECT_EQ(socket.next(), "READY=1\nSTATUS=fine");
}

TEST(ServiceManager, MayHaveAnAbstractSocket) {
  test::NotifySocket socket(fmt::format("@holdfast-test-{}", ::getpid()));
  const ServiceManager manager = with({{"NOTIFY_SOCKET", socket.address()}});

  ASSERT_TRUE(manager.tell("STOPPING=1"));

  EXPECT_EQ(socket.next(), "STOPPING=1");
}

TEST(ServiceManager, WithoutOneNobodyIsTold) {
  const ServiceManager manager{Environment()};

  EXPECT_FALSE(manager.listens());
  EXPECT_TRUE(manager.tell("READY=1"));
}

TEST(ServiceManager, SaysWhenItCannotBeTold) {
  const test::TempDir dir;

  EXPECT_FALSE(with({{"NOTIFY_SOCKET", dir.file("none")}}).tell("READY=1"));
  EXPECT_FALSE(with({{"NOTIFY_SOCKET", "vsock:2:1234"}}).tell("READY=1"));
  EXPECT_FALSE(with({{"NOTIFY_SOCKET", "/" + std::string(200, 'x')}}).tell("READY=1"));
}

TEST(ServiceManager, WantsTheWatchdogOfThisProcess) {
  const std::string own = fmt::format("{}", ::getpid());

  EXPECT_EQ(with({{"WATCHDOG_USEC", "30000000"}}).watchdog(), std::chrono::seconds(30));
  EXPECT_EQ(with({{"WATCHDOG_USEC", "2000"}, {"WATCHDOG_PID", own}}).watchdog(), std::chrono::milliseconds(2));
}

TEST(ServiceManager, WantsNoOther) {
  for (const std::map<std::string, std::string>& variables : {std::map<std::string, std::string>{},
                                                              {{"WATCHDOG_USEC", "0"}},
                                                              {{"WATCHDOG_USEC", "x"}},
                                                              {{"WATCHDOG_USEC", "18446744073709551615"}},
                                                              {{"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", "1"}},
                                                              {{"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", "x"}}})
    EXPECT_EQ(ServiceManager(Environment(variables)).watchdog(), std::nullopt);
}

}  // namespace
}  // namespace holdfast::os
