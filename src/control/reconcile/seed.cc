#include "control/reconcile/seed.h"

#include <algorithm>
#include <tuple>

#include "api/destination_place.h"
#include "api/rules.h"
#include "control/reconcile/backup_target.h"
#include "control/reconcile/conditions.h"
#include "control/reconcile/deletion.h"
#include "control/reconcile/operation_state.h"
#include "control/reconcile/retention_plan.h"

namespace holdfast::control {
namespace {

// Times have seconds: of two operations that were made in the same one, what was written last is the newer.
bool is_newer(const json::Value& one, const json::Value& other) {
  const auto key = [](const json::Value& operation) {
    const std::string_view version = api::text_at(operation, {"metadata", "resourceVersion"});
    return std::tuple(created(operation), version.size(), version);  // a decimal number
  };
  return key(one) >= key(other);
}

class SeedPlanner {
 public:
  SeedPlanner(const SeedView& view, Instant now) : view_(view), now_(now), after_(view.seed) {}

  Plan run() && {
    json::Array list;
    for (const std::string& name : api::destination_names(view_.seed))
      list.emplace_back(look_after(name));
    describe(list);
    json::Object& status = member_of(after_, "status");
    if (view_.stored) status["countedTime"] = format_instant(now_);
    status["destinations"] = std::move(list);
    status["clusters"] = view_.clusters;
    status["observedGeneration"] = generation_of(view_.seed);
    plan_.update_status(kSeedType, view_.seed, std::move(after_));
    forget();
    return std::move(plan_);
  }

 private:
  json::Object old_state(std::string_view name) const {
    const json::Value* state = api::state_of_destination(view_.seed, name);
    return state == nullptr ? json::Object{{"name", name}} : state->get_object();
  }

  // The newest operation of the type for this destination; null when there is none.
  const json::Value* newest(std::string_view type, std::string_view destination) const {
    const json::Value* found = nullptr;
    for (const json::Value& each : view_.operations) {
      if (!is_operation(each, type) || api::text_at(each, {"spec", "seed"}) != name_of(view_.seed) ||
          api::text_at(each, {"spec", "destination"}) != destination)
        continue;
      if (found == nullptr || is_newer(each, *found)) found = &each;
    }
    return found;
  }

  json::Object look_after(const std::string& name) {
    json::Object state = old_state(name);
    const auto secret = view_.secrets.find(name);
    const std::string settings =
        settings_hash(*destination_of(view_.seed, name), secret == view_.secrets.end() ? "" : secret->second.version);
    const json::Value* probe = newest("Probe", name);
    if (probe != nullptr && has_ended(*probe)) take_probe(state, *probe);
    const json::Value* inventory = newest("Inventory", name);
    if (inventory != nullptr && phase_of(*inventory) == "Completed") take_inventory(state, *inventory);
    if (view_.stored) take_count(state, name);
    forget_former(state, settings);
    plan_probe(state, name, settings, probe);
    plan_inventory(state, name, settings, inventory);
    return state;
  }

  static void take_probe(json::Object& state, const json::Value& probe) {
    const std::string_view ended = api::text_at(probe, {"status", "finishTime"});
    if (ended.empty()) return;
    state["usable"] = phase_of(probe) == "Completed";
    set_or_erase(state, "message", api::text_at(probe, {"status", "message"}));
    state["lastProbeTime"] = ended;
    state["probedSettings"] = api::text_at(probe, {"spec", "reason"});
    if (phase_of(probe) == "Completed")
      set_or_erase(state, kUsedDirectory, api::text_at(probe, {"status", "result", kUsedDirectory}));
  }

  static void take_inventory(json::Object& state, const json::Value& inventory) {
    const std::string_view ended = api::text_at(inventory, {"status", "finishTime"});
    if (ended.empty()) return;
    const json::Value* old = state.if_contains("lastInventoryTime");
    const bool is_new = old == nullptr || *old != json::Value(ended);
    state["lastInventoryTime"] = ended;
    // One that was asked for by hand does not say which settings and clusters it is for; those of the one before stay.
    if (const std::string_view reason = api::text_at(inventory, {"spec", "reason"}); !reason.empty())
      state["listedSettings"] = reason;
    for (const std::string_view name : {"orphans", "orphansOf", "backups", "storedBytes"}) {
      // Counted anew since.
      if (!is_new && (name == "backups" || name == "storedBytes")) continue;
      if (const json::Value* value = api::field_at(inventory, {"status", "result", name})) state[name] = *value;
    }
  }

  // What was wrong with other settings says nothing about these.
  static void forget_former(json::Object& state, std::string_view settings) {
    const json::Value value(state);
    const json::Value* usable = api::field_at(value, {"usable"});
    if (usable == nullptr || usable->as_bool() || api::text_at(value, {"probedSettings"}) == settings) return;
    state.erase("usable");
    state["message"] = "its settings are new: it is being tried";
  }

