// The table writers of all kinds, made once, and the rows that were written last.
#pragma once

#include <map>
#include <memory>

#include "server/row_cache.h"

#include "api/kind.h"
#include "api/table.h"
#include "base/result.h"

namespace holdfast::server {

// Any thread.
class KindTables {
 public:
  static Result<KindTables> create(const api::Kinds& kinds);
  // Of a kind among those it was made from.
  const api::TableWriter& of(const api::Kind& kind) const { return writers_.at(&kind); }
  RowCache& rows() const { return *rows_; }

 private:
  std::map<const api::Kind*, api::TableWriter> writers_;
  std::unique_ptr<RowCache> rows_ = std::make_unique<RowCache>();
};

}  // namespace holdfast::server
