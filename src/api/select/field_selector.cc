#include "api/select/field_selector.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "api/patch/unprocessable.h"
#include "base/bytes.h"
#include "model/json_canonical.h"

namespace holdfast::api {
namespace {

constexpr std::size_t kMaxSelector = 64 * kKiB;

// Up to the next ',' that is not escaped; takes it away with the comma.
std::string_view take_term(std::string_view& rest) {
  std::size_t end = 0;
  while (end < rest.size() && rest[end] != ',') {
    end += rest[end] == '\\' ? 2U : 1U;
  }
  end = std::min(end, rest.size());
  const std::string_view term = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return term;
}

std::optional<std::string> unescape(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '=' || text[i] == ',') return std::nullopt;
    if (text[i] == '\\') {
      if (++i == text.size() || (text[i] != '\\' && text[i] != ',' && text[i] != '=')) return std::nullopt;
    }
    plain += text[i];
  }
  return plain;
}

std::string escape(std::string_view text) {
  std::string safe;
  for (const char c : text) {
    if (c == '\\' || c == ',' || c == '=') safe += '\\';
    safe += c;
  }
  return safe;
}

std::optional<FieldRequirement> read_term(std::string_view term) {
  const std::size_t at = term.find_first_of("=!");
  if (at == std::string_view::npos) return std::nullopt;
  FieldRequirement requirement{.field = std::string(term.substr(0, at)), .value = {}, .equal = term[at] == '='};
  std::string_view value = term.substr(at);
  if (value.starts_with("==") || value.starts_with("!=")) {
    value.remove_prefix(2);
  } else if (requirement.equal) {
    value.remove_prefix(1);
  } else {
    return std::nullopt;
  }
  auto plain = unescape(value);
  if (!plain) return std::nullopt;
  requirement.value = *std::move(plain);
  return requirement;
}

bool is_selectable(std::string_view field, std::span<const std::string> selectable) {
  return field == "metadata.name" || field == "metadata.namespace" ||
         std::find(selectable.begin(), selectable.end(), field) != selectable.end();
}

std::string field_text(const json::Value& object, std::string_view path) {
  const json::Value* at = &object;
  while (at != nullptr && !path.empty()) {
    const std::size_t dot = std::min(path.find('.'), path.size());
    at = at->is_object() ? at->get_object().if_contains(path.substr(0, dot)) : nullptr;
    path.remove_prefix(std::min(dot + 1, path.size()));
  }
  if (at == nullptr || at->is_null() || at->is_object() || at->is_array()) return "";
  return at->is_string() ? std::string(at->get_string()) : json::to_canonical_string(*at);
}

}  // namespace

ApiResult<FieldSelector> FieldSelector::parse(std::string_view text, std::span<const std::string> selectable) {
  FieldSelector selector;
  if (text.size() > kMaxSelector) return tl::unexpected(bad_request("the field selector is too long"));
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view term = take_term(rest);
    if (term.empty()) continue;
    auto requirement = read_term(term);
    if (!requirement) {
      return tl::unexpected(bad_request(
          fmt::format("invalid field selector: {} is none of field=value, field==value, field!=value", quoted(term))));
    }
    if (!is_selectable(requirement->field, selectable)) {
      const std::string name = quoted(requirement->field);
      return tl::unexpected(bad_request("field label not supported: " + name.substr(1, name.size() - 2)));
    }
    selector.requirements_.push_back(*std::move(requirement));
  }
  return selector;
}

bool FieldSelector::matches(const json::Value& object) const {
  return std::all_of(requirements_.begin(), requirements_.end(), [&](const FieldRequirement& requirement) {
    const bool source = requirement.field == "source";
    return (field_text(object, source ? "source.component" : std::string_view(requirement.field)) ==
            requirement.value) == requirement.equal;
  });
}

std::optional<std::string> FieldSelector::required(std::string_view field) const {
  for (const FieldRequirement& requirement : requirements_) {
    if (requirement.equal && requirement.field == field) return requirement.value;
  }
  return std::nullopt;
}

std::string FieldSelector::to_string() const {
  std::string text;
  for (const FieldRequirement& each : requirements_) {
    text += fmt::format("{}{}{}{}", text.empty() ? "" : ",", each.field, each.equal ? "=" : "!=", escape(each.value));
  }
  return text;
}

}  // namespace holdfast::api
