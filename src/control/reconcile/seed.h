// Decisions about a Seed: its destinations are tried when they change and from time to time, and their contents listed.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/reconcile/plan.h"

namespace holdfast::control {

// Where a destination's credentials lie.
struct CredentialSecret {
  std::string name_space;
  std::string name;
  std::string version;  // its resourceVersion; empty: it is not there
};

struct StoredCount {
  std::int64_t backups = 0;
  std::int64_t bytes = 0;
};

struct SeedView {
  using Stored = std::map<std::string, StoredCount, std::less<>>;

  json::Value seed;
  std::vector<json::Value> operations;  // of its namespace
  std::int64_t clusters = 0;            // that belong to it
  std::string identities;               // a digest of what says whose backups the clusters take; empty: of none
  std::map<std::string, CredentialSecret, std::less<>> secrets;  // by destination; of those that name one
  std::optional<Stored> stored;  // by destination; none: not counted, because it was a short while ago
  std::size_t running = 0;       // operations at work with its destinations; only known of one that is going
};

constexpr Seconds kProbeEvery{3600};
// One that could not be used is tried sooner, and one that could not be listed is listed again.
constexpr Seconds kProbeBrokenEvery{120};
constexpr Seconds kInventoryEvery{6 * 3600};
// Sooner when there are other clusters than at the last time and objects lie in it that belonged to none; at once when
// its settings change.
constexpr Seconds kInventoryForNewClusters{60};
// Its backups are counted this long after the last time, and as much later again for each so many that there are.
constexpr Seconds kCountEvery{30};
constexpr std::int64_t kCountedInTurn = 10'000;

// The directory that a local destination was last usable with, in the result of a probe and in the state of the
// destination. It stays when a later probe fails: it says that something may lie there.
constexpr std::string_view kUsedDirectory = "usedDirectory";

// Pure, like reconcile_cluster(). Probes and inventories are Operations in the Seed's namespace; what came out is
// copied into status.destinations and the condition DestinationsUsable, and the operations are forgotten.
//
// A Seed that is being deleted waits for what works with its destinations, at most kLeaveBehindAfter. What is stored
// stays where it is, and the Backups stay in the catalogue.
Plan reconcile_seed(const SeedView& view, Instant now);

// May its backups be counted again? That costs the more the more there are.
bool is_count_due(const json::Value& seed, Instant now);

// By destination, as the Seed names them; without their versions.
std::map<std::string, CredentialSecret, std::less<>> secrets_of(const json::Value& seed);

// Of the settings of a destination and of its credentials, so that a change is noticed.
std::string settings_hash(const json::Value& destination, std::string_view secret_version);

}  // namespace holdfast::control
