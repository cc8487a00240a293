#include "work/health/assess.h"

#include <algorithm>
#include <charconv>
#include <set>

#include <fmt/ranges.h>

#include "work/health/member_table.h"

#include "api/fields.h"
#include "control/reconcile/objects.h"

namespace holdfast::work {
namespace {

using control::member_of;
using control::number_at;

constexpr std::uint64_t kGiBytes = 1ULL << 30U;
constexpr double kSpaceLow = 0.9;
constexpr double kSizeIsNews = 0.1;
constexpr double kLeastSizeNews = 1 << 20;

constexpr std::string_view kUp = "HealthStatusUp";
constexpr std::string_view kDown = "HealthStatusDown";
constexpr std::string_view kPartly = "HealthStatusProvisioning";

std::vector<unsigned> numbers_of(std::string_view version) {
  std::vector<unsigned> numbers;
  while (!version.empty()) {
    const std::size_t dot = std::min(version.find('.'), version.size());
    unsigned number = 0;
    std::from_chars(version.data(), version.data() + dot, number);
    numbers.push_back(number);
    version.remove_prefix(std::min(dot + 1, version.size()));
  }
  return numbers;
}

std::int64_t whole(std::uint64_t number) {
  return static_cast<std::int64_t>(std::min<std::uint64_t>(number, INT64_MAX));
}

// What all answers say together.
struct Sum {
  std::vector<const etcd::MemberStatus*> answers;
  std::set<std::uint64_t> clusters;
  std::set<std::string> alarms;
  std::uint64_t leader = 0;
  std::uint64_t db_size = 0;
  std::uint64_t in_use = 0;
  std::uint64_t quota = 0;
  std::int64_t revision = 0;
  std::string version;  // the lowest
};

Sum sum_of(const Answers& answers, const json::Value& cluster) {
  Sum sum;
  for (const etcd::Probe& probe : answers.members) {
    if (!probe.status) continue;
    const etcd::MemberStatus& each = *probe.status;
    sum.answers.push_back(&each);
    sum.clusters.insert(each.cluster_id);
    if (sum.leader == 0) sum.leader = each.leader;
    sum.db_size = std::max(sum.db_size, each.db_size);
    sum.in_use = std::max(sum.in_use, each.db_size_in_use);
    sum.revision = std::max(sum.revision, each.revision);
    if (sum.version.empty() || numbers_of(each.version) < numbers_of(sum.version)) sum.version = each.version;
    if (each.db_size_quota != 0 && (sum.quota == 0 || each.db_size_quota < sum.quota)) sum.quota = each.db_size_quota;
    for (const std::string& error : each.errors) {
      if (std::string alarm = alarm_in(error); !alarm.empty()) sum.alarms.insert(std::move(alarm));
    }
  }
  const auto wished = number_at(cluster, {"spec", "componentsOverride", "etcd", "quotaBackendGb"});
  if (sum.quota == 0 && wished && *wished > 0 && *wished < 1024)
    sum.quota = static_cast<std::uint64_t>(*wished) * kGiBytes;
  return sum;
}

json::Object etcd_of(const Sum& sum, const std::vector<MemberView>& table) {
  json::Object etcd{{"version", sum.version},
                    {"clusterID", fmt::format("{:x}", *sum.clusters.begin())},
                    {"revision", sum.revision},
                    {"dbSizeBytes", whole(sum.db_size)},
                    {"dbSizeText", format_bytes(sum.db_size)},
                    {"dbSizeInUseBytes", whole(sum.in_use)}};
  if (sum.quota != 0) etcd["quotaBytes"] = whole(sum.quota);
  if (!sum.alarms.empty()) etcd["alarms"] = json::Array(sum.alarms.begin(), sum.alarms.end());
  for (const MemberView& each : table) {
    if (each.id == sum.leader && sum.leader != 0)
      etcd["leader"] = each.name.empty() ? fmt::format("{:x}", each.id) : each.name;
  }
  return etcd;
}

json::Array members_of(const std::vector<MemberView>& table) {
  json::Array members;
  for (const MemberView& each : table)
    members.push_back(member_json(each));
  return members;
}

struct Verdict {
  std::string_view word;
  std::string_view reason;
  std::string message;
};

std::string name_of(const MemberView& member) {
  return member.name.empty() ? member.endpoint : member.name;
}

Verdict judge(const Sum& sum, const std::vector<MemberView>& table) {
  std::size_t asked = 0;
  std::vector<std::string> down;
  for (const MemberView& each : table) {
    asked += each.asked ? 1U : 0U;
    if (each.asked && !each.healthy) down.push_back(fmt::format("{}: {}", name_of(each), each.message));
  }
  const std::string list = fmt::format("{}", fmt::join(down, "; "));
  if (sum.leader == 0) {
    return {kDown, "NoLeader",
            fmt::format("there is no leader, so nothing can be written; {} of {} members answer: {}",
                        sum.answers.size(), table.size(), list)};
  }
  if (sum.clusters.size() > 1) return {kDown, "SeveralClusters", "its endpoints belong to different etcd clusters"};
  if (sum.alarms.contains("CORRUPT"))
    return {kDown, "Corrupt", "alarm CORRUPT: a member has other data than the others"};
  if (sum.alarms.contains("NOSPACE")) {
    return {
        kDown, "NoSpace",
        fmt::format("alarm NOSPACE: the database has reached its quota ({} of it in use), and etcd takes no writes; "
                    "compact, defragment and disarm the alarm",
                    format_bytes(sum.in_use))};
  }
  if (!down.empty())
    return {kPartly, "MembersDown", fmt::format("{} of {} members are down: {}", down.size(), asked, list)};
  const bool low = sum.quota != 0 && static_cast<double>(sum.in_use) > kSpaceLow * static_cast<double>(sum.quota);
  if (low) {
    return {kUp, "SpaceLow",
            fmt::format("{} of the quota of {} are in use", format_bytes(sum.in_use), format_bytes(sum.quota))};
  }
  return {kUp, "Healthy", ""};
}

// Nobody answers: what was known stays, but that it is so no longer.
json::Object etcd_before(const json::Value& cluster) {
  const json::Object* before = api::object_at(cluster, {"status", "etcd"});
  json::Object etcd = before == nullptr ? json::Object() : *before;
  etcd.erase("leader");
  return etcd;
}

Health unreachable(std::string_view reason, const std::string& message, json::Object etcd) {
  return {.etcd = std::move(etcd),
          .reachable = {.type = "EtcdReachable", .holds = false, .reason = std::string(reason), .message = message},
          .healthy = {.type = "EtcdHealthy", .holds = false, .reason = std::string(reason), .message = message},
          .word = std::string(kDown)};
}

void set_heartbeat(json::Object& status, const control::Condition& condition, control::Instant now,
                   std::int64_t generation) {
  control::set_condition(status, condition, now, generation);
  for (json::Value& each : status.at("conditions").as_array()) {
    if (api::text_at(each, {"type"}) == condition.type)
      each.get_object()["lastHeartbeatTime"] = control::format_instant(now);
  }
}

json::Value comparable(const json::Value& cluster) {
  json::Object result;
  for (const std::string_view type : {"EtcdReachable", "EtcdHealthy"}) {
    const json::Object* condition = control::find_condition(cluster, type);
    if (condition == nullptr) continue;
    for (const std::string_view name : {"status", "reason"}) {
      if (const json::Value* value = condition->if_contains(name)) result[fmt::format("{}-{}", type, name)] = *value;
    }
  }
  json::Object etcd;
  if (const json::Object* found = api::object_at(cluster, {"status", "etcd"})) etcd = *found;
  for (const std::string_view name : {"revision", "dbSizeBytes", "dbSizeText", "dbSizeInUseBytes"})
    etcd.erase(name);
  if (json::Value* members = etcd.if_contains("members"); members != nullptr && members->is_array()) {
    for (json::Value& each : members->get_array()) {
      if (!each.is_object()) continue;
      for (const std::string_view name : {"dbSizeBytes", "message"})
        each.get_object().erase(name);
    }
  }
  result["etcd"] = std::move(etcd);
  return result;
}

bool size_changed(const json::Value& before, const json::Value& after) {
  const auto old = number_at(before, {"status", "etcd", "dbSizeBytes"});
  const auto now = number_at(after, {"status", "etcd", "dbSizeBytes"});
  if (!old || !now) return old.has_value() != now.has_value();
  const auto change = static_cast<double>(*now) - static_cast<double>(*old);
  return std::abs(change) > std::max(kSizeIsNews * static_cast<double>(*old), kLeastSizeNews);
}

}  // namespace

Health assess(const Answers& answers, const json::Value& cluster) {
  const Sum sum = sum_of(answers, cluster);
  const std::vector<MemberView> table = member_table(answers.members, answers.list, cluster);
  if (sum.answers.empty()) {
    std::vector<std::string> errors;
    for (const etcd::Probe& each : answers.members)
      errors.push_back(etcd::reason_at(each.endpoint, each.status.error()));
    json::Object etcd = etcd_before(cluster);
    etcd["members"] = members_of(table);
    return unreachable("Unreachable", fmt::format("no endpoint answers: {}", fmt::join(errors, "; ")), std::move(etcd));
  }
  json::Object etcd = etcd_of(sum, table);
  etcd["members"] = members_of(table);
  Verdict verdict = judge(sum, table);
  return {.etcd = std::move(etcd),
          .reachable = {.type = "EtcdReachable", .holds = true, .reason = "Reachable", .message = ""},
          .healthy = {.type = "EtcdHealthy",
                      .holds = verdict.word == kUp,
                      .reason = std::string(verdict.reason),
                      .message = std::move(verdict.message)},
          .word = std::string(verdict.word)};
}

Health assess_failure(const Error& error, const json::Value& cluster) {
  std::string message = error.to_string();
  if (!error.hint.empty()) message += fmt::format(" ({})", error.hint);
  return unreachable("NoAccess", message, etcd_before(cluster));
}

json::Value with_health(const json::Value& cluster, const Health& health, control::Instant now) {
  json::Value after = cluster;
  json::Object& status = member_of(after, "status");
  status["etcd"] = health.etcd;
  member_of(status, "extendedHealth")["etcd"] = health.word;
  const std::int64_t generation = control::generation_of(cluster);
  set_heartbeat(status, health.reachable, now, generation);
  set_heartbeat(status, health.healthy, now, generation);
  return after;
}

json::Value without_health(const json::Value& cluster) {
  json::Value after = cluster;
  json::Object& status = member_of(after, "status");
  status.erase("etcd");
  member_of(status, "extendedHealth").erase("etcd");
  if (status.at("extendedHealth").as_object().empty()) status.erase("extendedHealth");
  json::Value* conditions = status.if_contains("conditions");
  if (conditions == nullptr || !conditions->is_array()) return after;
  json::Array others;
  for (const json::Value& each : conditions->get_array()) {
    const std::string_view type = api::text_at(each, {"type"});
    if (type != "EtcdReachable" && type != "EtcdHealthy") others.push_back(each);
  }
  *conditions = std::move(others);
  return after;
}

bool is_news(const json::Value& before, const json::Value& after) {
  return comparable(before) != comparable(after) || size_changed(before, after);
}

std::optional<control::Instant> told_at(const json::Value& cluster) {
  const json::Object* condition = control::find_condition(cluster, "EtcdHealthy");
  if (condition == nullptr) return std::nullopt;
  return control::time_at(json::Value(*condition), {"lastHeartbeatTime"});
}

}  // namespace holdfast::work
