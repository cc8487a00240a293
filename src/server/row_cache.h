// Rows of tables as text, by object: of a long list, most objects are as they were when it was asked for last.
#pragma once

#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "api/table.h"
#include "base/bytes.h"
#include "registry/registry.h"

namespace holdfast::server {

// Safe for any thread. A row is found again only by the very revision that its object was read at, so it is never old.
class RowCache {
 public:
  // `most`: bytes of rows; beyond that it begins anew.
  explicit RowCache(std::size_t most = 48 * kMiB) : most_(most) {}

  // Appends the row of the object, as TableWriter::append_row() does with IncludeObject::metadata and version "v1".
  api::ApiResult<void> append(std::string& out, const registry::Listed& listed, const api::TableWriter& table,
                              WallTime now);

  std::size_t bytes() const;

 private:
  struct Kept {
    store::Revision modified = 0;
    api::KeptRow row;
  };
  bool append_known(std::string& out, const registry::Listed& listed, WallTime now);
  void keep(const registry::Listed& listed, api::KeptRow row);

  const std::size_t most_;
  mutable std::mutex mutex_;
  std::unordered_map<std::string, Kept> rows_;  // by key of the store; protected by mutex_, as what follows
  std::size_t bytes_ = 0;
};

}  // namespace holdfast::server
