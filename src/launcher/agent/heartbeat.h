// Tells the server that the launcher is there and what it sees, and keeps its credential fresh.
#pragma once

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "launcher/agent/enrolment.h"
#include "launcher/agent/launcher_facts.h"

#include "os/clock.h"

namespace holdfast::launcher {

struct HeartbeatOptions {
  Duration look_every = std::chrono::seconds(10);
  Duration tell_every = std::chrono::seconds(30);  // also when there is no news
};

// One thread. All parts outlive it.
class Heartbeat {
 public:
  struct Parts {
    api::LauncherName launcher;
    Enrolment& enrolment;
    FactsSource& facts;
    const MakeClient& make_client;
    os::Clock& clock;
  };
  Heartbeat(Parts parts, HeartbeatOptions options) : parts_(parts), options_(options) {}

  // Until it is stopped. A server that is away is tried again with longer and longer pauses (order.h), and told of in
  // the log once. A credential that was void when this began is replaced with the token to join with, if there is one;
  // later it is not: who deletes a Launcher means it.
  void run(const std::stop_token& stop);

 private:
  // What to wait for next.
  Duration round(const std::stop_token& stop);
  Status tell(const LauncherFacts& facts, int& status, const std::stop_token& stop);
  Duration failed(const Error& error, int status, const std::stop_token& stop);

  const Parts parts_;
  const HeartbeatOptions options_;
  std::optional<LauncherFacts> told_;
  os::SteadyTime told_at_{};
  int failures_ = 0;
  bool known_ = false;  // the server has taken something since the start
};

}  // namespace holdfast::launcher
