// What service managers and probes are told by the built server.
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/kubectl_support.h"

#include "support/notify_socket.h"

namespace holdfast::test {
namespace {

std::string ask(const HoldfastServer& server, const std::string& path) {
  return run_program({"curl", "-sSk", "-w", " %{http_code}", server.url() + path}).out;
}

bool comes(const HoldfastServer& server, const std::string& path, const std::string& answer) {
  for (int i = 0; i < 120; ++i) {
    if (ask(server, path) == answer) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
  }
  ADD_FAILURE() << ask(server, path) << server.output();
  return false;
}

TEST(Readiness, TheServiceManagerIsToldOfStartLifeAndEnd) {
  const TempDir dir;
  NotifySocket manager(dir.file("notify"));
  const auto server = HoldfastServer::start({}, {"NOTIFY_SOCKET=" + manager.address(), "WATCHDOG_USEC=4000000"});

  ASSERT_TRUE(server) << server.error().to_string();
  EXPECT_TRUE(manager.wait_for("READY=1"));
  EXPECT_TRUE(manager.wait_for("WATCHDOG=1"));
  EXPECT_TRUE(manager.wait_for("WATCHDOG=1"));
  EXPECT_EQ((*server)->stop(), 0);
  EXPECT_TRUE(manager.wait_for("STOPPING=1"));
}

TEST(Readiness, WithoutItsEtcdTheServerIsNotReadyAndGoesOnWhenItIsBack) {
  const auto etcd = make_etcd_cluster({});
  ASSERT_TRUE(etcd) << etcd.error().to_string();
  const auto server = HoldfastServer::start({"--store", "etcd:" + (*etcd)->endpoints().front()});
  ASSERT_TRUE(server) << server.error().to_string();
  EXPECT_TRUE(comes(**server, "/readyz", "ok 200"));

  (*etcd)->kill(0);
  EXPECT_TRUE(comes(**server, "/readyz", "[+]ping ok\n[-]store failed\nreadyz check failed\n 503"));
  EXPECT_EQ(ask(**server, "/livez"), "ok 200");
  EXPECT_EQ(ask(**server, "/livez?verbose"), "[+]ping ok\nlivez check passed\n 200");
  ASSERT_TRUE((*etcd)->start(0));

  EXPECT_TRUE(comes(**server, "/readyz?verbose", "[+]ping ok\n[+]store ok\nreadyz check passed\n 200"));
  const auto made = run_program({servers_directory() + "/kubectl-1.32/kubectl", "--kubeconfig", (*server)->kubeconfig(),
                                 "--cache-dir", (*server)->file("cache"), "create", "namespace", "after"});
  EXPECT_EQ(made.exit_code, 0) << made.err;
}

}  // namespace
}  // namespace holdfast::test
