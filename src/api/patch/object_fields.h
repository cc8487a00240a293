// Which fields an object has, and which differ between two: the sets that ownership is computed with.
#pragma once

#include "api/patch/field_set.h"
#include "api/patch/parts.h"
#include "model/json.h"

namespace holdfast::api {

// The fields a configuration speaks of: leaves, empty objects, entries of maps and items of lists.
FieldSet fields_of(const Place& place, const json::Value& value);
// The same with every object and list on the way; the whole object and its metadata are always there and nobody's.
FieldSet fields_with_containers(const Place& place, const json::Value& value);
// Adds to a set the named objects and lists that its fields are in.
FieldSet with_named_containers(const Place& place, const FieldSet& set);

struct Changes {
  FieldSet written;  // added or changed, with the containers that were added
  FieldSet removed;  // with the containers that went
};
Changes changes_between(const Place& place, const json::Value& old, const json::Value& now);

// The fields of `asked` that `config` would change in `live`: absent there, or of another value.
FieldSet differing(const Place& place, const json::Value& live, const json::Value& config, const FieldSet& asked);

}  // namespace holdfast::api
