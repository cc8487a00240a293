#include "api/table_columns.h"

#include <algorithm>

#include "api/fields.h"
#include "api/table.h"

namespace holdfast::api {
namespace {

json::Value text(std::string_view value) {
  return json::Value(value);
}

std::int64_t members(const json::Value& object, std::string_view name) {
  const json::Object* value = object_at(object, {name});
  return value == nullptr ? 0 : static_cast<std::int64_t>(value->size());
}

std::string lower_case(std::string_view word) {
  std::string lower(word);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return lower;
}

SpecialColumn column(std::string name, std::string type, std::string description,
                     std::function<json::Value(const json::Value&, WallTime)> cell, int priority = 0) {
  return {.column = {.name = std::move(name),
                     .type = std::move(type),
                     .json_path = "",
                     .description = std::move(description),
                     .priority = priority},
          .format = "",
          .cell = std::move(cell)};
}

// The first of an event's times that is there.
std::string_view first_time(const json::Value& event, bool newest) {
  const std::string_view times[] = {text_at(event, {"series", "lastObservedTime"}), text_at(event, {"lastTimestamp"}),
                                    text_at(event, {"eventTime"}), text_at(event, {"firstTimestamp"})};
  if (!newest) return times[3].empty() ? times[2] : times[3];
  const auto* found =
      std::find_if(std::begin(times), std::end(times), [](std::string_view each) { return !each.empty(); });
  return found == std::end(times) ? std::string_view() : *found;
}

json::Value event_object(const json::Value& event, WallTime) {
  const std::string_view kind = text_at(event, {"involvedObject", "kind"});
  const std::string_view name = text_at(event, {"involvedObject", "name"});
  return text(lower_case(kind) + (name.empty() ? "" : "/" + std::string(name)));
}

json::Value event_source(const json::Value& event, WallTime) {
  std::string source(text_at(event, {"source", "component"}));
  if (source.empty()) source = text_at(event, {"reportingComponent"});
  const std::string_view host = text_at(event, {"source", "host"});
  return text(host.empty() ? source : source + ", " + std::string(host));
}

json::Value event_count(const json::Value& event, WallTime) {
  const json::Value* series = field_at(event, {"series", "count"});
  const json::Value* count = series != nullptr ? series : field_at(event, {"count"});
  return count != nullptr && count->is_int64() ? *count : json::Value(1);
}

// A cell that shows one text member.
std::function<json::Value(const json::Value&, WallTime)> member_cell(std::string name) {
  return [name = std::move(name)](const json::Value& object, WallTime) { return text(text_at(object, {name})); };
}

std::vector<SpecialColumn> event_columns() {
  std::vector<SpecialColumn> all;
  all.push_back(
      column("Last Seen", "string", "How long ago it happened last.",
             [](const json::Value& event, WallTime now) { return text(age_of(first_time(event, true), now)); }));
  all.push_back(column("Type", "string", "Normal or Warning.", member_cell("type")));
  all.push_back(column("Reason", "string", "What happened, in one word.", member_cell("reason")));
  all.push_back(column("Object", "string", "The resource it happened to.", event_object));
  all.push_back(column(
      "Subobject", "string", "The part of the resource it happened to.",
      [](const json::Value& event, WallTime) { return text(text_at(event, {"involvedObject", "fieldPath"})); }, 1));
  all.push_back(column("Source", "string", "Who says so.", event_source, 1));
  all.push_back(column("Message", "string", "What happened.", member_cell("message")));
  all.push_back(column(
      "First Seen", "string", "How long ago it happened first.",
      [](const json::Value& event, WallTime now) { return text(age_of(first_time(event, false), now)); }, 1));
  all.push_back(column("Count", "integer", "How often it happened.", event_count, 1));
  SpecialColumn name = name_column();
  name.column.priority = 1;
  all.push_back(std::move(name));
  return all;
}

}  // namespace

SpecialColumn name_column() {
  SpecialColumn made =
      column("Name", "string", "The name, unique among resources of the kind in a namespace.",
             [](const json::Value& object, WallTime) { return text(text_at(object, {"metadata", "name"})); });
  made.format = "name";
  return made;
}

SpecialColumn age_column() {
  return column("Age", "string", "How long ago the resource was made.", [](const json::Value& object, WallTime now) {
    return text(age_of(text_at(object, {"metadata", "creationTimestamp"}), now));
  });
}

std::vector<SpecialColumn> special_columns(const Kind& kind) {
  if (!kind.group_version.group.empty()) return {};
  if (kind.kind == "Event") return event_columns();
  std::vector<SpecialColumn> all;
  all.push_back(name_column());
  if (kind.kind == "Namespace") {
    all.push_back(
        column("Status", "string", "Whether the namespace is in use.",
               [](const json::Value& object, WallTime) { return text(text_at(object, {"status", "phase"})); }));
  } else if (kind.kind == "Secret") {
    all.push_back(column("Type", "string", "What kind of secret it is.", member_cell("type")));
    all.push_back(column("Data", "integer", "How many values it has.",
                         [](const json::Value& object, WallTime) { return json::Value(members(object, "data")); }));
  } else if (kind.kind == "ConfigMap") {
    all.push_back(
        column("Data", "integer", "How many texts and files it has.", [](const json::Value& object, WallTime) {
          return json::Value(members(object, "data") + members(object, "binaryData"));
        }));
  } else {
    return {};
  }
  all.push_back(age_column());
  return all;
}

}  // namespace holdfast::api
