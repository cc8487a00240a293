#include "control/schedule/backup_name.h"

#include <array>

namespace holdfast::control {
namespace {

namespace chrono = std::chrono;

constexpr std::size_t kLongestName = 1024;  // of an S3 key

// Takes `suffix` off the end of `text` when something is left before it.
bool take_suffix(std::string_view& text, std::string_view suffix) {
  if (text.size() <= suffix.size() || !text.ends_with(suffix)) return false;
  text.remove_suffix(suffix.size());
  return true;
}

std::string_view without_suffix(std::string_view name) {
  std::string_view rest = name;
  take_suffix(rest, ".age");
  for (const std::string_view packed : {".gz", ".gzip", ".zst"}) {
    if (take_suffix(rest, packed)) break;
  }
  return take_suffix(rest, ".db") ? rest : name;
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// '#' in the pattern is a digit, 'T' is 'T' or 't', everything else itself.
bool has_form(std::string_view text, std::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool fits = pattern[i] == '#'   ? is_digit(text[i])
                      : pattern[i] == 'T' ? text[i] == 'T' || text[i] == 't'
                                          : text[i] == pattern[i];
    if (!fits) return false;
  }
  return true;
}

std::optional<Instant> instant_of_digits(std::string_view digits) {
  const auto number = [&](std::size_t at, std::size_t size) {
    unsigned value = 0;
    for (const char c : digits.substr(at, size))
      value = value * 10 + static_cast<unsigned>(c - '0');
    return value;
  };
  const chrono::year_month_day date(chrono::year(static_cast<int>(number(0, 4))), chrono::month(number(4, 2)),
                                    chrono::day(number(6, 2)));
  const unsigned hour = number(8, 2), minute = number(10, 2), second = number(12, 2);
  if (!date.ok() || date.year() < chrono::year(1970) || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return chrono::sys_days(date) + chrono::hours(hour) + chrono::minutes(minute) + Seconds(second);
}

struct Split {
  std::string_view config;
  Instant slot;
};

std::optional<Split> split_slot(std::string_view base) {
  for (const std::string_view form : {"-####-##-##T##:##:##", "-####-##-##T##-##-##", "-####-##-##T######"}) {
    if (base.size() <= form.size()) continue;
    const std::string_view tail = base.substr(base.size() - form.size());
    if (!has_form(tail, form)) continue;
    std::string digits;
    for (const char c : tail) {
      if (is_digit(c)) digits += c;
    }
    const auto slot = instant_of_digits(digits);
    if (slot) return Split{.config = base.substr(0, base.size() - form.size()), .slot = *slot};
  }
  return std::nullopt;
}

}  // namespace

std::string backup_base_name(std::string_view config, std::optional<Instant> slot) {
  if (!slot) return std::string(config);
  const auto day = chrono::floor<chrono::days>(*slot);
  const chrono::year_month_day date(day);
  const chrono::hh_mm_ss clock(*slot - day);
  return fmt::format("{}-{:04}-{:02}-{:02}t{:02}-{:02}-{:02}", config, static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count());
}

std::optional<BackupName> parse_backup_name(std::string_view name) {
  if (name.empty() || name.size() > kLongestName) return std::nullopt;
  const std::string_view base = without_suffix(name);
  BackupName parsed{.config = std::string(base), .slot = {}, .suffix = std::string(name.substr(base.size()))};
  if (const auto split = split_slot(base)) {
    parsed.config = split->config;
    parsed.slot = split->slot;
  }
  return parsed;
}

std::string backup_key(std::string_view cluster, std::string_view backup_name) {
  return fmt::format("{}-{}", cluster, backup_name);
}

std::optional<std::string> backup_name_of_key(std::string_view cluster, std::string_view key) {
  const bool of_cluster = key.size() > cluster.size() + 1 && key.starts_with(cluster) && key[cluster.size()] == '-';
  if (!of_cluster || cluster.empty()) return std::nullopt;
  const auto split = split_slot(without_suffix(key));
  if (split && split->config.size() <= cluster.size()) return std::nullopt;  // nothing is left for a config
  return std::string(key.substr(cluster.size() + 1));
}

Status check_config_name(std::string_view cluster, std::string_view config) {
  const std::size_t longest = cluster.size() + 1 + config.size() + kLongestSlot + kLongestSuffix;
  if (longest > kMaxKey)
    return with_hint(fail(Code::usage, "the keys of its backups would be {} bytes longer than the {} they may have",
                          longest - kMaxKey, kMaxKey),
                     "choose a shorter name for the config");
  // Asked of the whole key: a cluster's name may begin a time that the config's name ends.
  if (split_slot(backup_key(cluster, config)))
    return with_hint(fail(Code::usage, "the name \"{}\" ends like the time of a backup", config),
                     "choose a name without a time at its end");
  return {};
}

}  // namespace holdfast::control
