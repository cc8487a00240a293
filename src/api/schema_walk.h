// Private to api/: what is done along a schema, for any part of an object.
#pragma once

#include <string>
#include <vector>

#include "api/path.h"
#include "api/schema.h"
#include "api/status.h"
#include "model/json.h"

namespace holdfast::api {

void prune_value(const Schema& schema, json::Value& value, const Path& path, std::vector<std::string>& unknown);
void default_value(const Schema& schema, json::Value& value);
// Adds to `causes` until there are kMostNamed. `hidden`: messages show no values.
void validate_value(const Schema& schema, const json::Value& value, const Path& path, bool hidden,
                    std::vector<Cause>& causes);

// private to object.cc: names, labels and so on, when their types are right.
void validate_metadata(const json::Value& object, bool label_name, std::vector<Cause>& causes);

}  // namespace holdfast::api
