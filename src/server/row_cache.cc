#include "server/row_cache.h"

#include <utility>

namespace holdfast::server {
namespace {

constexpr std::string_view kVersion = "v1";

std::size_t weight(const std::string& key, const api::KeptRow& row) {
  constexpr std::size_t kOfAge = 64;
  constexpr std::size_t kOfEntry = 128;
  return kOfEntry + key.size() + row.text.capacity() + row.ages.size() * kOfAge;
}

}  // namespace

bool RowCache::append_known(std::string& out, const registry::Listed& listed, WallTime now) {
  const std::lock_guard lock(mutex_);
  const auto found = rows_.find(listed.key());
  if (found == rows_.end() || found->second.modified != listed.modified()) return false;
  api::append_kept_row(out, found->second.row, now);
  return true;
}

void RowCache::keep(const registry::Listed& listed, api::KeptRow row) {
  const std::size_t added = weight(listed.key(), row);
  const std::lock_guard lock(mutex_);
  if (bytes_ + added > most_) {
    rows_.clear();
    bytes_ = 0;
  }
  Kept& kept = rows_[listed.key()];
  if (kept.modified != 0) bytes_ -= weight(listed.key(), kept.row);
  kept = {.modified = listed.modified(), .row = std::move(row)};
  bytes_ += added;
}

api::ApiResult<void> RowCache::append(std::string& out, const registry::Listed& listed, const api::TableWriter& table,
                                      WallTime now) {
  if (append_known(out, listed, now)) return {};
  const json::Excerpt* looked_at = table.looked_at();
  const auto object = looked_at == nullptr ? listed.take() : listed.take(*looked_at);
  if (!object) return tl::unexpected(object.error());
  auto row = table.kept_row(*object, kVersion);
  if (!row) {
    table.append_row(out, *object, api::IncludeObject::metadata, kVersion, now);
    return {};
  }
  api::append_kept_row(out, *row, now);
  row->text.shrink_to_fit();
  keep(listed, std::move(*row));
  return {};
}

std::size_t RowCache::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace holdfast::server
