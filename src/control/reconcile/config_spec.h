// An EtcdBackupConfig as the pure functions of schedules and retention want it.
#pragma once

#include <optional>
#include <string>

#include "api/rules.h"
#include "base/result.h"
#include "control/retention/policy.h"
#include "control/schedule/schedule.h"
#include "model/json.h"

namespace holdfast::control {

struct ConfigSpec {
  std::string name;
  std::optional<Schedule> schedule;  // none: one backup, at once
  Seconds start_offset{0};
  RetentionPolicy policy;
  bool suspended = false;
};

// Code::usage when the schedule cannot be read (it was accepted once, so a time zone went).
Result<ConfigSpec> read_config(const json::Value& config);

// The policy of a spec; what is of a wrong type counts as absent.
RetentionPolicy read_policy(const json::Value& spec);

// What the API asks about schedules, names and retention before it accepts a config.
api::RuleHooks rule_hooks();

}  // namespace holdfast::control
