#include "server/watch_text.h"

#include <utility>

#include <fmt/format.h>

#include "registry/codec.h"

namespace holdfast::server {
namespace {

constexpr std::size_t kMostKept = 256;  // events: those of one batch of the hub that many watches look at

}  // namespace

json::Value shown_object(api::WatchEvent type, const registry::ObjectEvent& event) {
  if (!event.now) return *event.before;
  if (type == api::WatchEvent::deleted && event.before) return registry::with_revision(*event.before, event.revision);
  return *event.now;
}

std::string event_line(std::string_view type, std::string_view object) {
  return fmt::format("{{\"type\":\"{}\",\"object\":{}}}\n", type, object);
}

std::string bookmark_line(const api::Kind& kind, const Shape& shape, store::Revision revision, bool initial_end) {
  json::Object metadata{{"resourceVersion", fmt::to_string(revision)}};
  if (initial_end) metadata["annotations"] = json::Object{{"k8s.io/initial-events-end", "true"}};
  json::Object object;
  if (shape.form == api::Form::object) {
    object = {{"kind", kind.kind}, {"apiVersion", kind.group_version.to_string()}};
  } else {
    object = {{"kind", shape.form == api::Form::table ? "Table" : "PartialObjectMetadata"},
              {"apiVersion", "meta.k8s.io/" + shape.version}};
  }
  object["metadata"] = std::move(metadata);
  if (shape.form == api::Form::table) {
    object["columnDefinitions"] = json::Array();
    object["rows"] = json::Array();
  }
  return event_line("BOOKMARK", json::to_string(object));
}

std::string error_line(const api::ApiError& error) {
  return event_line("ERROR", json::to_string(error.to_status()));
}

std::string WatchText::text(api::WatchEvent type, const api::Kind& kind, const json::Value& object, const Shape& shape,
                            bool columns) const {
  return event_line(api::watch_event_name(type), object_text(tables_.of(kind), shape, object, clock_.now(), columns));
}

Line WatchText::line(api::WatchEvent type, const std::shared_ptr<const registry::ObjectEvent>& event,
                     const Shape& shape) {
  const std::lock_guard lock(mutex_);
  auto found = rendered_.find(event.get());
  if (found == rendered_.end()) {
    make_room();
    order_.push_back(event.get());
    found = rendered_.emplace(event.get(), Rendered{.event = event, .lines = {}}).first;
  }
  Line& line = found->second.lines[{type, shape}];
  if (!line)
    line = std::make_shared<const std::string>(text(type, *event->kind, shown_object(type, *event), shape, false));
  return line;
}

void WatchText::make_room() {
  while (order_.size() >= kMostKept) {
    rendered_.erase(order_.front());
    order_.pop_front();
  }
}

}  // namespace holdfast::server
