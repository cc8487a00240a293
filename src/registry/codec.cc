#include "registry/codec.h"

#include <utility>

#include <fmt/format.h>

#include "api/fields.h"
#include "api/object.h"
#include "api/patch/unprocessable.h"
#include "registry/secret_values.h"

namespace holdfast::registry {
namespace {

constexpr std::size_t kMostStored = 4 * kMiB;

bool is_secret(const api::Kind& kind) {
  return kind.kind == "Secret" && kind.group_version.group.empty();
}
bool is_token(const api::Kind& kind) {
  return kind.kind == "Token" && kind.group_version.group == "holdfast.dev";
}

// The digest of a token is not shown to those who change it, and stays.
void keep_digest(json::Value& now, const json::Value& old) {
  const json::Value* digest = api::field_at(old, {"status", "sha256"});
  if (digest == nullptr || api::field_at(now, {"status", "sha256"}) != nullptr) return;
  json::Value& status = now.get_object()["status"];
  if (!status.is_object()) status = json::Object();
  status.get_object()["sha256"] = *digest;
}

json::Value without_revision(json::Value object) {
  json::Value* metadata = object.is_object() ? object.get_object().if_contains("metadata") : nullptr;
  if (metadata != nullptr && metadata->is_object()) metadata->get_object().erase("resourceVersion");
  return object;
}

api::ApiResult<std::optional<Encoded>> encode_secret(const json::Value& object, const json::Value* before,
                                                     const ObjectId& id, const Sealer& sealer, os::Random& random) {
  auto sealed = seal_values(object, before, id, sealer, random);
  if (!sealed) return tl::unexpected(std::move(sealed).error());
  const bool same = before != nullptr && sealed->same_values && sealed->shown == hide_values(*before);
  if (same) return std::nullopt;
  return Encoded{.bytes = json::to_string(sealed->stored), .shown = std::move(sealed->shown)};
}

}  // namespace

json::Value with_revision(json::Value object, store::Revision revision) {
  object.get_object()["metadata"].get_object()["resourceVersion"] = fmt::to_string(revision);
  return object;
}

json::Value hide_secrets(const api::Kind& kind, json::Value object) {
  if (is_secret(kind)) return hide_values(std::move(object));
  if (is_token(kind)) {
    json::Value* status = object.get_object().if_contains("status");
    if (status != nullptr && status->is_object()) {
      status->get_object().erase("token");
      status->get_object().erase("sha256");
    }
  }
  return object;
}

Result<json::Value> decode_stored(const store::Entry& entry) {
  std::vector<std::string> duplicates;
  auto object = json::parse_with_duplicates(entry.value, {.bytes = kMostStored, .levels = api::kBodyLimits.levels + 8},
                                            duplicates);
  if (!object) return in_context(std::move(object).error(), "read {} from the store", entry.key);
  if (api::object_at(*object, {"metadata"}) == nullptr)
    return fail(Code::corrupt, "what the store holds as {} is no object", entry.key);
  return with_revision(std::move(*object), entry.modified);
}

Result<json::Value> decode_entry(const api::Kind& kind, const store::Entry& entry) {
  auto object = decode_stored(entry);
  if (!object) return object;
  return hide_secrets(kind, std::move(*object));
}

api::ApiResult<std::optional<Encoded>> encode(const api::Kind& kind, const json::Value& object,
                                              const store::Entry* before, const ObjectId& id, const Sealer& sealer,
                                              os::Random& random) {
  std::optional<json::Value> old;
  if (before != nullptr) {
    auto stored = decode_stored(*before);
    if (!stored) return tl::unexpected(api::internal_error(stored.error()));
    old = without_revision(std::move(*stored));
  }
  json::Value now = without_revision(object);
  if (is_secret(kind)) {
    auto encoded = encode_secret(now, old ? &*old : nullptr, id, sealer, random);
    if (!encoded) return tl::unexpected(api::complete(std::move(encoded).error(), kind, id.name));
    return encoded;
  }
  if (old && is_token(kind)) keep_digest(now, *old);
  if (old && *old == now) return std::nullopt;
  std::string bytes = json::to_string(now);
  return Encoded{.bytes = std::move(bytes), .shown = hide_secrets(kind, std::move(now))};
}

}  // namespace holdfast::registry
