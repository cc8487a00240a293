#include "api/select/watch_transition.h"

namespace holdfast::api {

std::string_view watch_event_name(WatchEvent event) {
  switch (event) {
    case WatchEvent::added:
      return "ADDED";
    case WatchEvent::modified:
      return "MODIFIED";
    case WatchEvent::deleted:
      return "DELETED";
  }
  return "";
}

std::optional<WatchEvent> watch_transition(const json::Value* old, const json::Value* now, const Selectors& selectors) {
  const bool seen_before = old != nullptr && selectors.matches(*old);
  const bool seen_now = now != nullptr && selectors.matches(*now);
  if (seen_now) return seen_before ? WatchEvent::modified : WatchEvent::added;
  if (seen_before) return WatchEvent::deleted;
  return std::nullopt;
}

}  // namespace holdfast::api
