#include "cli/json_path_steps.h"

#include <algorithm>
#include <array>
#include <charconv>

namespace holdfast::cli {
namespace {

constexpr std::size_t kMostFound = 1'000'000;

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(' ') - begin + 1);
}

bool is_quoted(std::string_view text) {
  return text.size() >= 2 && text.front() == text.back() && (text.front() == '\'' || text.front() == '"');
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// The matching bracket of text[0] == '['; npos when there is none. Quotes hide brackets.
std::size_t closing_bracket(std::string_view text) {
  char quote = '\0';
  int depth = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quote != '\0') {
      if (c == quote) quote = '\0';
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == '[') {
      ++depth;
    } else if (c == ']' && --depth == 0) {
      return i;
    }
  }
  return std::string_view::npos;
}

Result<PlainStep> parse_plain_bracket(std::string_view inside) {
  inside = trimmed(inside);
  if (inside == "*") return PlainStep(EveryStep{});
  if (is_quoted(inside)) return PlainStep(NameStep{std::string(inside.substr(1, inside.size() - 2))});
  const std::size_t colon = inside.find(':');
  if (colon == std::string_view::npos) {
    const auto index = number(inside);
    if (!index) return fail(Code::usage, "[{}] is no position, name, slice or filter", inside);
    return PlainStep(SliceStep{.begin = index, .end = std::nullopt, .single = true});
  }
  const std::string_view begin = trimmed(inside.substr(0, colon));
  const std::string_view end = trimmed(inside.substr(colon + 1));
  if ((!begin.empty() && !number(begin)) || (!end.empty() && !number(end)))
    return fail(Code::usage, "[{}] is no slice", inside);
  return PlainStep(SliceStep{.begin = number(begin), .end = number(end)});
}

Result<json::Value> parse_literal(std::string_view text) {
  if (is_quoted(text)) return json::Value(text.substr(1, text.size() - 2));
  auto value = json::parse(text, text.size());
  if (!value || value->is_object() || value->is_array())
    return fail(Code::usage, "\"{}\" is no value to compare with; texts need quotes", text);
  return value;
}

Result<PathStep> parse_filter(std::string_view inside) {
  FilterStep filter;
  std::string_view left = inside;
  for (const std::string_view comparison : {"==", "!=", "<=", ">=", "<", ">"}) {
    const std::size_t at = inside.find(comparison);
    if (at == std::string_view::npos) continue;
    left = inside.substr(0, at);
    filter.comparison = comparison;
    HF_ASSIGN(filter.wanted, parse_literal(trimmed(inside.substr(at + comparison.size()))));
    break;
  }
  left = trimmed(left);
  if (!left.starts_with('@')) return fail(Code::usage, "a filter begins with @: [?(@.name==\"value\")]");
  HF_ASSIGN(const std::vector<PathStep> path, parse_path(left));
  for (const PathStep& step : path) {
    const bool plain = std::visit(
        [&](const auto& each) {
          if constexpr (std::is_same_v<std::decay_t<decltype(each)>, FilterStep>)
            return false;
          else
            return filter.path.emplace_back(each), true;
        },
        step);
    if (!plain) return fail(Code::usage, "a filter inside a filter is not understood");
  }
  return PathStep(std::move(filter));
}

Result<PathStep> parse_bracket(std::string_view inside) {
  inside = trimmed(inside);
  if (inside.starts_with("?(") && inside.ends_with(')')) return parse_filter(inside.substr(2, inside.size() - 3));
  HF_ASSIGN(const PlainStep plain, parse_plain_bracket(inside));
  return std::visit([](const auto& each) { return PathStep(each); }, plain);
}

// A name behind a dot; a backslash makes the next dot a part of it.
std::string take_name(std::string_view& text) {
  std::string name;
  while (!text.empty() && text.front() != '.' && text.front() != '[') {
    if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
    name += text.front();
    text.remove_prefix(1);
  }
  return name;
}

void add(Found& found, const json::Value& value) {
  if (found.size() < kMostFound) found.push_back(&value);
}

void find_deep(const json::Value& from, const std::string& name, Found& found) {
  if (const json::Object* object = from.if_object()) {
    for (const auto& member : *object) {
      if (member.key() == name) add(found, member.value());
      find_deep(member.value(), name, found);
    }
  } else if (const json::Array* array = from.if_array()) {
    for (const json::Value& item : *array)
      find_deep(item, name, found);
  }
}

