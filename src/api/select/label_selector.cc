#include "api/select/label_selector.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "api/select/label_parser.h"

namespace holdfast::api {
namespace {

std::optional<std::int64_t> whole_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// One value is written with "=", since a list with nothing but "" in it could not be read again.
std::string values_text(const LabelRequirement& requirement) {
  const bool in = requirement.op == LabelOperator::in;
  if (requirement.values.size() == 1) {
    return fmt::format("{}{}{}", requirement.key, in ? "=" : "!=", requirement.values.front());
  }
  return fmt::format("{} {} ({})", requirement.key, in ? "in" : "notin", fmt::join(requirement.values, ","));
}

}  // namespace

bool LabelRequirement::matches(const json::Object* labels) const {
  const json::Value* label = labels != nullptr ? labels->if_contains(key) : nullptr;
  const bool there = label != nullptr && label->is_string();
  if (op == LabelOperator::exists) return there;
  if (op == LabelOperator::absent) return !there;
  if (!there) return op == LabelOperator::not_in;
  const std::string_view value = label->get_string();
  if (op == LabelOperator::in || op == LabelOperator::not_in) {
    return std::binary_search(values.begin(), values.end(), value) == (op == LabelOperator::in);
  }
  const auto number = whole_number(value);
  return number && (op == LabelOperator::greater ? *number > bound : *number < bound);
}

ApiResult<LabelSelector> LabelSelector::parse(std::string_view text) {
  auto requirements = LabelParser(text).parse();
  if (!requirements) return tl::unexpected(bad_request("unable to parse requirement: " + requirements.error()));
  LabelSelector selector;
  selector.requirements_ = *std::move(requirements);
  return selector;
}

bool LabelSelector::matches(const json::Value& object) const {
  if (requirements_.empty()) return true;
  const json::Value* metadata = object.is_object() ? object.get_object().if_contains("metadata") : nullptr;
  const json::Value* labels =
      metadata != nullptr && metadata->is_object() ? metadata->get_object().if_contains("labels") : nullptr;
  const json::Object* map = labels != nullptr ? labels->if_object() : nullptr;
  return std::all_of(requirements_.begin(), requirements_.end(),
                     [&](const LabelRequirement& requirement) { return requirement.matches(map); });
}

std::string LabelSelector::to_string() const {
  std::vector<std::string> texts;
  for (const LabelRequirement& each : requirements_) {
    switch (each.op) {
      case LabelOperator::exists:
        texts.push_back(each.key);
        break;
      case LabelOperator::absent:
        texts.push_back("!" + each.key);
        break;
      case LabelOperator::in:
      case LabelOperator::not_in:
        texts.push_back(values_text(each));
        break;
      case LabelOperator::greater:
        texts.push_back(fmt::format("{}>{}", each.key, each.bound));
        break;
      case LabelOperator::less:
        texts.push_back(fmt::format("{}<{}", each.key, each.bound));
        break;
    }
  }
  return fmt::format("{}", fmt::join(texts, ","));
}

}  // namespace holdfast::api
