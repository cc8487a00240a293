#include "api/patch/merge_patch.h"

#include <utility>

namespace holdfast::api {
namespace {

// A new object rather than removing from the old one, which would cost the square of its size.
json::Object merge_members(json::Object target, const json::Object& patch) {
  json::Object merged;
  merged.reserve(target.size());
  for (auto& member : target) {
    const json::Value* change = patch.if_contains(member.key());
    if (change == nullptr) {
      merged.emplace(member.key(), std::move(member.value()));
    } else if (!change->is_null()) {
      merged.emplace(member.key(), merge_values(std::move(member.value()), *change));
    }
  }
  for (const auto& member : patch) {
    if (member.value().is_null() || target.contains(member.key())) continue;
    merged.emplace(member.key(), merge_values(nullptr, member.value()));
  }
  return merged;
}

}  // namespace

json::Value merge_values(json::Value target, const json::Value& patch) {
  const auto* members = patch.if_object();
  if (members == nullptr) return patch;
  return merge_members(target.is_object() ? std::move(target.get_object()) : json::Object(), *members);
}

ApiResult<json::Value> apply_merge_patch(json::Value object, const json::Value& patch) {
  if (!patch.is_object()) return tl::unexpected(bad_request("a merge patch is an object"));
  return merge_values(std::move(object), patch);
}

}  // namespace holdfast::api
