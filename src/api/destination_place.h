// Where a destination leads, so that two that lead to one place can be told, and what is known of it.
#pragma once

#include <string>
#include <string_view>

#include "model/json.h"

namespace holdfast::api {

// What stands before the key of each of its objects: "s3://host/bucket/prefix" or "/directory/prefix". Equal texts are
// one place, whatever the destinations are called. Different ones may be one all the same (a link in the path, two
// names of one server), which the settings cannot tell.
std::string destination_place(const json::Value& destination);

// "/directory" of a local destination, without a slash at its end; empty for a bucket.
std::string directory_of(const json::Value& destination);

// What is known of the destination of this name: its entry in status.destinations of the Seed; null: nothing yet. It
// points into `seed`.
const json::Value* state_of_destination(const json::Value& seed, std::string_view name);

}  // namespace holdfast::api
