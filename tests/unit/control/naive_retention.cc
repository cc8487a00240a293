#include "unit/control/naive_retention.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <tuple>

namespace holdfast::control {
namespace {

using Backups = std::span<const BackupFacts>;

auto age_key(const BackupFacts& backup) {
  return std::tie(backup.slot, backup.made, backup.name);
}

// All that the backup could be ranked against: the counted good ones, or the failed ones.
std::set<std::size_t> newer_ones(Backups backups, const std::set<std::size_t>& among, std::size_t i) {
  std::set<std::size_t> newer;
  for (const std::size_t j : among) {
    if (age_key(backups[j]) > age_key(backups[i])) newer.insert(j);
  }
  return newer;
}

// The C library knows weeks and months, too.
std::string label(const BackupFacts& backup, const TimeZone& zone, const char* format) {
  const std::time_t local = zone.to_local(backup.slot).time_since_epoch().count();
  std::tm parts{};
  gmtime_r(&local, &parts);
  std::array<char, 64> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), format, &parts);
  std::string made(text.data(), size);
  // An hour that comes twice is two.
  if (std::string_view(format).ends_with("%H")) made += std::to_string(local - backup.slot.time_since_epoch().count());
  return made;
}

bool kept_by_bucket(Backups backups, const std::set<std::size_t>& newer, std::size_t i, std::int64_t count,
                    const TimeZone& zone, const char* format) {
  const std::string own = label(backups[i], zone, format);
  std::set<std::string> labels;
  for (const std::size_t j : newer)
    labels.insert(label(backups[j], zone, format));
  return labels.count(own) == 0 && static_cast<std::int64_t>(labels.size()) < count;
}

bool kept_by_a_rule(const RetentionPolicy& policy, Backups backups, const std::set<std::size_t>& counted,
                    std::size_t i) {
  const std::set<std::size_t> newer = newer_ones(backups, counted, i);
  const auto rank = static_cast<std::int64_t>(newer.size());
  const bool none_set = !policy.keep_last && !policy.keep_hourly && !policy.keep_daily && !policy.keep_weekly &&
                        !policy.keep_monthly && !policy.keep_yearly && !policy.keep_within;
  if (policy.keep && rank < std::min<std::int64_t>(std::max<std::int64_t>(*policy.keep, 1), 50)) return true;
  if (!policy.keep && none_set && rank < 20) return true;
  if (policy.keep_last && rank < *policy.keep_last) return true;
  if (policy.keep_within) {
    const auto by_slot = [&](std::size_t a, std::size_t b) { return backups[a].slot < backups[b].slot; };
    const std::size_t newest = *std::max_element(counted.begin(), counted.end(), by_slot);
    if (backups[newest].slot - backups[i].slot <= *policy.keep_within) return true;
  }
  const std::array<std::pair<std::optional<std::int64_t>, const char*>, 5> rules{{{policy.keep_hourly, "%Y-%m-%d %H"},
                                                                                  {policy.keep_daily, "%Y-%m-%d"},
                                                                                  {policy.keep_weekly, "%G-%V"},
                                                                                  {policy.keep_monthly, "%Y-%m"},
                                                                                  {policy.keep_yearly, "%Y"}}};
  return std::any_of(rules.begin(), rules.end(), [&](const auto& rule) {
    return rule.first && kept_by_bucket(backups, newer, i, *rule.first, policy.zone, rule.second);
  });
}

}  // namespace

std::set<std::size_t> naive_removals(const RetentionPolicy& policy, Backups backups, Instant now) {
  if (policy.one_time) return {};
  std::set<std::size_t> counted;
  std::set<std::size_t> failed;
  std::uint64_t made_last = 0;
  for (std::size_t i = 0; i < backups.size(); ++i) {
    const BackupFacts& backup = backups[i];
    if (backup.state == BackupState::good) made_last = std::max(made_last, backup.made);
    if (backup.pinned) continue;
    if (backup.state == BackupState::good && backup.slot <= now) counted.insert(i);
    if (backup.state == BackupState::failed || backup.state == BackupState::missing) failed.insert(i);
  }
  std::set<std::string> damaged;
  for (const BackupFacts& each : backups) {
    if (each.state == BackupState::failed) damaged.insert(each.name);
  }
  std::erase_if(counted, [&](std::size_t i) { return damaged.count(backups[i].name) != 0; });
  std::set<std::size_t> copies;
  for (const std::size_t i : counted) {
    for (const std::size_t j : counted) {
      const bool before =
          age_key(backups[j]) > age_key(backups[i]) || (age_key(backups[j]) == age_key(backups[i]) && j < i);
      if (backups[i].name == backups[j].name && before) copies.insert(i);
    }
  }
  std::erase_if(counted, [&](std::size_t i) { return copies.count(i) != 0; });
  std::set<std::size_t> removed;
  for (const std::size_t i : counted) {
    std::set<std::size_t> same;  // of its etcd
    for (const std::size_t j : counted) {
      if (backups[j].etcd == backups[i].etcd) same.insert(j);
    }
    const bool newest = newer_ones(backups, same, i).empty();
    const bool last = backups[i].made != 0 && backups[i].made == made_last;
    if (newest || last || kept_by_a_rule(policy, backups, same, i)) continue;
    removed.insert(i);
    for (const std::size_t j : copies) {
      const bool made_last_itself = backups[j].made != 0 && backups[j].made == made_last;
      if (backups[j].name == backups[i].name && !made_last_itself) removed.insert(j);
    }
  }
  for (const std::size_t i : failed) {
    if (newer_ones(backups, failed, i).size() >= 10) removed.insert(i);
  }
  std::erase_if(removed, [&](std::size_t i) {
    return backups[i].in_use || (backups[i].locked_until && *backups[i].locked_until > now) ||
           (backups[i].taken_over_until && *backups[i].taken_over_until > now);
  });
  std::set<std::string> staying;
  for (std::size_t i = 0; i < backups.size(); ++i) {
    if (removed.count(i) == 0 && backups[i].state != BackupState::missing) staying.insert(backups[i].name);
  }
  std::erase_if(removed, [&](std::size_t i) { return staying.count(backups[i].name) != 0; });
  return removed;
}

}  // namespace holdfast::control
