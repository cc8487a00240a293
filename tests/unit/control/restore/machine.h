// A model of one member: its machine, its disk, its etcd and its launcher, which keeps the promises of
// control/restore/orders.h. Everything happens in steps that are one write or one rename, so that it can die between
// any two.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "control/restore/orders.h"
#include "control/restore/record.h"

namespace holdfast::control::sim {

enum class Data { none, old_, new_ };

struct Report {
  std::int64_t number = 0;
  bool done = false;  // otherwise failed
  bool started_again = false;
  std::string message;
  std::optional<History> history;
  std::optional<Stopped> stopped;
};

// What goes wrong with it, for good unless it says how often.
struct Faults {
  bool staging = false;
  bool stopping = false;
  int swapping = 0;           // times
  int returning = 0;          // times
  bool other_hash = false;    // the new data is not what was staged
  bool new_never_up = false;  // etcd never gets healthy on the new data
};

// Seen by every machine: what is true of the cluster as a whole.
struct Cluster {
  std::size_t members = 3;
  std::size_t running_old = 0;
  std::size_t running_new = 0;
  bool old_is_broken = false;  // etcd never gets healthy on the old data
  std::int64_t head = 1000;    // of the old data
  std::int64_t staged_revision = 0;
};

class Machine {
 public:
  explicit Machine(std::string member) : name(std::move(member)) {}

  std::string name;
  Faults faults;
  bool dead = false;  // for good
  bool launcher_up = true;
  bool net_up = true;
  bool etcd_up = true;
  Data data = Data::old_;
  bool staged = false;
  bool before = false;
  bool undone = false;
  std::int64_t starts = 1;
  Instant last_word;
  bool forgot_before = false;    // its former data was removed
  bool renamed_running = false;  // a directory was renamed below an etcd that ran

  // An order it reads from the server.
  void hear(const Order& order) { inbox_[order.number] = order; }
  // One step of its launcher; true when something moved.
  bool step(Instant now, const Cluster& cluster);
  void kill_launcher();
  void power_off();
  void power_on(Instant now);
  // What it has to say about the order of this number; nothing: nothing yet.
  std::optional<Report> report_about(std::int64_t number) const;

 private:
  struct Journal {
    Order order;
    bool done = true;
    bool run_etcd = true;
    Report report;
  };

  bool take_order();
  bool work(Instant now, const Cluster& cluster);
  bool supervise(Instant now);
  bool stage(const Cluster& cluster);
  bool stop(const Cluster& cluster);
  bool swap();
  bool start(const Cluster& cluster);
  bool put_back();
  bool forget(Instant now);
  bool start_etcd();
  bool finish(Report report);
  bool fail(std::string message);

  std::map<std::int64_t, Order> inbox_;
  int staged_parts_ = 0;
  Journal journal_;  // on its disk
};

}  // namespace holdfast::control::sim
