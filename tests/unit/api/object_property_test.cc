// What holds for any JSON at all, as the body of any kind.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "api_support.h"

#include "api/object.h"

namespace holdfast::api {
namespace {

// Mostly names that the schema has, so that the walk gets somewhere.
json::Value any_value(const Schema* schema, int depth);

std::string any_name(const Schema* schema) {
  if (schema != nullptr && !schema->properties.empty() && *rc::gen::inRange(0, 5) != 0)
    return schema->properties.at(*rc::gen::inRange<std::size_t>(0, schema->properties.size())).first;
  return *rc::gen::element<std::string>("x", "", "a.b", "name", "default", "ä", "A_b");
}

json::Value any_object(const Schema* schema, int depth) {
  json::Object object;
  for (int n = *rc::gen::inRange(0, 6); n > 0; --n) {
    const std::string name = any_name(schema);
    const Schema* child = schema == nullptr ? nullptr : schema->property(name);
    if (child == nullptr && schema != nullptr) child = schema->additional.get();
    object[name] = any_value(child, depth - 1);
  }
  return object;
}

json::Value any_scalar() {
  switch (*rc::gen::inRange(0, 7)) {
    case 0:
      return nullptr;
    case 1:
      return *rc::gen::arbitrary<bool>();
    case 2:
      return *rc::gen::arbitrary<std::int64_t>();
    case 3:
      return *rc::gen::arbitrary<std::uint64_t>();
    case 4:
      return static_cast<double>(*rc::gen::arbitrary<std::int32_t>()) / *rc::gen::element(1.0, 2.0);
    case 5:
      return json::Value(
          *rc::gen::element<std::string>("Keep", "True", "2021-03-16T01:48:22Z", "20m", "age1x", "cluster-x"));
    default:
      return json::Value(*rc::gen::string<std::string>());
  }
}

json::Value any_value(const Schema* schema, int depth) {
  const int choice = *rc::gen::inRange(0, 10);
  const bool wants_object = schema != nullptr && schema->type == SchemaType::object;
  const bool wants_array = schema != nullptr && schema->type == SchemaType::array;
  if (depth > 0 && (wants_object ? choice < 9 : choice == 0)) return any_object(schema, depth);
  if (depth > 0 && (wants_array ? choice < 9 : choice == 1)) {
    json::Array array;
    for (int n = *rc::gen::inRange(0, 4); n > 0; --n)
      array.push_back(any_value(wants_array ? schema->items.get() : nullptr, depth - 1));
    return array;
  }
  return any_scalar();
}

const Kind& any_kind() {
  const auto kinds = all_kinds().all();
  return kinds[*rc::gen::inRange<std::size_t>(0, kinds.size())];
}

RC_GTEST_PROP(AnyObject, IsPrunedAndDefaultedOnceAndForAll, ()) {
  const Kind& kind = any_kind();
  json::Value once = any_value(kind.schema.get(), 7);
  std::vector<std::string> unknown;
  prune(kind, once, unknown);
  apply_defaults(kind, once);
  json::Value twice = once;
  unknown.clear();
  prune(kind, twice, unknown);
  apply_defaults(kind, twice);
  RC_ASSERT(unknown.empty());
  RC_ASSERT(twice == once);
}

RC_GTEST_PROP(AnyObject, IsJudgedWithAtMostAHundredCauses, ()) {
  const Kind& kind = any_kind();
  const json::Value object = any_value(kind.schema.get(), 7);
  const std::vector<Cause> causes = validate(kind, object);
  RC_ASSERT(causes.size() <= kMostNamed);
  for (const Cause& cause : causes)
    RC_ASSERT(!cause.reason.empty() && !cause.message.empty());
}

RC_GTEST_PROP(AnyObject, IsDecodedAsItsTextOrRefused, ()) {
  const Kind& kind = any_kind();
  json::Value object = any_value(kind.schema.get(), 6);
  if (object.is_object()) {
    object.get_object()["kind"] = kind.kind;
    object.get_object()["apiVersion"] = kind.group_version.to_string();
  }
  const auto decoded = decode_json(kind, json::to_string(object));
  if (!decoded) {
    RC_ASSERT(decoded.error().code == 400);
    return;
  }
  std::vector<std::string> unknown;
  prune(kind, object, unknown);
  RC_ASSERT(decoded->object == object);
  RC_ASSERT(decoded->unknown_fields == unknown);
}

}  // namespace
}  // namespace holdfast::api
