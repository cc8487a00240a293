// The launcher as a client of its server: becomes known to it, tells how things are, and has its orders carried out. It
// goes on alone when the server is away.
#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>
#include <utility>

#include "client/connection.h"
#include "launcher/agent/enrolment.h"
#include "launcher/agent/heartbeat.h"
#include "launcher/agent/launcher_facts.h"
#include "launcher/agent/order.h"

#include "base/result.h"
#include "base/units.h"
#include "os/clock.h"
#include "os/environment.h"
#include "os/file_system.h"
#include "os/random.h"

namespace holdfast::launcher {

class OrderDesk;

struct AgentOptions {
  api::LauncherName launcher;
  std::string member;           // the etcd member it stands beside
  client::Connection server;    // where; who we are there is not looked at
  std::string join_token_file;  // needed until there is a credential; empty: none
  std::string state_directory;
  std::string machine_id;  // os::machine_id; empty: none
  HeartbeatOptions heartbeat;
  Duration renew_after = std::chrono::hours(24);
  Duration progress_every = std::chrono::seconds(2);
};

// All outlive the agent.
struct AgentWorld {
  os::FileSystem& files;
  os::Clock& clock;
  os::Random& random;
  const os::Environment& environment;
};

// Threads, joined by run(): one beats, one carries orders out, one tells of their progress; the caller's own watches
// for orders.
class Agent {
 public:
  // `facts` is asked by the thread that beats, the handlers by the one that carries out; both outlive the agent.
  Agent(AgentOptions options, AgentWorld world, FactsSource& facts, OrderHandlers handlers)
      : options_(std::move(options)), world_(world), facts_(facts), handlers_(std::move(handlers)) {}

  // Until it is stopped, which is no error. Errors are of what no patience mends: no credential and no token to join
  // with, or one the server refuses; a state directory that cannot be used, is in use or is another launcher's.
  // `on_known`: called once there is a credential.
  Status run(const std::function<void()>& on_known, const std::stop_token& stop);

 private:
  Status become_known(Enrolment& enrolment, const std::stop_token& stop);
  void follow_orders(OrderDesk& desk, const Enrolment& enrolment, const MakeClient& make_client,
                     const std::stop_token& stop);

  const AgentOptions options_;
  const AgentWorld world_;
  FactsSource& facts_;
  const OrderHandlers handlers_;
};

}  // namespace holdfast::launcher
