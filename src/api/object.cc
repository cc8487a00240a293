#include "api/object.h"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/schema_walk.h"

namespace holdfast::api {
namespace {

std::string head(const json::Object& object, std::string_view name) {
  const json::Value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

ApiError cannot_be_handled(const Kind& kind, std::string_view why) {
  return bad_request(fmt::format("{0} in version \"{1}\" cannot be handled as a {0}: {2}", kind.kind,
                                 kind.group_version.version, why));
}

// Typed clients leave the head out of objects of Kubernetes' own kinds: the path says what they are.
void complete_head(const Kind& kind, json::Value& value) {
  if (!kind.built_in || !value.is_object()) return;
  json::Object& object = value.get_object();
  if (!object.contains("kind")) object["kind"] = kind.kind;
  if (!object.contains("apiVersion")) object["apiVersion"] = kind.group_version.to_string();
}

// Empty: the object says that it is of this kind.
std::string wrong_head(const Kind& kind, const json::Value& value) {
  if (!value.is_object()) return "the body is not a JSON object";
  const json::Object& object = value.get_object();
  const std::string own_kind = head(object, "kind");
  const std::string version = head(object, "apiVersion");
  if (own_kind.empty()) return "Object 'Kind' is missing";
  if (version.empty()) return "Object 'apiVersion' is missing";
  if (own_kind == kind.kind && version == kind.group_version.to_string()) return "";
  return fmt::format("the object is a {} of {}, but this is the place of {} of {}", shortened(own_kind, 100),
                     shortened(version, 100), kind.kind, kind.group_version.to_string());
}

// Metadata of a wrong type, such as a number as label.
std::string wrong_metadata(const Kind& kind, const json::Object& object) {
  const json::Value* metadata = object.if_contains("metadata");
  const Schema* schema = kind.schema->property("metadata");
  if (metadata == nullptr || schema == nullptr) return "";
  std::vector<Cause> causes;
  const Path root;
  validate_value(*schema, *metadata, Path(root, "metadata"), false, causes);
  for (const Cause& cause : causes) {
    if (cause.reason == "FieldValueTypeInvalid") return cause.field + ": " + cause.message;
  }
  return "";
}

std::string quoted(std::string_view what, const std::vector<std::string>& fields, std::size_t index) {
  return fmt::format("{} field \"{}\"", what, fields[index]);
}

}  // namespace

ApiResult<json::Value> decode_body(std::string_view body, std::vector<std::string>& duplicates, json::Limits limits) {
  auto value = json::parse_with_duplicates(body, limits, duplicates);
  if (value) return std::move(*value);
  if (value.error().code == Code::no_space) return tl::unexpected(too_large(limits.bytes));
  return tl::unexpected(bad_request("the body of the request is " + value.error().message));
}

ApiResult<Decoded> decode_json(const Kind& kind, std::string_view body, json::Limits limits) {
  std::vector<std::string> duplicates;
  auto value = decode_body(body, duplicates, limits);
  if (!value) return tl::unexpected(std::move(value).error());
  auto decoded = decode_value(kind, std::move(*value));
  if (decoded) decoded->duplicate_fields = std::move(duplicates);
  return decoded;
}

ApiResult<Decoded> decode_value(const Kind& kind, json::Value object) {
  complete_head(kind, object);
  if (const std::string wrong = wrong_head(kind, object); !wrong.empty()) return tl::unexpected(bad_request(wrong));
  Decoded decoded;
  decoded.object = std::move(object);
  prune(kind, decoded.object, decoded.unknown_fields);
  const std::string wrong = wrong_metadata(kind, decoded.object.get_object());
  if (!wrong.empty()) return tl::unexpected(cannot_be_handled(kind, wrong));
  return decoded;
}

std::vector<std::string> oddities(const Decoded& decoded) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < decoded.duplicate_fields.size(); ++i)
    all.push_back(quoted("duplicate", decoded.duplicate_fields, i));
  for (std::size_t i = 0; i < decoded.unknown_fields.size(); ++i)
    all.push_back(quoted("unknown", decoded.unknown_fields, i));
  return all;
}

ApiError strict_error(const Kind& kind, const Decoded& decoded) {
  return cannot_be_handled(kind, fmt::format("strict decoding error: {}", fmt::join(oddities(decoded), ", ")));
}

ApiError strict_patch_error(const Kind& kind, std::string_view name, const Decoded& decoded) {
  const std::string text = fmt::format("strict decoding error: {}", fmt::join(oddities(decoded), ", "));
  return invalid(kind, name, {{.reason = "FieldValueInvalid", .message = "Invalid value: " + text, .field = "patch"}});
}

std::vector<Cause> validate(const Kind& kind, const json::Value& object) {
  std::vector<Cause> causes;
  validate_value(*kind.schema, object, Path(), false, causes);
  // A namespace's name becomes part of others; those of DNS labels have no dots.
  const bool label_name = kind.kind == "Namespace" && kind.group_version.group.empty();
  validate_metadata(object, label_name, causes);
  return causes;
}

}  // namespace holdfast::api
