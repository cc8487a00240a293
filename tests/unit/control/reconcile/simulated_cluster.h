// A cluster with its objects in memory, a runner that fails as it is told, and a destination: what the decisions are
// tried on. Nothing but the objects lives from one step to the next, so every step is a restart.
#pragma once

#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "api/fields.h"
#include "api/kind.h"
#include "control/reconcile/cluster.h"
#include "control/reconcile/objects.h"

namespace holdfast::control {

class SimulatedCluster {
 public:
  // With the Cluster "prod" and the Seed "europe" with destinations "disk" and "other".
  explicit SimulatedCluster(std::uint64_t seed = 1, std::string_view start = "2026-11-21T10:00:00Z");

  Instant now() const { return now_; }
  void advance(Seconds by) { now_ += by; }
  void set_time(Instant time) { now_ = time; }

  ClusterView view;

  // What users do. JSON of spec.
  json::Value& add_config(const std::string& name, std::string_view spec);
  json::Value* config(std::string_view name);
  void ask_to_delete(TypeName type, std::string_view name);
  // And a second passes.
  json::Value& add_operation(const std::string& name, std::string_view spec);

  // Looks until nothing is left to do; complains when it does not come to rest. With crash(): after each action the
  // rest may be lost, and everything is looked at anew.
  void reconcile();
  std::optional<Instant> look_again() const { return look_again_; }

  // What becomes of the next step of an operation that the runner has.
  enum class Step { wait, succeed, fail_once, fail_for_good, crash };
  std::function<Step(const json::Value& operation)> fate = [](const json::Value&) { return Step::succeed; };
  std::function<bool()> crash = [] { return false; };
  // Begins what may begin, and moves what runs one step on. True when something moved.
  bool work();
  // reconcile() and work() until nothing moves any more at this time.
  void settle();
  // Goes from one time something is to happen to the next, until `end`.
  void run_until(Instant end);

  // Everything that ever happened.
  struct Stored {
    std::string config_uid;
    std::optional<Instant> slot;
    std::string reason;
  };
  std::map<std::string, std::vector<Stored>> stored;  // by object key: each time it was stored anew
  std::vector<json::Value> made;                      // Operations of type Backup
  std::set<std::string> destination;                  // object keys that lie there now
  std::vector<std::string> complaints;                // promises that were broken

  std::vector<json::Value*> operations(std::string_view type);
  std::mt19937_64& dice() { return dice_; }

 private:
  std::vector<json::Value>* list_of(TypeName type);
  json::Value* find(TypeName type, std::string_view name);
  bool apply(const Plan& plan);
  void create(TypeName type, json::Value object);
  void replace(TypeName type, const json::Value& object, bool status);
  void begin(json::Value& operation);
  bool step(json::Value& operation);
  void succeed(json::Value& operation);
  void back_up(json::Value& operation);
  void remove_backup(json::Value& operation);
  void complain_if_newest_good(const json::Value& backup);
  std::string new_uid();

  const api::Kinds& kinds_;
  std::mt19937_64 dice_;
  Instant now_;
  std::optional<Instant> look_again_;
  std::int64_t uids_ = 0;
  std::int64_t sequence_ = 0;
};

// Spec of a config.
inline constexpr const char* kHourlyKeepThree =
    R"({"schedule":"0 * * * *","destination":"disk","spread":"0s","keep":3})";

inline std::string text(const json::Value& object, api::FieldNames names) {
  return std::string(api::text_at(object, names));
}

inline json::Object& spec_of(json::Value& object) {
  return member_of(object, "spec");
}

// Of the Seed.
inline void set_default(SimulatedCluster& cluster, std::string_view name) {
  member_of(member_of(cluster.view.seed, "spec"), "etcdBackupRestore")["defaultDestination"] = name;
}

}  // namespace holdfast::control
