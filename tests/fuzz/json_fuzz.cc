// Any text: parsing never crashes, and what it accepts is written back as the same document, in both layouts.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/bytes.h"
#include "model/json.h"
#include "model/json_excerpt.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

using holdfast::json::Value;

bool same(const Value& a, const Value& b);

bool same_members(const holdfast::json::Object& a, const holdfast::json::Object& b) {
  return a.size() == b.size() && std::all_of(a.begin(), a.end(), [&](const auto& member) {
           const Value* other = b.if_contains(member.key());
           return other != nullptr && same(member.value(), *other);
         });
}

// Equal, but for the last digits of numbers that are not whole.
bool same(const Value& a, const Value& b) {
  if (a.is_double() && b.is_double())
    return std::abs(a.get_double() - b.get_double()) <= 1e-12 * std::abs(a.get_double()) + 1e-300;
  if (a.is_object() && b.is_object()) return same_members(a.get_object(), b.get_object());
  if (!a.is_array() || !b.is_array()) return a == b;
  return std::equal(a.get_array().begin(), a.get_array().end(), b.get_array().begin(), b.get_array().end(), same);
}

// What is cut out of a document is one, too.
void require_excerpt(std::string_view text, const Value& value) {
  holdfast::json::Excerpt excerpt;
  excerpt.keep("a");
  excerpt.keep_without("b", "a");
  excerpt.keep("c", "a");
  const auto cut = excerpt.cut(text);
  require(cut.has_value() == value.is_object());
  require(!cut || holdfast::json::parse(*cut, holdfast::kMiB));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto value = holdfast::json::parse(holdfast::as_text({data, size}), holdfast::kMiB);
  if (!value) return 0;
  const auto compact = holdfast::json::parse(holdfast::json::to_string(*value), 16 * holdfast::kMiB);
  const auto pretty = holdfast::json::parse(holdfast::json::to_pretty_string(*value), 16 * holdfast::kMiB);
  require(compact && same(*compact, *value));
  require(pretty && same(*pretty, *value));
  require_excerpt(holdfast::as_text({data, size}), *value);
  return 0;
}
