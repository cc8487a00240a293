// Orders on their way: each is begun, carried out and answered for, one after the other.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <utility>

#include "launcher/agent/enrolment.h"
#include "launcher/agent/order.h"
#include "launcher/agent/outcome_journal.h"

#include "os/clock.h"

namespace holdfast::launcher {

// put() and drop() for any thread, each run for a thread of its own. All parts outlive it.
class OrderDesk {
 public:
  struct Parts {
    api::LauncherName launcher;
    const Enrolment& enrolment;  // for its connection
    const OrderHandlers& handlers;
    OutcomeJournal& journal;  // of the thread of run()
    const MakeClient& make_client;
    os::Clock& clock;
  };
  OrderDesk(Parts parts, Duration tell_every) : parts_(parts), tell_every_(tell_every) {}

  // An Operation as it is now. One that waits already, is at work or was answered for is passed over.
  void put(const json::Value& operation);
  // It is gone: what waits is forgotten, what is at work is broken off.
  void drop(const std::string& uid);

  // Carries out what comes, until stopped.
  void run(const std::stop_token& stop);
  // Tells the server how far the one at work is, until stopped.
  void run_progress(const std::stop_token& stop);

 private:
  class Reporter;

  std::optional<Order> next(const std::stop_token& stop);
  void handle(const Order& order, const std::stop_token& stop);
  // The status it ends with; nothing: it was broken off.
  std::optional<json::Object> carry_out(const Order& order, const std::stop_token& stop);
  enum class Told { taken, unwanted, malformed, stopped };
  // Tries until the server has taken it, or has decided: it wants to hear nothing of this order, or not in these words.
  Told report(const Order& order, const json::Object& status, const std::stop_token& stop);
  // One try; nothing: it may be tried again. `why` is set when it was not taken.
  std::optional<Told> report_once(const Order& order, const json::Object& status, std::string& why,
                                  const std::stop_token& stop);
  bool is_gone(const Order& order, const std::stop_token& stop);

  const Parts parts_;
  const Duration tell_every_;

  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<Order> waiting_;  // protected by mutex_, as what follows
  std::optional<Order> at_work_;
  std::stop_source broken_off_;            // of the one at work
  std::set<std::string> answered_;         // uids; until the order is gone
  std::set<std::string> ended_;            // uids the server says have ended: the journal may forget them
  std::optional<OrderProgress> progress_;  // not told yet
};

}  // namespace holdfast::launcher
