#include "control/schedule/schedule.h"

#include <algorithm>
#include <array>
#include <optional>

#include "control/duration.h"
#include "control/schedule/cron_field.h"
#include "control/schedule/schedule_text.h"

namespace holdfast::control {
namespace {

constexpr std::string_view kFieldNames = "five fields: minute hour day-of-month month day-of-week";
constexpr std::string_view kDescriptorNames =
    "@yearly, @annually, @monthly, @weekly, @daily, @midnight, @hourly, @every <duration>";

struct Descriptor {
  std::string_view name;
  std::string_view fields;
};
constexpr std::array<Descriptor, 7> kDescriptors{{{"@yearly", "0 0 1 1 *"},
                                                  {"@annually", "0 0 1 1 *"},
                                                  {"@monthly", "0 0 1 * *"},
                                                  {"@weekly", "0 0 * * 0"},
                                                  {"@daily", "0 0 * * *"},
                                                  {"@midnight", "0 0 * * *"},
                                                  {"@hourly", "0 * * * *"}}};

using Words = std::vector<TextPart>;

// From the first of `words` to the end of the last.
TextPart joined(const ScheduleText& text, const Words& words) {
  const std::size_t end = words.back().at + words.back().text.size();
  return {.at = words.front().at, .text = text.whole().substr(words.front().at, end - words.front().at)};
}

Status check_characters(const ScheduleText& text) {
  if (text.whole().size() > kMaxScheduleText)
    return fail(Code::usage, "the schedule is {} bytes long, more than {}", text.whole().size(), kMaxScheduleText);
  for (std::size_t at = 0; at < text.whole().size(); ++at) {
    const char c = text.whole()[at];
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (blank || (c > 0x20 && c < 0x7F)) continue;
    return with_hint(fail(Code::usage, "a schedule cannot hold the byte {:#04x} (at character {})",
                          static_cast<unsigned>(static_cast<unsigned char>(c)), at + 1),
                     "write it with plain ASCII letters, digits and signs");
  }
  return {};
}

// Takes "TZ=Europe/Berlin" off the front of `words`, when it stands there.
Result<TimeZone> take_zone(const ScheduleText& text, Words& words) {
  const TextPart word = words.front();
  std::optional<std::size_t> prefix;
  for (const std::string_view each : {std::string_view("TZ="), std::string_view("CRON_TZ=")}) {
    if (word.text.starts_with(each)) prefix = each.size();
  }
  if (!prefix) return TimeZone();
  const TextPart name{.at = word.at + *prefix, .text = word.text.substr(*prefix)};
  if (name.text.empty()) return text.fault(name, "time zone: a name is missing", "UTC or a name such as Europe/Berlin");
  auto zone = TimeZone::find(name.text);
  if (!zone && zone.error().code != Code::usage) return tl::unexpected<Error>(std::move(zone).error());
  if (!zone)
    return text.fault(name, "time zone: " + zone.error().message,
                      "UTC or a name such as Europe/Berlin, spelt as in the time zone database");
  words.erase(words.begin());
  if (words.empty())
    return text.fault({.at = text.whole().size(), .text = {}}, "nothing stands behind the time zone", kFieldNames);
  return zone;
}

Result<CronFields> parse_fields(const ScheduleText& text, const Words& words) {
  const auto& kinds = field_kinds();
  if (words.size() != kinds.size()) {
    const std::string_view hint = words.size() == kinds.size() + 1 ? " (there is no field for seconds)" : "";
    return text.fault(joined(text, words),
                      fmt::format("a schedule has 5 fields, this one has {}{}", words.size(), hint), kFieldNames);
  }
  std::array<CronField, 5> fields;
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    HF_ASSIGN(fields.at(i), parse_cron_field(kinds.at(i), text, words.at(i)));
  }
  return CronFields{.minutes = fields[0].values,
                    .hours = fields[1].values,
                    .days_of_month = fields[2].values,
                    .months = fields[3].values,
                    .days_of_week = fields[4].values,
                    .any_day_of_month = fields[2].star,
                    .any_day_of_week = fields[4].star};
}

Result<EveryInterval> parse_every(const ScheduleText& text, const Words& words) {
  constexpr std::string_view kAllowed = "@every and a duration such as 20m, 12h or 1h30m";
  if (words.size() == 1)
    return text.fault({.at = words[0].at + words[0].text.size(), .text = {}}, "@every: a duration is missing",
                      kAllowed);
  if (words.size() > 2)
    return text.fault(words[2], fmt::format("@every: \"{}\" is one word too many", words[2].text), kAllowed);
  const auto duration = parse_go_duration(words[1].text);
  if (!duration) return text.fault(words[1], "@every: " + duration.error().message, kAllowed);
  if (*duration < std::chrono::nanoseconds(0))
    return text.fault(words[1], fmt::format("@every: {} is negative", words[1].text), kAllowed);
  return EveryInterval{std::max(std::chrono::floor<Seconds>(*duration), Seconds(1))};
}

Result<CronFields> parse_descriptor(const ScheduleText& text, const Words& words) {
  const auto found = std::find_if(kDescriptors.begin(), kDescriptors.end(),
                                  [&](const Descriptor& each) { return each.name == words[0].text; });
  if (found == kDescriptors.end())
    return text.fault(words[0], fmt::format("there is no descriptor {}", words[0].text), kDescriptorNames);
  if (words.size() > 1)
    return text.fault(words[1], fmt::format("{} stands alone; \"{}\" is too much", found->name, words[1].text),
                      kDescriptorNames);
  const ScheduleText fields(found->fields);
  return parse_fields(fields, fields.words());
}

}  // namespace

Result<Schedule> parse_schedule(std::string_view text) {
  const ScheduleText whole(text);
  HF_TRY(check_characters(whole));
  Words words = whole.words();
  if (words.empty())
    return with_hint(fail(Code::usage, "a schedule of blanks says nothing"),
                     "leave it empty for one backup at once, or write \"0 1 * * *\" or \"@every 20m\"");
  Schedule schedule{.text = std::string(joined(whole, words).text), .zone = {}, .rule = CronFields{}};
  HF_ASSIGN(schedule.zone, take_zone(whole, words));
  if (words[0].text == "@every") {
    HF_ASSIGN(schedule.rule, parse_every(whole, words));
  } else if (words[0].text.starts_with('@')) {
    HF_ASSIGN(schedule.rule, parse_descriptor(whole, words));
  } else {
    HF_ASSIGN(schedule.rule, parse_fields(whole, words));
  }
  return schedule;
}

}  // namespace holdfast::control
