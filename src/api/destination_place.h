// Where a destination leads, so that two that lead to one place can be told.
#pragma once

#include <string>

#include "model/json.h"

namespace holdfast::api {

// What stands before the key of each of its objects: "s3://host/bucket/prefix" or "/directory/prefix". Equal texts are
// one place, whatever the destinations are called. Different ones may be one all the same (a link in the path, two
// names of one server), which the settings cannot tell.
std::string destination_place(const json::Value& destination);

// "/directory" of a local destination, without a slash at its end; empty for a bucket.
std::string directory_of(const json::Value& destination);

}  // namespace holdfast::api
