#include "repository/publication.h"

#include "base/sha256.h"
#include "repository/naming.h"

namespace holdfast::repository {
namespace {

using objectstore::ObjectInfo;
using objectstore::ObjectStore;

constexpr int kRounds = 4;  // another save that writes its manifest over ours gives up after its own first look

enum class Owner { ours, other, nobody, unknown };

tl::unexpected<Error> taken(const std::string& key) {
  return with_hint(fail(Code::exists, "another save has stored {} at the same time", key),
                   "what lies there is the other save's; choose another name, or let only one save use it");
}

tl::unexpected<Error> gone(const std::string& key) {
  return with_hint(fail(Code::not_found, "{} was stored, and is no longer there", key),
                   "look who deletes there: another job, or a rule of the bucket");
}

Result<std::string> digest_of(ObjectStore& store, const std::string& key, const std::stop_token& stop) {
  HF_ASSIGN(const auto opened, store.get(key, {}, stop));
  Sha256 hash;
  Bytes buffer(kMiB);
  while (true) {
    HF_ASSIGN(const std::size_t count, opened.source->read(buffer));
    if (count == 0) return to_hex(hash.finish());
    hash.update(ByteView(buffer).first(count));
  }
}

class Publication {
 public:
  Publication(ObjectStore& store, const Published& object, const std::stop_token& stop)
      : store_(store), object_(object), stop_(stop), manifest_key_(manifest_key(object.object_key)) {}

  Status write(const Manifest& manifest) {
    const std::string text = encode_manifest(manifest);
    for (int round = 0; round < kRounds; ++round) {
      HF_TRY(check_ours());
      HF_ASSIGN(const auto before, read_manifest());
      if (before) HF_TRY(check_replaceable(*before));
      const Status put = put_manifest(text, !before);
      if (!put && put.error().code == Code::exists && !before) continue;  // since we read: look again
      // Stored, and gone at once: a save that lost the object took its own manifest back, and met ours instead.
      if (!put && put.error().code == Code::unsupported && round + 1 < kRounds) continue;
      HF_TRY(put);
      HF_ASSIGN(const Owner owner, look());
      if (owner == Owner::other || owner == Owner::nobody) {
        HF_TRY(take_back(text, before));
        return owner == Owner::other ? taken(object_.object_key) : gone(object_.object_key);
      }
      HF_ASSIGN(const auto now, read_manifest());
      if (unreadable_ || now == text) return {};
    }
    return taken(manifest_key_);
  }

  Status remove_old() {
    HF_TRY(check_ours());
    HF_ASSIGN(const auto before, read_manifest());
    if (!before) return {};
    HF_TRY(check_replaceable(*before));
    return store_.remove(manifest_key_, stop_);
  }

  Status check_replaceable() {
    HF_ASSIGN(const auto before, read_manifest());
    return before ? check_replaceable(*before) : Status();
  }

 private:
  Status check_ours() {
    HF_ASSIGN(const Owner owner, look());
    if (owner == Owner::other) return taken(object_.object_key);
    if (owner == Owner::nobody) return gone(object_.object_key);
    return {};
  }

  Result<Owner> look() {
    const auto now = store_.head(object_.object_key, stop_);
    if (!now && now.error().code == Code::refused) return Owner::unknown;
    if (!now && now.error().code == Code::not_found) return Owner::nobody;
    if (!now) return in_context(now.error(), "look whether {} is still there", object_.object_key);
    if (now->size != object_.stored.size) return Owner::other;
    if (now->etag == object_.stored.etag && !now->etag.empty()) return Owner::ours;
    // The bytes decide: some stores tell the same object by different names.
    const auto digest = digest_of(store_, object_.object_key, stop_);
    if (!digest && digest.error().code == Code::refused) return Owner::unknown;
    if (!digest && digest.error().code == Code::not_found) return Owner::nobody;
    if (!digest) return in_context(digest.error(), "look whether {} is still the same", object_.object_key);
    return *digest == object_.sha256 ? Owner::ours : Owner::other;
  }

  // Nothing when there is none, or when we may not read it.
  Result<std::optional<std::string>> read_manifest() {
    const auto bytes = objectstore::get_bytes(store_, manifest_key_, kMaxManifestSize, stop_);
    if (bytes) return std::optional<std::string>(as_text(*bytes));
    unreadable_ = bytes.error().code == Code::refused;
    if (unreadable_ || bytes.error().code == Code::not_found) return std::optional<std::string>();
    if (bytes.error().code == Code::no_space) return not_ours();
    return in_context(bytes.error(), "look at {}", manifest_key_);
  }

  tl::unexpected<Error> not_ours() const {
    return with_hint(fail(Code::refused, "{} is there and is not a manifest", manifest_key_),
                     "move that file away, or choose another name");
  }

  Status check_replaceable(const std::string& text) const {
    if (!looks_like_manifest(text)) return not_ours();
    const auto manifest = decode_manifest(text);
    if (manifest || manifest.error().code != Code::unsupported) return {};
    return with_hint(fail(Code::refused, "{}: {}", manifest_key_, manifest.error().message),
                     "choose another name, or delete the old snapshot first");
  }

  Status put_manifest(const std::string& text, bool none_there) {
    objectstore::PutOptions put;
    put.content_type = "application/json";
    put.retain_until = object_.retain_until;
    put.avoid_replacing = none_there && !(unreadable_ && object_.overwrite);
    const auto stored = objectstore::put_bytes(store_, manifest_key_, as_bytes(text), put, stop_);
    if (stored) return {};
    return tl::unexpected<Error>(stored.error());
  }

  // Another object lies there: ours is not its manifest. What another save has written since is left alone.
  Status take_back(const std::string& text, const std::optional<std::string>& before) {
    HF_ASSIGN(const auto now, read_manifest());
    if (now != text) return {};
    if (before && describes_what_is_there(*before)) return put_manifest(*before, false);
    const auto removed = store_.remove(manifest_key_, stop_);
    if (removed || removed.error().code == Code::not_found) return {};
    return in_context(removed.error(), "take {} back, since {} is another save's now", manifest_key_,
                      object_.object_key);
  }

  bool describes_what_is_there(const std::string& text) {
    const auto manifest = decode_manifest(text);
    if (!manifest || manifest->object != last_segment(object_.object_key)) return false;
    const auto digest = digest_of(store_, object_.object_key, stop_);
    return digest && *digest == manifest->stored.sha256;
  }

  ObjectStore& store_;
  const Published& object_;
  const std::stop_token& stop_;
  const std::string manifest_key_;
  bool unreadable_ = false;
};

}  // namespace

Status publish(ObjectStore& store, const Published& object, const Manifest& manifest, const std::stop_token& stop) {
  return Publication(store, object, stop).write(manifest);
}

Status publish_without_manifest(ObjectStore& store, const Published& object, const std::stop_token& stop) {
  return Publication(store, object, stop).remove_old();
}

Status check_replaceable_manifest(ObjectStore& store, const std::string& object_key, const std::stop_token& stop) {
  const Published object{.object_key = object_key, .stored = {}, .sha256 = {}, .overwrite = true, .retain_until = {}};
  return Publication(store, object, stop).check_replaceable();
}

}  // namespace holdfast::repository
