// The launcher's side and the server's, together: a real server on a port, the agent in this program.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client/kubeconfig_file.h"
#include "launcher/agent/agent.h"
#include "server/service.h"

#include "api/fields.h"
#include "store/revision_floor.h"
#include "store/sqlite/sqlite_store.h"
#include "support/temp_dir.h"

namespace holdfast::launcher {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

const std::string kSpace = "cluster-prod";

class CountedFacts final : public FactsSource {
 public:
  LauncherFacts look() override {
    ++looks;
    return {.host = "machine", .etcd_state = "Running"};
  }
  std::atomic<int> looks{0};
};

// Waits in each order until it is let go.
class HeldHandler final : public OrderHandler {
 public:
  Result<json::Object> carry_out(const Order& order, OrderReporter& reporter, const std::stop_token& stop) override {
    ++begun;
    reporter.tell({.text = "half of " + order.name, .stage = "waiting", .done = 1, .total = 2});
    std::unique_lock lock(mutex_);
    if (!free_.wait(lock, stop, [&] { return let_go_; })) return fail(Code::cancelled, "stopped");
    ++done;
    return json::Object{{"revision", 7}};
  }
  void let_go() {
    const std::lock_guard lock(mutex_);
    let_go_ = true;
    free_.notify_all();
  }
  std::atomic<int> begun{0};
  std::atomic<int> done{0};

 private:
  std::mutex mutex_;
  std::condition_variable_any free_;
  bool let_go_ = false;
};

class LauncherAgentTest : public testing::Test {
 protected:
  LauncherAgentTest() {
    start_server();
    make("clusters.kubermatic.k8c.io", "",
         json::Object{{"apiVersion", "kubermatic.k8c.io/v1"},
                      {"kind", "Cluster"},
                      {"metadata", json::Object{{"name", "prod"}}},
                      {"spec", json::Object()}});
    write_join_token();
  }
  ~LauncherAgentTest() override { stop_agent(); }

  void start_server() {
    server::ServiceOptions options;
    options.data_directory = dir_.file("data");
    options.port = port_;
    floor_ = std::make_unique<store::RevisionFloor>(os::real_file_system(), dir_.file("data/floor"));
    const server::ServiceWorld world{
        os::real_file_system(), os::real_clock(),
        os::real_random(),      environment_,
        os::real_processes(),   [](const etcd::ClientOptions& client) { return etcd::make_client(client); }};
    auto service = server::start_service(options, world, [this]() -> Result<std::unique_ptr<store::Store>> {
      store::SqliteOptions sqlite;
      sqlite.path = dir_.file("data/store.db");
      HF_ASSIGN(auto store,
                store::SqliteStore::open(sqlite, *floor_, os::real_file_system(), os::real_clock(), os::real_random()));
      return std::unique_ptr<store::Store>(std::move(store));
    });
    ASSERT_TRUE(service) << service.error().to_string();
    service_ = std::move(*service);
    const std::string url = service_->url();
    port_ = static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
    const auto config = client::load_kubeconfig({service_->kubeconfig()}, os::real_file_system());
    ASSERT_TRUE(config);
    connection_ = client::resolve(*config, {}, os::real_file_system()).value();
  }
  void stop_server() {
    service_->stop(seconds(1));
    service_.reset();
  }

