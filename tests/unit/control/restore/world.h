// A restore in a world where everything can die, be late, be repeated or be reordered: servers that decide, a store,
// messages, and machines. Driven by a seed; the same seed is the same story.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "unit/control/restore/machine.h"

#include "control/restore/decide.h"

namespace holdfast::control::sim {

// What lies in the store; copied, it is what a server sees.
struct Store {
  bool exists = true;  // the EtcdRestore
  RestoreSpec spec;
  bool going = false;
  bool has_finalizer = false;
  RestoreRecord record;
  std::int64_t version = 0;  // of the EtcdRestore
  std::string holder;        // of the Cluster
  bool paused = false;
  bool paused_before = false;
  std::map<std::pair<std::string, std::int64_t>, Order> orders;
  std::map<std::pair<std::string, std::int64_t>, OrderView> reports;
  std::map<std::string, MemberView> launchers;
  std::optional<Preflight> preflight;
  std::optional<Work> safety;
};

class World {
 public:
  // `telling`: keeps what happens for story().
  explicit World(std::uint64_t seed, bool telling = false);

  // Random events until `events` have happened.
  void chaos(int events);
  // Nothing fails any more but what is dead for good, until nothing moves or `limit` has passed.
  void calm(Seconds limit);
  // Nobody hears of a server any more, for `time`.
  void leave_alone(Seconds time);
  void skip(Seconds by) { now_ += by; }

  const Store& store() const { return store_; }
  const std::vector<Machine>& machines() const { return machines_; }
  Instant now() const { return now_; }
  std::size_t running(Data data) const;
  std::size_t dead() const;
  bool old_was_broken() const { return old_is_broken_; }
  // Promises that were broken; empty: none.
  const std::vector<std::string>& complaints() const { return complaints_; }
  // What happened, the newest last.
  const std::deque<std::string>& story() const { return story_; }

 private:
  static constexpr const char* kName = "r1";

  struct Server {
    bool up = true;
    Instant awake_since = {};
    // A plan it is carrying out, write by write.
    std::optional<RestorePlan> plan = {};
    std::int64_t based_on = 0;
    int next = 0;
  };

  std::uint64_t roll(std::uint64_t below) { return dice_() % below; }
  bool chance(int percent) { return static_cast<int>(roll(100)) < percent; }
  Machine& any_machine() { return machines_[roll(machines_.size())]; }

  void build();
  void one_event();
  bool one_round();
  void bad_event();
  void user_event();
  bool server_event(Server& server, bool fresh);  // true: something was written, or is to be
  RestoreView view_of(const Store& record_from, const Store& rest_from, Instant awake_since) const;
  void look(Server& server, bool fresh);
  bool write_next(Server& server);
  bool write_object(Server& server, const RestorePlan& plan);
  void write_status(const RestoreRecord& record);
  void create(const Order& order);
  bool move_work();
  void send(const Machine& machine);
  void deliver(std::size_t which);
  void hear(Machine& machine, bool all);
  bool step(Machine& machine);
  Cluster cluster() const;
  void remember();
  void check();
  void complain(const std::string& what);
  template <typename... Arguments>
  void tell(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    if (telling_) keep(fmt::format(format, std::forward<Arguments>(arguments)...));
  }
  void keep(std::string what);
  void check_rest();

  std::mt19937_64 dice_;
  bool telling_;
  int bad_percent_ = 4;  // of the events
  Instant now_;
  Store store_;
  std::deque<Store> past_;
  std::vector<Server> servers_;
  std::vector<Machine> machines_;
  struct Message {
    std::string member;
    MemberView heartbeat;
    std::vector<Report> reports;
  };
  std::vector<Message> messages_;
  std::vector<std::string> complaints_;
  std::deque<std::string> story_;
  bool old_is_broken_ = false;
  bool preflight_fails_ = false;
  bool safety_fails_ = false;
  bool former_pause_ = false;
  std::int64_t head_ = 1000;
  bool new_has_served_ = false;
  bool old_is_back_ = false;
  std::optional<Instant> kept_until_;
};

}  // namespace holdfast::control::sim
