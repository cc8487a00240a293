#include "api/fields.h"

namespace holdfast::api {

const json::Value* field_at(const json::Value& object, FieldNames names) {
  const json::Value* value = &object;
  for (const std::string_view name : names) {
    const json::Object* inside = value->if_object();
    value = inside == nullptr ? nullptr : inside->if_contains(name);
    if (value == nullptr) return nullptr;
  }
  return value;
}

const json::Object* object_at(const json::Value& object, FieldNames names) {
  const json::Value* value = field_at(object, names);
  return value == nullptr ? nullptr : value->if_object();
}

const json::Array* array_at(const json::Value& object, FieldNames names) {
  const json::Value* value = field_at(object, names);
  return value == nullptr ? nullptr : value->if_array();
}

std::string_view text_at(const json::Value& object, FieldNames names) {
  const json::Value* value = field_at(object, names);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

bool flag_at(const json::Value& object, FieldNames names) {
  const json::Value* value = field_at(object, names);
  return value != nullptr && value->is_bool() && value->get_bool();
}

}  // namespace holdfast::api