  std::unique_ptr<client::ApiClient> admin() const {
    return client::ApiClient::create(connection_, os::real_file_system(), environment_, os::real_clock());
  }
  json::Value make(const std::string& word, const std::string& name_space, const json::Value& object) const {
    const auto client = admin();
    const auto made = client->create(client->resource(word, name_space, "", {}).value(), object, {}, {});
    EXPECT_TRUE(made) << made.error().to_string();
    return made ? *made : json::Value();
  }
  void write_join_token() const {
    const json::Value made = make("tokens.holdfast.dev", "",
                                  json::Object{{"apiVersion", "holdfast.dev/v1"},
                                               {"kind", "Token"},
                                               {"metadata", json::Object{{"generateName", "join-"}}},
                                               {"spec", json::Object{{"user", "holdfast:join"},
                                                                     {"expirationTime", "2099-01-01T00:00:00Z"},
                                                                     {"join", json::Object{{"cluster", "prod"}}}}}});
    ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), dir_.file("join.token"),
                                          as_bytes(api::text_at(made, {"status", "token"}))));
  }

  AgentOptions agent_options() const {
    AgentOptions options;
    options.launcher = {.cluster = "prod", .name = "etcd-1"};
    options.member = "etcd-1";
    options.server = connection_;
    options.join_token_file = dir_.file("join.token");
    options.state_directory = dir_.file("state");
    options.machine_id = std::string(32, 'a');
    options.heartbeat = {.look_every = milliseconds(50), .tell_every = milliseconds(200)};
    options.progress_every = milliseconds(50);
    return options;
  }
  void start_agent(AgentOptions options) {
    agent_ = std::jthread([this, options](const std::stop_token& stop) {
      Agent agent(options, {os::real_file_system(), os::real_clock(), os::real_random(), environment_}, facts_,
                  {{"Stage", &handler_}});
      ended_ = agent.run([this] { known_ = true; }, stop);
    });
  }
  void start_agent() { start_agent(agent_options()); }
  void stop_agent() {
    agent_.request_stop();
    if (agent_.joinable()) agent_.join();
  }

  // As the reconcilers make it.
  void order(const std::string& name, const std::string& type = "Stage") {
    registry::Registry& registry = service_->registry();
    registry::WriteOptions options;
    options.by_server = true;
    const auto made = registry.create(
        *registry.kinds().find_word("operations"), kSpace,
        json::Object{
            {"apiVersion", "holdfast.dev/v1"},
            {"kind", "Operation"},
            {"metadata", json::Object{{"name", name}}},
            {"spec", json::Object{{"type", type}, {"cluster", "prod"}, {"launcher", "etcd-1"}, {"restore", "r"}}}},
        options);
    ASSERT_TRUE(made) << made.error().message;
  }
  // Null: there is none.
  json::Value get(const std::string& word, const std::string& name) {
    registry::Registry& registry = service_->registry();
    const auto found = registry.get(*registry.kinds().find_word(word), {.name_space = kSpace, .name = name});
    return found ? *found : json::Value();
  }
  std::string phase_of(const std::string& name) {
    return std::string(api::text_at(get("operations", name), {"status", "phase"}));
  }
  static bool wait_until(const std::function<bool()>& done) {
    for (int i = 0; i < 6000; ++i) {
      if (done()) return true;
      std::this_thread::sleep_for(milliseconds(10));
    }
    return false;
  }
  std::string token() const {
    const auto bytes = os::read_file(os::real_file_system(), dir_.file("state/token"), kMiB);
    return bytes ? std::string(as_text(*bytes)) : std::string();
  }

  test::TempDir dir_;
  os::Environment environment_;
  std::uint16_t port_ = 0;
  std::unique_ptr<store::RevisionFloor> floor_;
  std::unique_ptr<server::Service> service_;
  client::Connection connection_;
  CountedFacts facts_;
  HeldHandler handler_;
  std::atomic<bool> known_{false};
  Status ended_;
  std::jthread agent_;
};

TEST_F(LauncherAgentTest, RegistersAndIsReady) {
  start_agent();

  EXPECT_TRUE(wait_until([&] {
    const json::Value launcher = get("launchers", "etcd-1");
    const json::Array* conditions = api::array_at(launcher, {"status", "conditions"});
    return api::text_at(launcher, {"status", "host"}) == "machine" && conditions != nullptr &&
           api::text_at(conditions->at(0), {"status"}) == "True";
  }));
  stop_agent();
  EXPECT_TRUE(ended_);
}

TEST_F(LauncherAgentTest, AnOrderIsCarriedOutAndAnsweredFor) {
  order("first");
  start_agent();
  ASSERT_TRUE(wait_until([&] { return handler_.begun == 1; }));
  EXPECT_TRUE(wait_until(
      [&] { return api::text_at(get("operations", "first"), {"status", "progress", "text"}) == "half of first"; }));
  EXPECT_EQ(phase_of("first"), "Running");

  handler_.let_go();
  order("second");

  EXPECT_TRUE(wait_until([&] { return phase_of("first") == "Completed" && phase_of("second") == "Completed"; }));
  EXPECT_EQ(api::field_at(get("operations", "first"), {"status", "result", "revision"})->to_number<int>(), 7);
  EXPECT_EQ(handler_.done, 2);
}

TEST_F(LauncherAgentTest, AnOrderNobodyHandlesFailsAndSaysWhy) {
  start_agent();
  order("odd", "ForgetMember");

  ASSERT_TRUE(wait_until([&] { return phase_of("odd") == "Failed"; }));
  EXPECT_THAT(std::string(api::text_at(get("operations", "odd"), {"status", "message"})),
              HasSubstr("cannot carry out orders of type ForgetMember"));
}