void take(const NameStep& step, const json::Value& from, Found& found) {
  const json::Object* object = from.if_object();
  const json::Value* member = object == nullptr ? nullptr : object->if_contains(step.name);
  if (member != nullptr) add(found, *member);
}

void take(const EveryStep&, const json::Value& from, Found& found) {
  if (const json::Object* object = from.if_object()) {
    for (const auto& member : *object)
      add(found, member.value());
  } else if (const json::Array* array = from.if_array()) {
    for (const json::Value& item : *array)
      add(found, item);
  }
}

void take(const DeepStep& step, const json::Value& from, Found& found) {
  find_deep(from, step.name, found);
}

void take(const SliceStep& step, const json::Value& from, Found& found) {
  const json::Array* array = from.if_array();
  if (array == nullptr) return;
  const auto size = static_cast<std::int64_t>(array->size());
  const auto absolute = [size](std::int64_t at) { return at < 0 ? at + size : at; };
  const std::int64_t begin = absolute(step.begin.value_or(0));
  const std::int64_t end = step.single ? begin + 1 : absolute(step.end.value_or(size));
  for (std::int64_t i = std::max<std::int64_t>(begin, 0); i < std::min(end, size); ++i)
    if (begin >= 0 || !step.single) add(found, (*array)[static_cast<std::size_t>(i)]);
}

std::optional<double> as_number(const json::Value& value) {
  if (value.is_int64()) return static_cast<double>(value.get_int64());
  if (value.is_uint64()) return static_cast<double>(value.get_uint64());
  if (value.is_double()) return value.get_double();
  return std::nullopt;
}

bool compares(const json::Value& value, const std::string& comparison, const json::Value& wanted) {
  int order = 0;
  const auto left = as_number(value);
  const auto right = as_number(wanted);
  if (left && right) {
    order = *left < *right ? -1 : (*left > *right ? 1 : 0);
  } else if (value.is_string() && wanted.is_string()) {
    order = std::string_view(value.get_string()).compare(std::string_view(wanted.get_string()));
  } else {
    return comparison == "==" ? value == wanted : (comparison == "!=" && value != wanted);
  }
  if (comparison == "==") return order == 0;
  if (comparison == "!=") return order != 0;
  if (comparison == "<") return order < 0;
  if (comparison == "<=") return order <= 0;
  return comparison == ">" ? order > 0 : order >= 0;
}

Found follow_plain(const std::vector<PlainStep>& path, const json::Value& from) {
  Found at{&from};
  for (const PlainStep& step : path) {
    Found next;
    for (const json::Value* value : at)
      std::visit([&](const auto& each) { take(each, *value, next); }, step);
    at = std::move(next);
  }
  return at;
}

void take(const FilterStep& step, const json::Value& from, Found& found) {
  const json::Array* array = from.if_array();
  if (array == nullptr) return;
  for (const json::Value& item : *array) {
    const Found values = follow_plain(step.path, item);
    const bool meant = std::ranges::any_of(values, [&](const json::Value* value) {
      return step.comparison.empty() || compares(*value, step.comparison, step.wanted);
    });
    if (meant) add(found, item);
  }
}

}  // namespace

Result<std::vector<PathStep>> parse_path(std::string_view text) {
  std::vector<PathStep> path;
  if (text.starts_with('@') || text.starts_with('$')) text.remove_prefix(1);
  while (!text.empty()) {
    if (text.front() == '[') {
      const std::size_t end = closing_bracket(text);
      if (end == std::string_view::npos) return fail(Code::usage, "a bracket of the path is not closed");
      HF_ASSIGN(PathStep step, parse_bracket(text.substr(1, end - 1)));
      path.push_back(std::move(step));
      text.remove_prefix(end + 1);
      continue;
    }
    const bool deep = text.starts_with("..");
    if (text.front() == '.') text.remove_prefix(deep ? 2 : 1);
    const std::string name = take_name(text);
    if (name.empty() && (deep || (!text.empty() && text.front() == '.')))
      return fail(Code::usage, "the path lacks a name behind a dot");
    if (name == "*") {
      path.emplace_back(EveryStep{});
    } else if (deep) {
      path.emplace_back(DeepStep{name});
    } else if (!name.empty()) {
      path.emplace_back(NameStep{name});
    }
  }
  return path;
}

Found follow_path(const std::vector<PathStep>& path, const json::Value& from) {
  Found at{&from};
  for (const PathStep& step : path) {
    Found next;
    for (const json::Value* value : at)
      std::visit([&](const auto& each) { take(each, *value, next); }, step);
    at = std::move(next);
  }
  return at;
}

}  // namespace holdfast::cli
