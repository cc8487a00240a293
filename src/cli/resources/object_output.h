// Objects of the server on standard output.
#pragma once

#include <string>
#include <vector>

#include "client/resource_kind.h"

#include "cli/session.h"
#include "model/json.h"

namespace holdfast::cli {

// One that is printed, and what was done to it ("created"); empty when it is only shown.
struct Outcome {
  client::Resource resource;
  json::Value object;  // null when there is none to show
  std::string done;
};

// For -o json, yaml and jsonpath: the object, or a List of several. Without managedFields unless they are wanted.
json::Value objects_document(std::vector<json::Value> objects, bool as_list, bool managed_fields);

// Lines "KIND/NAME created", for -o name "KIND/NAME", for programs the objects.
void print_outcomes(Session& session, const std::vector<Outcome>& outcomes);

void drop_managed_fields(json::Value& object);

}  // namespace holdfast::cli
