// What a schema cannot say about an object: that what it names exists, that it stays in its own cluster, that a
// schedule can fire. Asked before each write, after validate(); pure, given a view of the other objects.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/kind.h"
#include "api/status.h"
#include "base/result.h"
#include "model/json.h"

namespace holdfast::api {

// The other objects, as of the moment. Errors are those of the store.
class Objects {
 public:
  virtual ~Objects() = default;
  // `kind` is the Kind's name ("Seed"); `name_space` is empty for kinds that lie in none.
  virtual Result<std::optional<json::Value>> get(std::string_view kind, std::string_view name_space,
                                                 std::string_view name) const = 0;
  // Of all namespaces. Asked for Seeds only, of which there are few.
  virtual Result<std::vector<json::Value>> list(std::string_view kind) const = 0;
  // Of one namespace.
  virtual Result<std::vector<json::Value>> list_in(std::string_view kind, std::string_view name_space) const = 0;
};

// Rules that live in other libraries. An empty function checks nothing.
struct RuleHooks {
  // Why a schedule is refused, as a person reads it ("never fires: …"); empty: it is fine.
  std::function<std::string(std::string_view schedule)> check_schedule;
  // Why backups of a new EtcdBackupConfig of this name could not be stored or told apart; empty: it is fine.
  std::function<std::string(std::string_view cluster, std::string_view name)> check_name;
  // What is wrong with keep, keepLast and so on in the spec of an EtcdBackupConfig. Fields as "spec.keepWithin".
  std::function<std::vector<Cause>(const json::Object& spec)> check_retention;
};

struct RuleInput {
  const Kind& kind;
  const json::Value& object;            // pruned, with defaults, valid by its schema
  const json::Value* before = nullptr;  // what it replaces; null when it is made. What has not changed is not judged
                                        // again, so that an object never becomes impossible to edit
  bool by_server = false;               // written by our own controllers, not for a user
  // May who writes it know of what belongs to this project (empty: to none)? Refusals name that. Without the function:
  // they may know everything.
  std::function<bool(std::string_view project)> may_know = {};
};

struct RuleOutcome {
  std::vector<Cause> causes;          // empty: may be written
  std::vector<std::string> warnings;  // for Warning headers

  // What a new object may be written under, so that two that exclude each other cannot both be let in at once:
  struct Absent {
    std::string kind;  // that lies in no namespace
    std::string name;
  };
  std::vector<Absent> absent;    // these are still not there
  bool changes_keys = false;     // it has a name that others with depends_on_keys looked at
  bool depends_on_keys = false;  // no object with changes_keys was made since
};

// An error is one of `objects`.
Result<RuleOutcome> check_rules(const RuleInput& input, const Objects& objects, const RuleHooks& hooks);

// What backups that no config made have for its name: "manual-2026-11-22t01-42-00".
constexpr std::string_view kByHand = "manual";

// "cluster-" and the name of the cluster.
std::string cluster_namespace(std::string_view cluster);
// The cluster of a namespace; empty when it is not called like that.
std::string_view cluster_of_namespace(std::string_view name_space);
// Small letters, digits, dashes and dots, beginning and ending with a letter or digit, at most 63.
bool is_destination_name(std::string_view name);
// The Seed that a cluster belongs to: the one spec.seed names, else the one with the data centre of spec.cloud.dc, else
// the oldest: one more Seed takes no cluster away from where its backups are. Null when the named one is not there, or
// none is. Points into `seeds`.
const json::Value* seed_of(const json::Value& cluster, const std::vector<json::Value>& seeds);
// The names of the destinations of a Seed, in the order they are written in.
std::vector<std::string> destination_names(const json::Value& seed);

}  // namespace holdfast::api
