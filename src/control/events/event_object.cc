#include "control/events/event_object.h"

#include <algorithm>

#include "api/names.h"
#include "api/rules.h"

namespace holdfast::control {
namespace {

constexpr std::size_t kHash = 16;
constexpr std::string_view kEllipsis = "…";

}  // namespace

std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  std::size_t end = most - kEllipsis.size();
  // Bytes 10xxxxxx go on with a character that began before.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  return std::string(text.substr(0, end)) + std::string(kEllipsis);
}

std::string event_namespace(const Happening& happening) {
  if (!happening.about.name_space.empty()) return happening.about.name_space;
  return happening.type.kind == kClusterType.kind ? api::cluster_namespace(happening.about.name) : "default";
}

std::string event_name(const Happening& happening, std::string_view key) {
  return resource_name(
      fmt::format("{}.{}", happening.about.name.substr(0, api::kMaxName - kHash - 1), short_hash(key)));
}

json::Value new_event(const Happening& happening, const Correlator::Verdict& verdict, std::string_view instance,
                      Instant now) {
  json::Value event = new_object(kEventType, event_namespace(happening), event_name(happening, verdict.key));
  json::Object about{{"apiVersion", happening.type.api_version},
                     {"kind", happening.type.kind},
                     {"name", happening.about.name},
                     {"uid", happening.uid}};
  if (!happening.about.name_space.empty()) about["namespace"] = happening.about.name_space;
  json::Object& fields = event.get_object();
  fields["involvedObject"] = std::move(about);
  fields["reason"] = happening.reason;
  fields["message"] = shortened(verdict.message, kMostEventMessage);
  fields["type"] = happening.warning ? "Warning" : "Normal";
  fields["source"] = json::Object{{"component", kEventSource}};
  fields["reportingComponent"] = kEventSource;
  fields["reportingInstance"] = instance;
  fields["firstTimestamp"] = format_instant(now);
  fields["lastTimestamp"] = format_instant(now);
  fields["count"] = std::int64_t{1};
  return event;
}

json::Value counted(const json::Value& event, const Correlator::Verdict& verdict, Instant now, Seconds ttl) {
  json::Value after = event;
  json::Object& fields = after.get_object();
  const bool is_over = last_time(event) + ttl <= now;
  fields["count"] = is_over ? std::int64_t{1} : number_at(event, {"count"}).value_or(0) + 1;
  if (is_over) fields["firstTimestamp"] = format_instant(now);
  fields["lastTimestamp"] = format_instant(now);
  fields["message"] = shortened(verdict.message, kMostEventMessage);
  return after;
}

Instant last_time(const json::Value& event) {
  Instant last = created(event).value_or(kFirstInstant);
  for (const std::string_view name : {"firstTimestamp", "lastTimestamp", "eventTime"})
    last = std::max(last, time_at(event, {name}).value_or(kFirstInstant));
  return std::max(last, time_at(event, {"series", "lastObservedTime"}).value_or(kFirstInstant));
}

}  // namespace holdfast::control
