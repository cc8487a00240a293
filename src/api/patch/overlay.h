// The two ways apply changes an object: laying a configuration over it, and taking fields out.
#pragma once

#include "api/patch/field_set.h"
#include "api/patch/parts.h"
#include "model/json.h"

namespace holdfast::api {

// `live` with what `config` says: objects member by member, keyed lists by key, sets as sets, new items at the end, all
// else replaced. Fields that the server keeps stay as they are in `live`.
json::Value overlay(const Place& place, const json::Value& live, const json::Value& config);

// `value` without the fields of `given_up` of which neither they nor anything in them is in `kept`. A container goes
// with all that is in it, and is looked at before its parts: the key of an item stays readable while it is needed.
json::Value without_fields(const Place& place, const json::Value& value, const FieldSet& given_up,
                           const FieldSet& kept);

}  // namespace holdfast::api
