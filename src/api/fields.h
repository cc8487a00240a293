// Looking into objects of any shape.
#pragma once

#include <initializer_list>
#include <string_view>

#include "model/json.h"

namespace holdfast::api {

using FieldNames = std::initializer_list<std::string_view>;

// What is there; null when a member is missing or something on the way is no object.
const json::Value* field_at(const json::Value& object, FieldNames names);
// Null also when it is something else.
const json::Object* object_at(const json::Value& object, FieldNames names);
const json::Array* array_at(const json::Value& object, FieldNames names);
// Empty when it is no text. Points into `object`.
std::string_view text_at(const json::Value& object, FieldNames names);
// False when it is neither true nor false.
bool flag_at(const json::Value& object, FieldNames names);

}  // namespace holdfast::api
