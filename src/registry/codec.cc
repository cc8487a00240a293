#include "registry/codec.h"

#include <algorithm>
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
// The member of the status with the digests of tokens, which is shown to nobody; empty: there is none.
std::string_view digests_of(const api::Kind& kind) {
  if (kind.group_version.group != "holdfast.dev") return "";
  if (kind.kind == "Token") return "sha256";
  return kind.kind == "Launcher" ? "credentials" : "";
}

bool is_backup_config(const api::Kind& kind) {
  return kind.kind == "EtcdBackupConfig" && kind.group_version.group == "kubermatic.k8c.io";
}

// The backups of a config have two names, that of today and that of older documents and releases. They are most of the
// object and lie in the store once.
constexpr std::string_view kBackups = "lastBackups";
constexpr std::string_view kSameBackups = "currentBackups";

json::Object* status_of(json::Value& object) {
  json::Value* status = object.is_object() ? object.get_object().if_contains("status") : nullptr;
  return status == nullptr ? nullptr : status->if_object();
}

void show_same_backups(const api::Kind& kind, json::Value& object) {
  json::Object* status = is_backup_config(kind) ? status_of(object) : nullptr;
  if (status == nullptr || status->contains(kSameBackups)) return;
  if (const json::Value* backups = status->if_contains(kBackups)) status->emplace(kSameBackups, json::Value(*backups));
}

json::Value without_same_backups(const api::Kind& kind, json::Value object) {
  json::Object* status = is_backup_config(kind) ? status_of(object) : nullptr;
  if (status == nullptr) return object;
  const json::Value* backups = status->if_contains(kBackups);
  const json::Value* same = status->if_contains(kSameBackups);
  if (backups != nullptr && same != nullptr && *backups == *same) status->erase(kSameBackups);
  return object;
}

// Who changes the object has not seen them, and they stay.
void keep_digests(json::Value& now, const json::Value& old, std::string_view name) {
  const json::Value* digests = api::field_at(old, {"status", name});
  if (digests == nullptr || api::field_at(now, {"status", name}) != nullptr) return;
  json::Value& status = now.get_object()["status"];
  if (!status.is_object()) status = json::Object();
  status.get_object()[name] = *digests;
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

// Of kinds that hide values: what is shown is not all there is to compare.
api::ApiResult<std::optional<Encoded>> encode_hiding(const api::Kind& kind, json::Value now, const store::Entry* before,
                                                     const ObjectId& id, const Sealer& sealer, os::Random& random) {
  std::optional<json::Value> old;
  if (before != nullptr) {
    auto stored = decode_stored(*before);
    if (!stored) return tl::unexpected(api::internal_error(stored.error()));
    old = without_revision(std::move(*stored));
  }
  if (is_secret(kind)) {
    auto encoded = encode_secret(now, old ? &*old : nullptr, id, sealer, random);
    if (!encoded) return tl::unexpected(api::complete(std::move(encoded).error(), kind, id.name));
    return encoded;
  }
  if (old) keep_digests(now, *old, digests_of(kind));
  if (old && *old == now) return std::nullopt;
  std::string bytes = json::to_string(now);
  return Encoded{.bytes = std::move(bytes), .shown = hide_secrets(kind, std::move(now))};
}

bool equal_but_for(const json::Object& a, const json::Object& b, std::string_view name) {
  const auto others = [&](const json::Object& object) { return object.size() - (object.contains(name) ? 1U : 0U); };
  return others(a) == others(b) && std::all_of(a.begin(), a.end(), [&](const auto& member) {
           if (member.key() == name) return true;
           const json::Value* other = b.if_contains(member.key());
           return other != nullptr && *other == member.value();
         });
}

bool equal_but_for_revision(const json::Value& a, const json::Value& b) {
  const json::Object* left = api::object_at(a, {"metadata"});
  const json::Object* right = api::object_at(b, {"metadata"});
  return left != nullptr && right != nullptr && equal_but_for(*left, *right, "resourceVersion") &&
         equal_but_for(a.get_object(), b.get_object(), "metadata");
}

Result<json::Value> decode_text(const store::Entry& entry, std::string_view text, json::Memory memory) {
  auto object = json::parse_stored(text, {.bytes = kMostStored, .levels = api::kBodyLimits.levels + 8}, memory);
  if (!object) return in_context(std::move(object).error(), "read {} from the store", entry.key);
  if (api::object_at(*object, {"metadata"}) == nullptr)
    return fail(Code::corrupt, "what the store holds as {} is no object", entry.key);
  return with_revision(std::move(*object), entry.modified);
}

}  // namespace

json::Value with_revision(json::Value object, store::Revision revision) {
  object.get_object()["metadata"].get_object()["resourceVersion"] = fmt::to_string(revision);
  return object;
}

json::Value hide_secrets(const api::Kind& kind, json::Value object) {
  if (is_secret(kind)) return hide_values(std::move(object));
  const std::string_view digests = digests_of(kind);
  json::Value* status = digests.empty() ? nullptr : object.get_object().if_contains("status");
  if (status != nullptr && status->is_object()) {
    status->get_object().erase("token");
    status->get_object().erase(digests);
  }
  return object;
}

Result<json::Value> decode_stored(const store::Entry& entry, json::Memory memory) {
  return decode_text(entry, entry.value, memory);
}

Result<json::Value> decode_excerpt(const api::Kind& kind, const store::Entry& entry, const json::Excerpt& excerpt) {
  const auto text = excerpt.cut(entry.value);
  if (!text) return decode_entry(kind, entry, json::Memory::one_piece);
  auto object = decode_text(entry, *text, json::Memory::one_piece);
  if (!object) return object;
  show_same_backups(kind, *object);
  return hide_secrets(kind, std::move(*object));
}

Result<json::Value> decode_entry(const api::Kind& kind, const store::Entry& entry, json::Memory memory) {
  auto object = decode_stored(entry, memory);
  if (!object) return object;
  show_same_backups(kind, *object);
  return hide_secrets(kind, std::move(*object));
}

api::ApiResult<std::optional<Encoded>> encode(const api::Kind& kind, json::Value object, const Current* before,
                                              const ObjectId& id, const Sealer& sealer, os::Random& random) {
  json::Value now = without_revision(std::move(object));
  if (is_secret(kind) || !digests_of(kind).empty())
    return encode_hiding(kind, std::move(now), before == nullptr ? nullptr : &before->entry, id, sealer, random);
  if (before != nullptr && equal_but_for_revision(before->object, now)) return std::nullopt;
  now = without_same_backups(kind, std::move(now));
  std::string bytes = json::to_string(now);
  show_same_backups(kind, now);
  return Encoded{.bytes = std::move(bytes), .shown = std::move(now)};
}

}  // namespace holdfast::registry
