// What service managers and probes are told by the built server.
#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>
#include <sstream>
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

TEST(Readiness, ADataDirectoryIsForOneServerWhateverItsStore) {
  const auto etcd = make_etcd_cluster({});
  ASSERT_TRUE(etcd) << etcd.error().to_string();
  const std::vector<std::string> store{"--store", "etcd:" + (*etcd)->endpoints().front()};
  const auto server = HoldfastServer::start(store);
  ASSERT_TRUE(server) << server.error().to_string();
  std::vector<std::string> again{"timeout",  "60",          HOLDFAST_PROGRAM, "server",
                                 "--listen", "127.0.0.1:0", "--data-dir",     (*server)->file("data")};
  again.insert(again.end(), store.begin(), store.end());

  const ProgramResult second = run_program(again);

  EXPECT_EQ(second.exit_code, 4) << second.err;
  EXPECT_THAT(second.err, testing::HasSubstr("the data directory " + (*server)->file("data") + " is in use"));
  EXPECT_THAT(second.err, testing::HasSubstr("--data-dir"));
  EXPECT_EQ(ask(**server, "/readyz"), "ok 200");
  (*server)->kill();
  EXPECT_TRUE((*server)->start_again()) << "the lock goes with the process";
}

// The values of a setting in packaging/holdfast.service.
std::vector<std::string> settings(const std::string& name) {
  std::vector<std::string> values;
  std::ifstream unit(std::string(HOLDFAST_SOURCE_DIR) + "/packaging/holdfast.service");
  for (std::string line; std::getline(unit, line);) {
    if (line.starts_with(name + "=")) values.push_back(line.substr(name.size() + 1));
  }
  return values;
}

TEST(Readiness, TheServiceOfTheUnitFileStarts) {
  const TempDir dir;
  NotifySocket manager(dir.file("notify"));
  ASSERT_EQ(settings("Type"), std::vector<std::string>{"notify"});
  std::vector<std::string> environment = settings("Environment");
  environment.push_back("NOTIFY_SOCKET=" + manager.address());
  std::istringstream command(settings("ExecStart").at(0));
  std::vector<std::string> words{std::istream_iterator<std::string>(command), {}};
  words[0] = HOLDFAST_PROGRAM;
  const auto directory = std::find(words.begin(), words.end(), "/var/lib/" + settings("StateDirectory").at(0));
  ASSERT_NE(directory, words.end());
  *directory = dir.file("data");
  words.insert(words.end(), {"--listen", "127.0.0.1:0"});

  auto server = ChildProcess::start({.arguments = words, .extra_environment = environment});

  ASSERT_TRUE(server) << server.error().to_string();
  EXPECT_TRUE(manager.wait_for("READY=1"));
  server->signal(SIGTERM);
  EXPECT_EQ(server->wait(), 0);
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
