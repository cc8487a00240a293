#include "api/causes.h"

#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/path.h"

namespace holdfast::api::causes {
namespace {

constexpr std::size_t kMostShown = 200;
constexpr std::string_view kHidden = "\"<hidden>\"";

std::string with_detail(std::string text, std::string_view detail) {
  if (!detail.empty()) text.append(": ").append(detail);
  return text;
}

}  // namespace

std::string shown(const json::Value& value) {
  return shortened(json::to_string(value), kMostShown);
}

Cause required(std::string path, std::string_view detail) {
  return {.reason = "FieldValueRequired", .message = with_detail("Required value", detail), .field = std::move(path)};
}

Cause invalid(std::string path, const json::Value& value, std::string_view detail) {
  return {.reason = "FieldValueInvalid",
          .message = fmt::format("Invalid value: {}: {}", shown(value), detail),
          .field = std::move(path)};
}

Cause invalid_hidden(std::string path, std::string_view detail) {
  return {.reason = "FieldValueInvalid",
          .message = fmt::format("Invalid value: {}: {}", kHidden, detail),
          .field = std::move(path)};
}

Cause wrong_type(std::string path, std::string_view wanted, std::string_view found) {
  std::string message = fmt::format("Invalid value: \"{}\": {} in body must be of type {}: \"{}\"", found,
                                    path.empty() ? "<root>" : path, wanted, found);
  return {.reason = "FieldValueTypeInvalid", .message = std::move(message), .field = std::move(path)};
}

Cause not_supported(std::string path, const json::Value& value, const std::vector<std::string>& supported) {
  return {
      .reason = "FieldValueNotSupported",
      .message = fmt::format("Unsupported value: {}: supported values: {}", shown(value), fmt::join(supported, ", ")),
      .field = std::move(path)};
}

Cause duplicate(std::string path, const json::Value& value) {
  return {.reason = "FieldValueDuplicate",
          .message = fmt::format("Duplicate value: {}", shown(value)),
          .field = std::move(path)};
}

Cause forbidden(std::string path, std::string_view detail) {
  return {.reason = "FieldValueForbidden", .message = fmt::format("Forbidden: {}", detail), .field = std::move(path)};
}

Cause too_long(std::string path, std::size_t most_bytes) {
  return {.reason = "FieldValueTooLong",
          .message = fmt::format("Too long: may not be more than {} bytes", most_bytes),
          .field = std::move(path)};
}

Cause too_many(std::string path, std::size_t found, std::size_t most) {
  return {.reason = "FieldValueTooMany",
          .message = fmt::format("Too many: {}: must have at most {} items", found, most),
          .field = std::move(path)};
}

Cause not_found(std::string path, std::string_view value, std::string_view detail) {
  return {.reason = "FieldValueNotFound",
          .message = with_detail(fmt::format("Not found: {}", shown(json::Value(value))), detail),
          .field = std::move(path)};
}

Cause immutable(std::string path, const json::Value& value) {
  return invalid(std::move(path), value, "field is immutable");
}

}  // namespace holdfast::api::causes