  void take_count(json::Object& state, std::string_view name) const {
    const auto found = view_.stored->find(name);
    const StoredCount count = found == view_.stored->end() ? StoredCount() : found->second;
    state["backups"] = count.backups;
    state["storedBytes"] = count.bytes;
  }

  void plan_probe(const json::Object& state, const std::string& name, const std::string& settings,
                  const json::Value* probe) {
    if (probe != nullptr && !has_ended(*probe)) return;
    const json::Value value(state);
    const auto last = time_at(value, {"lastProbeTime"});
    const bool same = api::text_at(value, {"probedSettings"}) == settings;
    const Seconds every = api::flag_at(value, {"usable"}) ? kProbeEvery : kProbeBrokenEvery;
    if (last && same && *last <= now_ && now_ < *last + every) return plan_.look_at(*last + every);
    start("Probe", name, settings, fmt::format("{}-{}", settings, last ? format_instant(*last) : "first"));
  }

  // How long what the last inventory found is good for.
  Seconds inventory_lasts(const json::Value& state, std::string_view settings) const {
    const std::string_view listed = api::text_at(state, {"listedSettings"});
    if (!listed.starts_with(settings)) return Seconds(0);
    const bool has_orphans = number_at(state, {"orphans"}).value_or(0) > 0;
    return has_orphans && listed != listed_with(settings) ? kInventoryForNewClusters : kInventoryEvery;
  }

  std::string listed_with(std::string_view settings) const {
    return fmt::format("{} {}", settings, short_hash(fmt::format("{} {}", view_.clusters, view_.identities)));
  }

  void plan_inventory(const json::Object& state, const std::string& name, const std::string& settings,
                      const json::Value* inventory) {
    const json::Value value(state);
    const bool usable = api::flag_at(value, {"usable"}) && api::text_at(value, {"probedSettings"}) == settings;
    if (!usable || (inventory != nullptr && !has_ended(*inventory))) return;
    if (const auto again = inventory == nullptr ? std::nullopt : tried_again(*inventory)) return plan_.look_at(*again);
    const auto last = time_at(value, {"lastInventoryTime"});
    const Seconds lasts = inventory_lasts(value, settings);
    if (last && *last <= now_ && now_ < *last + lasts) return plan_.look_at(*last + lasts);
    const bool has_failed = inventory != nullptr && phase_of(*inventory) != "Completed";
    start("Inventory", name, listed_with(settings),
          fmt::format("{}-{}{}", settings, last ? format_instant(*last) : "first",
                      has_failed ? api::text_at(*inventory, {"status", "finishTime"}) : ""));
  }

  // When another listing may follow one that failed, which is remembered until then; nothing: now, or it did not fail.
  std::optional<Instant> tried_again(const json::Value& inventory) const {
    const auto ended = time_at(inventory, {"status", "finishTime"});
    if (phase_of(inventory) == "Completed" || !ended || *ended > now_) return std::nullopt;
    const Instant again = *ended + kProbeBrokenEvery;
    return now_ < again ? std::optional(again) : std::nullopt;
  }

  // Named from what it follows, so that making it twice is a conflict.
  void start(std::string_view type, const std::string& destination, std::string_view reason, std::string_view after) {
    const std::string name =
        resource_name(fmt::format("{}-{}-{}-{}", type, name_of(view_.seed), destination, short_hash(after)));
    json::Value operation = new_object(kOperationType, namespace_of(view_.seed), name);
    member_of(operation, "spec") = json::Object{{"type", type},
                                                {"seed", name_of(view_.seed)},
                                                {"destination", destination},
                                                {"reason", reason},
                                                {"maxAttempts", std::int64_t{1}}};
    plan_.create(kOperationType, std::move(operation));
  }

  void describe(const json::Array& destinations) {
    std::string unusable;
    bool all_known = true;
    for (const json::Value& each : destinations) {
      const json::Value* usable = api::field_at(each, {"usable"});
      all_known = all_known && usable != nullptr;
      if (usable == nullptr || *usable == json::Value(true)) continue;
      if (!unusable.empty()) unusable += "; ";
      unusable += fmt::format("{}: {}", api::text_at(each, {"name"}), api::text_at(each, {"message"}));
    }
    Condition condition{.type = "DestinationsUsable", .holds = false, .reason = "", .message = unusable};
    condition.reason = destinations.empty() ? "NoDestinations"
                       : !unusable.empty()  ? "NotUsable"
                       : !all_known         ? "NotTried"
                                            : "Usable";
    condition.holds = condition.reason == "Usable";
    set_condition(member_of(after_, "status"), condition, now_, generation_of(view_.seed));
  }

