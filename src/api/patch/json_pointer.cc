#include "api/patch/json_pointer.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace holdfast::api {
namespace {

std::optional<std::string> unescape(std::string_view part) {
  std::string plain;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] != '~') {
      plain += part[i];
      continue;
    }
    if (++i == part.size() || (part[i] != '0' && part[i] != '1')) return std::nullopt;
    plain += part[i] == '0' ? '~' : '/';
  }
  return plain;
}

json::Value* step(json::Value& at, const std::string& part) {
  if (auto* object = at.if_object()) return object->if_contains(part);
  auto* array = at.if_array();
  const auto index = list_index(part);
  return array != nullptr && index && *index < array->size() ? &(*array)[*index] : nullptr;
}

json::Value* walk(json::Value& document, const std::vector<std::string>& parts, std::size_t count) {
  json::Value* at = &document;
  for (std::size_t i = 0; at != nullptr && i < count; ++i) {
    at = step(*at, parts[i]);
  }
  return at;
}

}  // namespace

std::optional<JsonPointer> JsonPointer::parse(std::string_view text) {
  JsonPointer pointer;
  while (!text.empty()) {
    if (text.front() != '/' || pointer.parts.size() == kMaxLevels) return std::nullopt;
    text.remove_prefix(1);
    auto part = unescape(text.substr(0, text.find('/')));
    if (!part) return std::nullopt;
    pointer.parts.push_back(*std::move(part));
    text.remove_prefix(std::min(text.find('/'), text.size()));
  }
  return pointer;
}

json::Value* JsonPointer::find(json::Value& document) const {
  return walk(document, parts, parts.size());
}

json::Value* JsonPointer::find_parent(json::Value& document) const {
  return walk(document, parts, parts.size() - 1);
}

bool JsonPointer::is_below(const JsonPointer& other) const {
  return parts.size() > other.parts.size() && std::equal(other.parts.begin(), other.parts.end(), parts.begin());
}

std::optional<std::size_t> list_index(std::string_view part) {
  if (part.empty() || (part.front() == '0' && part.size() > 1)) return std::nullopt;
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), index);
  if (error != std::errc() || end != part.data() + part.size()) return std::nullopt;
  return index;
}

}  // namespace holdfast::api
