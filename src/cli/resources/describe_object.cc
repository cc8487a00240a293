#include "cli/resources/describe_object.h"

#include <algorithm>

#include "api/fields.h"
#include "cli/age_text.h"
#include "cli/json_template.h"
#include "cli/resources/object_output.h"
#include "cli/table.h"
#include "cli/text.h"
#include "cli/yaml_text.h"

namespace holdfast::cli {
namespace {

constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";

std::string_view last_time(const json::Value& event) {
  for (const char* field : {"lastTimestamp", "eventTime", "firstTimestamp"}) {
    const std::string_view time = api::text_at(event, {field});
    if (!time.empty()) return time;
  }
  return api::text_at(event, {"metadata", "creationTimestamp"});
}

std::string age_of(std::string_view time, WallTime now) {
  const auto then = parse_time(time);
  return then ? format_age(now - *then) : std::string(time);
}

std::string pairs(const json::Object* object) {
  std::string text;
  if (object == nullptr) return text;
  for (const auto& member : *object) {
    if (member.key() == kLastApplied) continue;
    text += (text.empty() ? "" : ", ") + fmt::format("{}={}", std::string_view(member.key()), text_of(member.value()));
  }
  return text;
}

void print_head(std::ostream& out, const client::Resource& resource, const json::Value& object, WallTime now) {
  FactSheet facts;
  facts.add("Name", resource.name);
  if (!resource.name_space.empty()) facts.add("Namespace", resource.name_space);
  facts.add("Kind", fmt::format("{} ({})", resource.kind.kind, resource.kind.api_version()));
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) facts.add(name, value);
  };
  add("Labels", pairs(api::object_at(object, {"metadata", "labels"})));
  add("Annotations", pairs(api::object_at(object, {"metadata", "annotations"})));
  const std::string created(api::text_at(object, {"metadata", "creationTimestamp"}));
  if (!created.empty()) facts.add("Created", fmt::format("{} ({} ago)", created, age_of(created, now)));
  add("Deletion asked", std::string(api::text_at(object, {"metadata", "deletionTimestamp"})));
  if (const json::Array* finalizers = api::array_at(object, {"metadata", "finalizers"})) {
    for (const json::Value& finalizer : *finalizers)
      facts.add("Finalizer", text_of(finalizer));
  }
  facts.print(out);
}

std::string title_of(std::string_view field) {
  std::string title(field);
  title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(title.front())));
  return title;
}

// KKP has the same entries under two names.
json::Value without_repeats(json::Value status) {
  const json::Value* current = api::field_at(status, {"currentBackups"});
  const json::Value* last = api::field_at(status, {"lastBackups"});
  if (current != nullptr && last != nullptr && *current == *last) status.get_object().erase("currentBackups");
  return status;
}

// A field with what is below it; conditions have a table of their own.
void print_field(std::ostream& out, std::string_view name, json::Value value) {
  if (value.is_object()) value.get_object().erase("conditions");
  if (value.is_null() || (value.is_object() && value.get_object().empty())) return;
  out << '\n' << printable(title_of(name)) << ":\n";
  const std::string yaml = value.is_object() || value.is_array() ? to_yaml(value) : text_of(value);
  std::size_t at = 0;
  while (at < yaml.size()) {
    const std::size_t end = std::min(yaml.find('\n', at), yaml.size());
    out << "  " << printable(std::string_view(yaml).substr(at, end - at)) << '\n';
    at = end + 1;
  }
}

void print_conditions(std::ostream& out, const json::Value& object, WallTime now) {
  const json::Array* conditions = api::array_at(object, {"status", "conditions"});
  if (conditions == nullptr || conditions->empty()) return;
  Table table({{.title = "TYPE"}, {.title = "STATUS"}, {.title = "SINCE"}, {.title = "REASON"}, {.title = "MESSAGE"}});
  for (const json::Value& each : *conditions) {
    const auto text = [&](const char* field) { return std::string(api::text_at(each, {field})); };
    table.add_row(
        {text("type"), text("status"), age_of(text("lastTransitionTime"), now), text("reason"), text("message")});
  }
  out << "\nConditions:\n";
  table.print(out);
}

void print_events(std::ostream& out, const json::Array& events, WallTime now) {
  if (events.empty()) {
    out << "\nEvents: none\n";
    return;
  }
  Table table({{.title = "LAST"}, {.title = "TYPE"}, {.title = "REASON"}, {.title = "COUNT"}, {.title = "MESSAGE"}});
  for (const json::Value& each : events) {
    const auto text = [&](const char* field) { return std::string(api::text_at(each, {field})); };
    const json::Value* count = api::field_at(each, {"count"});
    table.add_row({age_of(last_time(each), now), text("type"), text("reason"),
                   count == nullptr || count->is_null() ? "1" : text_of(*count), text("message")});
  }
  out << "\nEvents:\n";
  table.print(out);
}

}  // namespace

Result<json::Array> events_of(client::ApiClient& client, const client::Resource& resource, const json::Value& object,
                              const std::stop_token& stop) {
  HF_ASSIGN(client::Resource events, client.resource("events", "", "", stop));
  events.name_space = resource.name_space;  // of an object without one they may lie anywhere
  const std::string selector =
      fmt::format("involvedObject.kind={},involvedObject.name={},involvedObject.uid={}", resource.kind.kind,
                  resource.name, api::text_at(object, {"metadata", "uid"}));
  auto list = client.list(events, {.fields = selector}, client::Form::object, stop);
  if (!list && list.error().code == Code::refused) return json::Array();
  if (!list) return in_context(std::move(list).error(), "list the events of {}", resource.name);
  json::Array found = std::move(list->get_object()["items"].get_array());
  std::ranges::stable_sort(
      found, [](const json::Value& left, const json::Value& right) { return last_time(left) < last_time(right); });
  return found;
}

void print_description(std::ostream& out, const client::Resource& resource, const json::Value& object,
                       const json::Array& events, WallTime now) {
  print_head(out, resource, object, now);
  if (const json::Object* fields = object.if_object()) {
    for (const auto& member : *fields) {
      const std::string_view name = member.key();
      if (name == "apiVersion" || name == "kind" || name == "metadata" || name == "status") continue;
      print_field(out, name, member.value());
    }
  }
  // What is looked for most stands before the long lists of a status.
  print_conditions(out, object, now);
  if (const json::Value* status = api::field_at(object, {"status"}))
    print_field(out, "status", without_repeats(*status));
  print_events(out, events, now);
}

json::Value description_document(const json::Value& object, const json::Array& events) {
  json::Value shown = object;
  drop_managed_fields(shown);
  json::Array happened = events;
  for (json::Value& event : happened)
    drop_managed_fields(event);
  return json::Object{{"object", std::move(shown)}, {"events", std::move(happened)}};
}

}  // namespace holdfast::cli
