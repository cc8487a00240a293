// Events as resources: v1 Event in the shape kubectl shows.
#pragma once

#include <string>
#include <string_view>

#include "control/events/correlator.h"
#include "control/events/happening.h"
#include "control/instant.h"
#include "model/json.h"

namespace holdfast::control {

constexpr TypeName kEventType{"v1", "Event"};
constexpr std::string_view kEventSource = "holdfast";
// Bytes of a message, as in Kubernetes.
constexpr std::size_t kMostEventMessage = 1024;

// Of a resource in no namespace: of a Cluster its own, so that whoever may see the cluster sees its events; otherwise
// "default".
std::string event_namespace(const Happening& happening);
// The same for what is counted together, short enough for every resource.
std::string event_name(const Happening& happening, std::string_view key);

json::Value new_event(const Happening& happening, const Correlator::Verdict& verdict, std::string_view instance,
                      Instant now);
// It happened once more. An event that is older than `ttl` and only waits to be removed begins to count anew.
json::Value counted(const json::Value& event, const Correlator::Verdict& verdict, Instant now, Seconds ttl);

// When it happened last, whoever wrote the event.
Instant last_time(const json::Value& event);

// At most `most` bytes, and no broken character at the end.
std::string shortened(std::string_view text, std::size_t most);

}  // namespace holdfast::control
