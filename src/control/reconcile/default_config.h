// The backup config that every cluster of a Seed with a default destination gets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "control/reconcile/cluster_view.h"
#include "control/reconcile/plan.h"

namespace holdfast::control {

constexpr std::string_view kDefaultConfigName = "default-backups";
// On the config while there is no default destination: it is suspended, and what was made stays.
constexpr std::string_view kNoDefaultAnnotation = "holdfast.dev/suspended-without-default-destination";

// Makes the config when it is not there, and puts its schedule, keep, cluster and destination back when somebody
// changed them; everything else in it is the users'. Without a default destination it makes no more backups and loses
// none. True when it changed the config that is there: then the rest of it waits for the next look.
bool plan_default_config(const ClusterView& view, Plan& plan);

// Did we suspend it, for want of a default destination?
bool is_suspended_by_us(const json::Value& config);

// "@every 20m": that of the Seed, of the configuration, or 20 minutes; whole minutes, at least one.
std::string default_schedule(const json::Value& seed, const json::Value& configuration);
std::int64_t default_keep(const json::Value& seed, const json::Value& configuration);

}  // namespace holdfast::control
