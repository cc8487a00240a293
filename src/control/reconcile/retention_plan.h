// Retention of a config: which of its Backups go, which stay, and why.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/reconcile/cluster_view.h"
#include "control/reconcile/config_spec.h"
#include "control/reconcile/plan.h"
#include "control/retention/decide.h"

namespace holdfast::control {

constexpr std::size_t kMostDeletesPerConfig = 3;
// So long a config leaves alone what is older than itself: a former one of its name left it, or another server, and
// whoever made this one may not have thought of it.
constexpr Seconds kTakeOverAfter{24 * 3600};
// A deletion that failed for good is tried again when its operation is forgotten.
constexpr Seconds kRetryDelete{3600};
// After this time of trying, a deleted config or cluster goes and leaves objects behind.
constexpr Seconds kLeaveBehindAfter{3600};

// Reasons in status.keptBecause that need no rules.
constexpr std::string_view kMadeLast = "made last";
constexpr std::string_view kNoRuleRemovesIt = "no backup config removes it";

struct RetentionState {
  std::vector<const json::Value*> backups;  // of the config
  RetentionDecision decision;               // one verdict for each
  std::size_t good = 0;                     // objects, however many entries name them
  std::uint64_t stored_bytes = 0;
};
// What retention goes by: of each, in this order; behind them what other entries of the cluster say of their objects,
// which takes no part and stays. `config`: the one that judges them; null: one that is yet to be made.
std::vector<BackupFacts> backup_facts(const std::vector<const json::Value*>& backups, const json::Value& config,
                                      const ClusterView& view);
RetentionState judge_backups(const json::Value& config, const ConfigSpec& spec, const ClusterView& view, Instant now);

// More wait for their removal than are kept: removing does not work, and new ones would only add to them.
bool removal_lags(const RetentionState& state, const RetentionPolicy& policy);

// Is it complete, and can it be restored?
bool is_good(const json::Value& backup);
// When the bucket lets go of it; nothing when it does now.
std::optional<Instant> lock_of(const json::Value& backup, Instant now);
// Does a restore that has not ended read it?
bool is_in_use(const json::Value& backup, const ClusterView& view);

// Deletes and reasons. Nothing is created for a backup whose removal is under way.
void plan_retention(const RetentionState& state, const ClusterView& view, Plan& plan);

// Reasons of the Backups whose config is gone, or that never had one: nobody but a hand removes those.
void plan_reasons_without_config(const ClusterView& view, Plan& plan);

// The Operation that removes one Backup.
json::Value delete_operation(const json::Value& backup, const ClusterView& view, std::string_view reason);
// Deletes of the config's backups that have not ended.
std::size_t running_deletes(std::string_view config, const ClusterView& view);
// The operation that removes it, ended or not; null: none.
const json::Value* delete_of(const json::Value& backup, const ClusterView& view);

// Asked again right before a stored backup is removed: why it must not be, empty when it still may.
std::string why_not_remove(const json::Value& backup, const ClusterView& view, Instant now);

}  // namespace holdfast::control
