// The lines of watches, each rendered once for all who want it in the same form.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "server/forms.h"
#include "server/kind_tables.h"

#include "api/select/watch_transition.h"
#include "os/clock.h"
#include "registry/watch_hub.h"

namespace holdfast::server {

using Line = std::shared_ptr<const std::string>;

std::string event_line(std::string_view type, std::string_view object);
// A bookmark in the form of the watch. `initial_end`: it ends the objects that were there at the beginning.
std::string bookmark_line(const api::Kind& kind, const Shape& shape, store::Revision revision, bool initial_end);
// What is shown of a change. Of an object that is there but no longer selected, what it was: what it became is for
// those to see who select that.
json::Value shown_object(api::WatchEvent type, const registry::ObjectEvent& event);
std::string error_line(const api::ApiError& error);

// Safe for any thread. Tables and clock outlive it.
class WatchText {
 public:
  WatchText(const KindTables& tables, os::Clock& clock) : tables_(tables), clock_(clock) {}

  // Of a table: without the columns.
  Line line(api::WatchEvent type, const std::shared_ptr<const registry::ObjectEvent>& event, const Shape& shape);
  // For one watch alone, such as the first row of a table.
  std::string text(api::WatchEvent type, const api::Kind& kind, const json::Value& object, const Shape& shape,
                   bool columns) const;

 private:
  using Key = std::pair<api::WatchEvent, Shape>;
  struct Rendered {
    std::shared_ptr<const registry::ObjectEvent> event;  // keeps the address of the key in use
    std::map<Key, Line> lines;
  };
  void make_room();

  const KindTables& tables_;
  os::Clock& clock_;
  std::mutex mutex_;
  std::unordered_map<const registry::ObjectEvent*, Rendered> rendered_;  // protected by mutex_, as what follows
  std::deque<const registry::ObjectEvent*> order_;                       // oldest first
};

}  // namespace holdfast::server
