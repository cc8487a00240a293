#include "objectstore/memory/memory_store.h"

#include <algorithm>
#include <limits>
#include <vector>

#include "objectstore/byte_range.h"
#include "objectstore/put_source.h"

namespace holdfast::objectstore {

class MemoryStore::Source final : public ByteSource {
 public:
  Source(std::shared_ptr<const Object> object, ByteView bytes) : object_(std::move(object)), bytes_(bytes) {}
  Result<std::size_t> read(ByteSpan into) override { return bytes_.read(into); }

 private:
  const std::shared_ptr<const Object> object_;  // keeps alive what bytes_ reads from
  MemorySource bytes_;
};

Result<ObjectInfo> MemoryStore::put(const std::string& key, ByteSource& source, const PutOptions& options,
                                    const std::stop_token& stop) {
  HF_TRY(check_key(key));
  PutSource checked(source, options.size_limit, stop);
  auto bytes = read_all(checked, std::numeric_limits<std::size_t>::max());
  if (!bytes) return in_context(std::move(bytes).error(), "store {}", key);
  HF_TRY(check_not_stopped(stop));

  auto object = std::make_shared<Object>();
  object->info = {.key = key,
                  .size = bytes->size(),
                  .modified = clock_.now(),
                  .etag = to_hex(Sha256::of(*bytes)),
                  .metadata = options.metadata};
  object->bytes = std::move(*bytes);
  object->retain_until = options.retain_until;
  ObjectInfo info = object->info;

  const std::lock_guard guard(mutex_);
  const bool keep = options.only_if_absent || options.avoid_replacing;
  if (keep && objects_.contains(key)) return fail(Code::exists, "{} is already there", key);
  HF_TRY(check_unlocked(key));
  objects_[key] = std::move(object);
  return info;
}

Result<ObjectStore::Opened> MemoryStore::get(const std::string& key, const ByteRange& range,
                                             const std::stop_token& stop) {
  HF_TRY(check_key(key));
  HF_TRY(check_not_stopped(stop));
  const auto object = find(key);
  if (!object) return fail(Code::not_found, "{} does not exist", key);
  HF_ASSIGN(const auto part, resolve_range(range, object->bytes.size(), key));
  const ByteView bytes =
      ByteView(object->bytes).subspan(static_cast<std::size_t>(part.offset), static_cast<std::size_t>(part.length));
  return Opened{.info = object->info, .source = std::make_unique<Source>(object, bytes)};
}

Result<ObjectInfo> MemoryStore::head(const std::string& key, const std::stop_token& stop) {
  HF_TRY(check_key(key));
  HF_TRY(check_not_stopped(stop));
  const auto object = find(key);
  if (!object) return fail(Code::not_found, "{} does not exist", key);
  return object->info;
}

Status MemoryStore::list(const std::string& prefix, const Visitor& visit, const std::stop_token& stop) {
  std::vector<ObjectInfo> found;
  {
    // Visitors may call the store, so they run without the lock.
    const std::lock_guard guard(mutex_);
    for (auto it = objects_.lower_bound(prefix); it != objects_.end() && it->first.starts_with(prefix); ++it) {
      found.push_back(it->second->info);
      found.back().metadata.clear();
    }
  }
  for (const ObjectInfo& info : found) {
    HF_TRY(check_not_stopped(stop));
    HF_TRY(visit(info));
  }
  return {};
}

Status MemoryStore::remove(const std::string& key, const std::stop_token& stop) {
  HF_TRY(check_key(key));
  HF_TRY(check_not_stopped(stop));
  const std::lock_guard guard(mutex_);
  HF_TRY(check_unlocked(key));
  objects_.erase(key);
  return {};
}

Features MemoryStore::features(const std::stop_token&) const {
  constexpr std::uint64_t kAny = std::numeric_limits<std::size_t>::max();
  return {.conditional_put = true,
          .conditional_put_limit = kAny,
          .metadata = true,
          .object_lock = true,
          .versions = false,
          .largest_object = kAny};
}

std::shared_ptr<const MemoryStore::Object> MemoryStore::find(const std::string& key) const {
  const std::lock_guard guard(mutex_);
  const auto found = objects_.find(key);
  return found == objects_.end() ? nullptr : found->second;
}

Status MemoryStore::check_unlocked(const std::string& key) const {
  const auto found = objects_.find(key);
  if (found == objects_.end() || !found->second->retain_until || *found->second->retain_until <= clock_.now())
    return {};
  return with_hint(fail(Code::refused, "{} is locked until {}", key, format_time(*found->second->retain_until)),
                   "wait until then; a locked object cannot be removed or replaced");
}

}  // namespace holdfast::objectstore
