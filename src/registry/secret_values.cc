#include "registry/secret_values.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "api/causes.h"
#include "api/fields.h"
#include "api/object.h"
#include "api/patch/last_applied.h"
#include "api/patch/unprocessable.h"
#include "base/bytes.h"

namespace holdfast::registry {
namespace {

std::string place_of(const ObjectId& id, std::string_view name) {
  return fmt::format("secrets/{}/{}/{}", id.name_space, id.name, name);
}

json::Object* member_object(json::Value& object, std::string_view name) {
  json::Value* value = object.is_object() ? object.get_object().if_contains(name) : nullptr;
  return value == nullptr ? nullptr : value->if_object();
}

void hide_members(json::Value& object, std::string_view member) {
  json::Object* values = member_object(object, member);
  if (values == nullptr) return;
  for (auto& each : *values)
    each.value() = kHiddenValue;
}

// The annotation holds the whole object as it was applied, values included.
void hide_last_applied(json::Value& object) {
  json::Object* metadata = member_object(object, "metadata");
  if (metadata == nullptr) return;
  json::Value* annotations = metadata->if_contains("annotations");
  if (annotations == nullptr || !annotations->is_object()) return;
  json::Value* text = annotations->get_object().if_contains(api::kLastApplied);
  if (text == nullptr) return;
  auto applied =
      text->is_string() ? json::parse(text->get_string(), api::kBodyLimits.bytes) : Result<json::Value>(json::Value());
  if (!applied || !applied->is_object()) {
    annotations->get_object().erase(api::kLastApplied);
    return;
  }
  hide_members(*applied, "data");
  hide_members(*applied, "stringData");
  *text = json::to_string(*applied) + "\n";
}

api::Cause bad_value(std::string_view name, std::string_view why) {
  return api::causes::invalid_hidden(fmt::format("data[{}]", name), why);
}

// One value on its way into the store.
class ValueSealer {
 public:
  ValueSealer(const json::Object* before, const ObjectId& id, const Sealer& sealer, os::Random& random)
      : before_(before), id_(id), sealer_(sealer), random_(random) {}

  // Replaces the value by its sealed form.
  void seal(std::string_view name, json::Value& value) {
    const std::string_view stored = stored_value(name);
    const std::string_view text = value.is_string() ? std::string_view(value.get_string()) : std::string_view();
    if (text == kHiddenValue) {
      if (stored.empty()) return causes_.push_back(bad_value(name, "there is no such value yet that could be kept"));
      value = stored;
      return;
    }
    Bytes plain;
    if (!from_base64(text, true, plain)) return causes_.push_back(bad_value(name, "must be base64"));
    // Always a change, also when it is the same value: that a write changed nothing would tell who guesses a value
    // that they guessed right.
    value = sealer_.seal(as_text(plain), place_of(id_, name), random_);
    changed_ = true;
  }

  bool changed() const { return changed_; }
  std::vector<api::Cause>& causes() { return causes_; }

 private:
  std::string_view stored_value(std::string_view name) const {
    const json::Value* value = before_ == nullptr ? nullptr : before_->if_contains(name);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
  }

  const json::Object* before_;
  const ObjectId& id_;
  const Sealer& sealer_;
  os::Random& random_;
  bool changed_ = false;
  std::vector<api::Cause> causes_;
};

}  // namespace

json::Value hide_values(json::Value object) {
  hide_members(object, "data");
  hide_members(object, "stringData");
  hide_last_applied(object);
  return object;
}

void merge_string_data(json::Value& object) {
  json::Object* plain = member_object(object, "stringData");
  if (plain == nullptr) return;
  json::Object values = std::move(*plain);
  object.get_object().erase("stringData");
  json::Value& data = object.get_object()["data"];
  if (!data.is_object()) data = json::Object();
  for (const auto& each : values) {
    if (each.value().is_string()) data.get_object()[each.key()] = to_base64(as_bytes(each.value().get_string()));
  }
}

api::ApiResult<SealedSecret> seal_values(const json::Value& object, const json::Value* before, const ObjectId& id,
                                         const Sealer& sealer, os::Random& random) {
  SealedSecret result;
  result.stored = object;
  merge_string_data(result.stored);
  hide_last_applied(result.stored);
  const json::Object* old = before == nullptr ? nullptr : api::object_at(*before, {"data"});
  ValueSealer values(old, id, sealer, random);
  json::Object* data = member_object(result.stored, "data");
  if (data != nullptr) {
    for (auto& each : *data)
      values.seal(each.key(), each.value());
  }
  if (!values.causes().empty()) return tl::unexpected(api::unprocessable(std::move(values.causes())));
  const std::size_t now = data == nullptr ? 0 : data->size();
  result.same_values = before != nullptr && !values.changed() && now == (old == nullptr ? 0 : old->size());
  result.shown = hide_values(result.stored);
  return result;
}

Result<bool> reseal_values(json::Value& stored, const ObjectId& id, const Sealer& sealer, os::Random& random) {
  json::Object* data = member_object(stored, "data");
  bool changed = false;
  if (data == nullptr) return changed;
  for (auto& each : *data) {
    const std::string_view sealed = each.value().is_string() ? std::string_view(each.value().get_string()) : "";
    const std::string place = place_of(id, each.key());
    HF_ASSIGN(const Secret plain, sealer.open(sealed, place));
    if (sealer.is_current(sealed)) continue;
    each.value() = sealer.seal(plain.reveal(), place, random);
    changed = true;
  }
  return changed;
}

Result<std::map<std::string, Secret>> open_values(const json::Value& stored, const ObjectId& id, const Sealer& sealer) {
  std::map<std::string, Secret> values;
  const json::Object* data = api::object_at(stored, {"data"});
  if (data == nullptr) return values;
  for (const auto& each : *data) {
    auto value = sealer.open(each.value().is_string() ? std::string_view(each.value().get_string()) : "",
                             place_of(id, each.key()));
    if (!value) return in_context(std::move(value).error(), "open secret {}/{}", id.name_space, id.name);
    values.emplace(std::string(each.key()), std::move(*value));
  }
  return values;
}

}  // namespace holdfast::registry