  // Operations whose outcome is in the status as it was read, and those of destinations that are gone.
  void forget() {
    for (const json::Value& each : view_.operations) {
      const bool ours = (is_operation(each, "Probe") || is_operation(each, "Inventory")) &&
                        api::text_at(each, {"spec", "seed"}) == name_of(view_.seed);
      if (!ours || !has_ended(each)) continue;
      const json::Value state(old_state(api::text_at(each, {"spec", "destination"})));
      const std::string_view recorded =
          api::text_at(state, {is_operation(each, "Probe") ? "lastProbeTime" : "lastInventoryTime"});
      const std::string_view ended = api::text_at(each, {"status", "finishTime"});
      const bool known = destination_of(view_.seed, api::text_at(each, {"spec", "destination"})) != nullptr;
      const bool in_status = !recorded.empty() && ended <= recorded;
      const bool has_failed = is_operation(each, "Inventory") && phase_of(each) != "Completed";
      if (!known || (has_failed ? !tried_again(each) : in_status)) plan_.remove(kOperationType, each);
    }
  }

  const SeedView& view_;
  const Instant now_;
  json::Value after_;
  Plan plan_;
};

constexpr Seconds kLookForRunning{10};

// What has not begun is cancelled, what has ended is forgotten.
void end_operations(const SeedView& view, Instant now, Plan& plan) {
  for (const json::Value& each : view.operations) {
    if (api::text_at(each, {"spec", "seed"}) != name_of(view.seed) || phase_of(each) == "Running") continue;
    if (has_ended(each)) {
      plan.remove(kOperationType, each);
      continue;
    }
    json::Value after = each;
    json::Object& status = member_of(after, "status");
    status["phase"] = "Cancelled";
    status["message"] = "its Seed was deleted";
    status["finishTime"] = format_instant(now);
    plan.update_status(kOperationType, each, std::move(after));
  }
}

Plan plan_seed_deletion(const SeedView& view, Instant now) {
  Plan plan;
  if (!has_finalizer(view.seed, kCleanupFinalizer)) return plan;
  end_operations(view, now, plan);
  const auto asked = time_at(view.seed, {"metadata", "deletionTimestamp"});
  const Instant end = asked ? *asked + kLeaveBehindAfter : now;
  // One that lies ahead by more than the wait was given by a clock that was set back since.
  if (view.running > 0 && now < end && end <= now + kLeaveBehindAfter) {
    json::Value after = view.seed;
    member_of(after, "status")["phase"] = "Terminating";
    plan.update_status(kSeedType, view.seed, std::move(after));
    plan.look_at(std::min(end, now + kLookForRunning));
    return plan;
  }
  json::Value after = view.seed;
  remove_finalizer(after, kCleanupFinalizer);
  plan.update(kSeedType, view.seed, std::move(after));
  return plan;
}

}  // namespace

std::map<std::string, CredentialSecret, std::less<>> secrets_of(const json::Value& seed) {
  std::map<std::string, CredentialSecret, std::less<>> found;
  for (const std::string& each : api::destination_names(seed)) {
    const json::Value& destination = *destination_of(seed, each);
    const std::string_view name = api::text_at(destination, {"credentials", "name"});
    if (name.empty()) continue;
    const std::string_view place = api::text_at(destination, {"credentials", "namespace"});
    found[each] = {.name_space = std::string(place.empty() ? kCredentialsNamespace : place),
                   .name = std::string(name),
                   .version = ""};
  }
  return found;
}

bool is_count_due(const json::Value& seed, Instant now) {
  const auto counted = time_at(seed, {"status", "countedTime"});
  if (!counted || *counted > now) return true;
  std::int64_t backups = 0;
  const json::Array* states = api::array_at(seed, {"status", "destinations"});
  for (std::size_t i = 0; states != nullptr && i < states->size(); ++i)
    backups += number_at((*states)[i], {"backups"}).value_or(0);
  return now >= *counted + kCountEvery + Seconds(backups * kCountEvery.count() / kCountedInTurn);
}

std::string settings_hash(const json::Value& destination, std::string_view secret_version) {
  return short_hash(fmt::format("{} {}", json::to_string(destination), secret_version));
}

Plan reconcile_seed(const SeedView& view, Instant now) {
  if (is_going(view.seed)) return plan_seed_deletion(view, now);
  if (!has_finalizer(view.seed, kCleanupFinalizer)) {
    Plan plan;
    json::Value after = view.seed;
    add_finalizer(after, kCleanupFinalizer);
    plan.update(kSeedType, view.seed, std::move(after));
    return plan;
  }
  return SeedPlanner(view, now).run();
}

}  // namespace holdfast::control
