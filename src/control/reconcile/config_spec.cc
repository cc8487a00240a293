#include "control/reconcile/config_spec.h"

#include <algorithm>

#include "api/causes.h"
#include "control/duration.h"
#include "control/reconcile/objects.h"
#include "control/schedule/backup_name.h"
#include "control/schedule/checks.h"
#include "control/schedule/start_offset.h"

namespace holdfast::control {
namespace {

std::optional<Seconds> span_at(const json::Value& spec, std::string_view name, DurationUnits units) {
  const std::string_view text = api::text_at(spec, {name});
  if (text.empty()) return std::nullopt;
  const auto span = parse_go_duration(text, units);
  if (!span) return std::nullopt;
  return std::chrono::floor<Seconds>(*span);
}

// A hint of several lines shows the text with carets under the place: it begins on a line of its own, or they would
// point elsewhere.
std::string explain(const Error& error) {
  if (error.hint.find('\n') != std::string::npos) return error.message + "\n" + error.hint;
  return error.hint.empty() ? error.message : fmt::format("{} ({})", error.message, error.hint);
}

std::string schedule_complaint(std::string_view text) {
  const auto schedule = parse_schedule(text);
  if (!schedule) return explain(schedule.error());
  if (auto fine = check_fires(*schedule); !fine) return explain(fine.error());
  if (auto fine = check_interval(*schedule); !fine) return explain(fine.error());
  return "";
}

std::string name_complaint(std::string_view cluster, std::string_view config) {
  const auto fine = check_config_name(cluster, config);
  return fine ? "" : explain(fine.error());
}

std::vector<api::Cause> retention_complaints(const json::Object& spec) {
  std::vector<api::Cause> causes;
  const json::Value value(spec);
  if (const std::string_view within = api::text_at(value, {"keepWithin"}); !within.empty()) {
    const auto span = parse_go_duration(within, DurationUnits::with_days_and_weeks);
    if (!span) causes.push_back(api::causes::invalid("spec.keepWithin", json::Value(within), explain(span.error())));
  }
  for (const PolicyProblem& problem : check_policy(read_policy(value))) {
    const json::Value* field = spec.if_contains(problem.field);
    causes.push_back(
        api::causes::invalid("spec." + problem.field, field == nullptr ? json::Value() : *field, problem.message));
  }
  return causes;
}

}  // namespace

RetentionPolicy read_policy(const json::Value& spec) {
  RetentionPolicy policy;
  policy.keep = number_at(spec, {"keep"});
  policy.keep_last = number_at(spec, {"keepLast"});
  policy.keep_hourly = number_at(spec, {"keepHourly"});
  policy.keep_daily = number_at(spec, {"keepDaily"});
  policy.keep_weekly = number_at(spec, {"keepWeekly"});
  policy.keep_monthly = number_at(spec, {"keepMonthly"});
  policy.keep_yearly = number_at(spec, {"keepYearly"});
  policy.keep_within = span_at(spec, "keepWithin", DurationUnits::with_days_and_weeks);
  return policy;
}

Result<ConfigSpec> read_config(const json::Value& config) {
  ConfigSpec result;
  result.name = name_of(config);
  result.suspended = api::flag_at(config, {"spec", "suspend"});
  const json::Value* spec = api::field_at(config, {"spec"});
  if (spec != nullptr) result.policy = read_policy(*spec);
  const std::string_view text = api::text_at(config, {"spec", "schedule"});
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    result.policy.one_time = true;
    return result;
  }
  HF_ASSIGN(result.schedule, parse_schedule(text));
  result.policy.zone = result.schedule->zone;
  result.start_offset = start_offset(*result.schedule, namespace_of(config), result.name);
  if (const auto spread = span_at(*spec, "spread", DurationUnits::go)) {
    const std::int64_t choices = std::max<std::int64_t>(spread->count(), 0) + 1;
    result.start_offset = std::min(Seconds(result.start_offset.count() % choices), spread_of(*result.schedule));
  }
  return result;
}

api::RuleHooks rule_hooks() {
  return {.check_schedule = schedule_complaint, .check_name = name_complaint, .check_retention = retention_complaints};
}

}  // namespace holdfast::control
