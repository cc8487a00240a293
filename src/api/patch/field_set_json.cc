// FieldSet as JSON, and its elements as text.
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "api/patch/field_set.h"
#include "api/patch/unprocessable.h"
#include "base/bytes.h"
#include "model/json_canonical.h"

namespace holdfast::api {
namespace {

// The longest value of a set, or key of a list, that somebody may own.
constexpr std::size_t kMaxElement = 64 * kKiB;

bool is_key(const json::Value& value) {
  if (!value.is_object() || value.get_object().empty()) return false;
  for (const auto& member : value.get_object()) {
    if (!is_identity(member.value())) return false;
  }
  return true;
}

bool is_index(std::string_view digits) {
  std::uint32_t index = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  return error == std::errc() && end == digits.data() + digits.size() && fmt::to_string(index) == digits;
}

// The element in canonical writing.
Result<std::string> read_element(std::string_view text) {
  const std::string_view kind = text.substr(0, 2);
  const std::string_view rest = text.substr(kind.size());
  if (kind == "f:") return std::string(text);
  if (kind == "i:" && is_index(rest)) return std::string(text);
  if (kind == "k:" || kind == "v:") {
    const auto value = json::parse(rest, kMaxElement);
    if (value && (kind == "k:" ? is_key(*value) : is_identity(*value))) {
      return std::string(kind) + json::to_canonical_string(*value);
    }
  }
  return fail(Code::corrupt, "{} is no element of a field path", quoted(text));
}

std::string item_text(const json::Object& key) {
  std::string text;
  for (const auto& part : key) {
    text += fmt::format("{}{}={}", text.empty() ? "" : ",", std::string_view(part.key()),
                        json::to_canonical_string(part.value()));
  }
  return "[" + text + "]";
}

std::string element_text(std::string_view element) {
  const std::string_view rest = element.substr(2);
  switch (element.front()) {
    case 'f':
      return fmt::format(".{}", rest);
    case 'v':
      return fmt::format("[={}]", rest);
    case 'k': {
      const auto key = json::parse(rest, kMaxElement);
      if (key && key->is_object()) return item_text(key->get_object());
      break;
    }
    default:
      break;
  }
  return fmt::format("[{}]", rest);
}

}  // namespace

Result<FieldSet> FieldSet::parse(const json::Value& fields_v1, std::size_t levels_left) {
  const auto* object = fields_v1.if_object();
  if (object == nullptr) return fail(Code::corrupt, "a field set is not an object");
  FieldSet set;
  for (const auto& member : *object) {
    if (member.key() == ".") continue;  // read by the level above
    if (levels_left == 0) return fail(Code::corrupt, "a field path has too many elements");
    HF_ASSIGN(std::string element, read_element(member.key()));
    HF_ASSIGN(FieldSet below, parse(member.value(), levels_left - 1));
    const json::Object& inner = member.value().get_object();
    below.member_ = inner.empty() || inner.contains(".");
    set.append(std::move(element), std::move(below));
  }
  set.sort();
  // Two ways to write one element: they are the same place.
  std::vector<FieldChild> children;
  for (FieldChild& child : set.children_) {
    if (!children.empty() && children.back().element == child.element) {
      children.back().below = unite(children.back().below, child.below);
    } else {
      children.push_back(std::move(child));
    }
  }
  set.children_ = std::move(children);
  return set;
}

json::Value FieldSet::to_json() const {
  json::Object object;
  for (const FieldChild& each : children_) {
    json::Value below = each.below.to_json();
    if (each.below.member_ && !each.below.children_.empty()) {
      json::Object with_self{{".", json::Object()}};
      for (auto& member : below.get_object()) {
        with_self.emplace(member.key(), std::move(member.value()));
      }
      below = std::move(with_self);
    }
    object.emplace(each.element, std::move(below));
  }
  return object;
}

bool is_identity(const json::Value& value) {
  return !value.is_object() && !value.is_array() && (!value.is_double() || json::is_whole(value));
}

std::string field_element(std::string_view name) {
  return fmt::format("f:{}", name);
}

std::string value_element(const json::Value& value) {
  return "v:" + json::to_canonical_string(value);
}

std::string key_element(const json::Object& key) {
  return "k:" + json::to_canonical_string(key);
}

std::string path_text(const FieldPath& path) {
  std::string text;
  for (const std::string& element : path) {
    text += element_text(element);
  }
  return text;
}

}  // namespace holdfast::api
