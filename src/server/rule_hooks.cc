#include "server/rule_hooks.h"

#include <fmt/format.h>

#include "control/schedule/backup_name.h"
#include "control/schedule/checks.h"

namespace holdfast::server {
namespace {

std::string explain(const Error& error) {
  return error.hint.empty() ? error.message : fmt::format("{} ({})", error.message, error.hint);
}

std::string schedule_complaint(std::string_view text) {
  const auto schedule = control::parse_schedule(text);
  if (!schedule) return explain(schedule.error());
  if (auto fine = control::check_fires(*schedule); !fine) return explain(fine.error());
  if (auto fine = control::check_interval(*schedule); !fine) return explain(fine.error());
  return "";
}

std::string name_complaint(std::string_view cluster, std::string_view config) {
  const auto fine = control::check_config_name(cluster, config);
  return fine ? "" : explain(fine.error());
}

}  // namespace

api::RuleHooks rule_hooks() {
  return {.check_schedule = schedule_complaint, .check_name = name_complaint, .check_retention = {}};
}

}  // namespace holdfast::server
