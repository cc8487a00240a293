#include "api/patch/last_applied.h"

#include <string>

#include "api/patch/object_fields.h"
#include "base/bytes.h"
#include "model/json_canonical.h"

namespace holdfast::api {
namespace {

constexpr std::size_t kMaxAnnotations = 256 * kKiB;  // all of an object together

json::Object* annotations_of(json::Value& object) {
  json::Value* metadata = object.is_object() ? object.get_object().if_contains("metadata") : nullptr;
  json::Value* annotations =
      metadata != nullptr && metadata->is_object() ? metadata->get_object().if_contains("annotations") : nullptr;
  return annotations != nullptr ? annotations->if_object() : nullptr;
}

std::optional<json::Value> last_applied(const json::Value& live) {
  json::Value copy(live);
  const json::Object* annotations = annotations_of(copy);
  const json::Value* text = annotations != nullptr ? annotations->if_contains(kLastApplied) : nullptr;
  if (text == nullptr || !text->is_string()) return std::nullopt;
  auto config = json::parse(text->get_string(), kMaxAnnotations);
  if (!config || !config->is_object()) return std::nullopt;
  return *std::move(config);
}

}  // namespace

FieldSet still_as_applied(const Place& root, const json::Value& live) {
  const auto config = last_applied(live);
  if (!config) return {};
  const FieldSet fields = fields_of(root, *config);
  return subtract(fields, differing(root, live, *config, fields));
}

void refresh_last_applied(json::Value& object, const json::Value& config) {
  json::Object* annotations = annotations_of(object);
  json::Value* own = annotations != nullptr ? annotations->if_contains(kLastApplied) : nullptr;
  if (own == nullptr) return;
  json::Value applied(config);
  if (json::Object* configured = annotations_of(applied)) configured->erase(kLastApplied);
  const std::string text = json::to_canonical_string(applied) + "\n";
  if (text.size() <= kMaxAnnotations) {
    *own = text;
  } else {
    annotations->stable_erase(annotations->find(kLastApplied));
  }
}

}  // namespace holdfast::api