TEST_F(LauncherAgentTest, AServerThatIsStartedAgainHearsWhatCameOut) {
  order("first");
  start_agent();
  ASSERT_TRUE(wait_until([&] { return handler_.begun == 1; }));

  stop_server();
  handler_.let_go();
  ASSERT_TRUE(wait_until([&] { return handler_.done == 1; }));
  start_server();
  order("second");

  EXPECT_TRUE(wait_until([&] { return phase_of("first") == "Completed" && phase_of("second") == "Completed"; }));
  EXPECT_EQ(handler_.begun, 2);
}

TEST_F(LauncherAgentTest, WhatIsDoneIsNotDoneAgainAfterAStart) {
  order("first");
  start_agent();
  ASSERT_TRUE(wait_until([&] { return handler_.begun == 1; }));
  stop_server();
  handler_.let_go();
  ASSERT_TRUE(wait_until([&] { return handler_.done == 1; }));
  auto& files = os::real_file_system();
  ASSERT_TRUE(wait_until([&] { return !files.list(dir_.file("state/outcomes"))->empty(); }));
  stop_agent();

  start_server();
  start_agent();

  EXPECT_TRUE(wait_until([&] { return phase_of("first") == "Completed"; }));
  EXPECT_EQ(handler_.begun, 1);
  EXPECT_TRUE(wait_until([&] { return files.list(dir_.file("state/outcomes"))->empty(); }));
}

TEST_F(LauncherAgentTest, WhatWasBrokenOffComesAgain) {
  order("first");
  start_agent();
  ASSERT_TRUE(wait_until([&] { return handler_.begun == 1; }));
  stop_agent();
  EXPECT_EQ(phase_of("first"), "Running");

  handler_.let_go();
  start_agent();

  EXPECT_TRUE(wait_until([&] { return phase_of("first") == "Completed"; }));
  EXPECT_EQ(handler_.begun, 2);
}

TEST_F(LauncherAgentTest, AnOrderThatIsTakenBackIsBrokenOff) {
  order("first");
  start_agent();
  ASSERT_TRUE(wait_until([&] { return handler_.begun == 1; }));

  registry::Registry& registry = service_->registry();
  ASSERT_TRUE(registry.remove(*registry.kinds().find_word("operations"), {.name_space = kSpace, .name = "first"}, {}));
  order("second");

  EXPECT_TRUE(wait_until([&] { return handler_.begun == 2; }));
  EXPECT_EQ(handler_.done, 0);
}

TEST_F(LauncherAgentTest, TheCredentialIsRenewedWhileItWorks) {
  AgentOptions options = agent_options();
  options.renew_after = milliseconds(200);
  start_agent(options);
  ASSERT_TRUE(wait_until([&] { return known_.load(); }));
  const std::string first = token();

  ASSERT_TRUE(wait_until([&] { return token() != first; }));
  const std::string second = token();
  ASSERT_TRUE(wait_until([&] { return token() != second; }));
  order("first");
  handler_.let_go();

  EXPECT_TRUE(wait_until([&] { return phase_of("first") == "Completed"; }));
}

TEST_F(LauncherAgentTest, WhoseLauncherIsDeletedDoesNotComeBackByItself) {
  start_agent();
  ASSERT_TRUE(wait_until([&] { return api::text_at(get("launchers", "etcd-1"), {"status", "host"}) == "machine"; }));
  registry::Registry& registry = service_->registry();
  ASSERT_TRUE(registry.remove(*registry.kinds().find_word("launchers"), {.name_space = kSpace, .name = "etcd-1"}, {}));

  const int looks = facts_.looks;  // every fifth is told of, at the latest
  ASSERT_TRUE(wait_until([&] { return facts_.looks >= looks + 7; }));
  EXPECT_TRUE(get("launchers", "etcd-1").is_null());

  // Started anew with a token to join with, it does.
  stop_agent();
  start_agent();
  EXPECT_TRUE(wait_until([&] { return !get("launchers", "etcd-1").is_null(); }));
}

TEST_F(LauncherAgentTest, WithoutATokenToJoinWithItSaysWhatToDo) {
  AgentOptions options = agent_options();
  options.join_token_file.clear();
  start_agent(options);
  agent_.join();

  ASSERT_FALSE(ended_);
  EXPECT_EQ(ended_.error().code, Code::usage);
  EXPECT_THAT(ended_.error().hint, HasSubstr("holdfast launcher token create --cluster prod"));
}

TEST_F(LauncherAgentTest, AServerThatIsAwayIsWaitedFor) {
  stop_server();
  start_agent();
  ASSERT_TRUE(wait_until([&] { return os::real_file_system().stat(dir_.file("state/token.next"))->has_value(); }));
  EXPECT_FALSE(known_);

  start_server();

  EXPECT_TRUE(wait_until([&] { return known_.load(); }));
}

}  // namespace
}  // namespace holdfast::launcher
