#include "api/json_path.h"

#include <charconv>

namespace holdfast::api {
namespace {

const json::Value* member(const json::Value& value, const std::string& name) {
  const json::Object* object = value.if_object();
  return object == nullptr ? nullptr : object->if_contains(name);
}

// The text between quotes of either kind; empty when there are none.
std::string_view unquoted(std::string_view text) {
  const bool quoted = text.size() >= 2 && text.front() == text.back() && (text.front() == '\'' || text.front() == '"');
  return quoted ? text.substr(1, text.size() - 2) : std::string_view();
}

}  // namespace

Result<JsonPath> JsonPath::parse(std::string_view text) {
  JsonPath path;
  const std::string_view whole = text;
  while (!text.empty()) {
    if (text.front() == '[') {
      const std::size_t end = text.find(']');
      if (end == std::string_view::npos) return fail(Code::usage, "the path \"{}\" has an open bracket", whole);
      auto step = parse_bracket(text.substr(1, end - 1));
      if (!step) return in_context(std::move(step).error(), "the path \"{}\"", whole);
      path.steps_.push_back(std::move(*step));
      text.remove_prefix(end + 1);
      continue;
    }
    if (text.front() != '.') return fail(Code::usage, "the path \"{}\" lacks a dot", whole);
    text.remove_prefix(1);
    const std::size_t end = std::min(text.find_first_of(".["), text.size());
    if (end == 0) return fail(Code::usage, "the path \"{}\" lacks a name behind a dot", whole);
    path.steps_.emplace_back(std::string(text.substr(0, end)));
    text.remove_prefix(end);
  }
  if (path.steps_.empty()) return fail(Code::usage, "the path is empty");
  return path;
}

Result<JsonPath::Step> JsonPath::parse_bracket(std::string_view inside) {
  if (const std::string_view name = unquoted(inside); !name.empty()) return Step(std::string(name));
  std::size_t index = 0;
  const auto [end, error] = std::from_chars(inside.data(), inside.data() + inside.size(), index);
  if (error == std::errc() && end == inside.data() + inside.size()) return Step(index);
  constexpr std::string_view kBegin = "?(@.";
  const std::size_t equals = inside.find("==");
  if (inside.starts_with(kBegin) && inside.ends_with(")") && equals != std::string_view::npos) {
    const std::string_view name = inside.substr(kBegin.size(), equals - kBegin.size());
    const std::string_view value = unquoted(inside.substr(equals + 2, inside.size() - equals - 3));
    if (!name.empty() && !value.empty()) return Step(Choice{std::string(name), std::string(value)});
  }
  return fail(Code::usage, "[{}] is no position, name or choice", inside);
}

const json::Value* JsonPath::find(const json::Value& object) const {
  const json::Value* at = &object;
  for (const Step& step : steps_) {
    if (const auto* name = std::get_if<std::string>(&step)) {
      at = member(*at, *name);
    } else {
      const json::Array* array = at->if_array();
      if (array == nullptr) return nullptr;
      at = nullptr;
      if (const auto* index = std::get_if<std::size_t>(&step)) {
        if (*index < array->size()) at = &(*array)[*index];
      } else {
        const Choice& choice = std::get<Choice>(step);
        for (const json::Value& item : *array) {
          const json::Value* key = member(item, choice.name);
          if (at == nullptr && key != nullptr && key->is_string() && key->get_string() == choice.value) at = &item;
        }
      }
    }
    if (at == nullptr) return nullptr;
  }
  return at;
}

std::vector<std::string> JsonPath::leading_names(std::size_t most) const {
  std::vector<std::string> names;
  for (const Step& step : steps_) {
    const auto* name = std::get_if<std::string>(&step);
    if (name == nullptr || names.size() == most) break;
    names.push_back(*name);
  }
  return names;
}

}  // namespace holdfast::api
