// `holdfast describe`.
#pragma once

#include <ostream>
#include <stop_token>

#include "client/api_client.h"

#include "cli/session.h"

namespace holdfast::cli {

// What happened to the object, oldest first. Nothing when events may not be seen.
Result<json::Array> events_of(client::ApiClient& client, const client::Resource& resource, const json::Value& object,
                              const std::stop_token& stop);

// The object for a person: head, fields, conditions, events.
void print_description(std::ostream& out, const client::Resource& resource, const json::Value& object,
                       const json::Array& events, WallTime now);

// {"object": …, "events": […]}.
json::Value description_document(const json::Value& object, const json::Array& events);

}  // namespace holdfast::cli
