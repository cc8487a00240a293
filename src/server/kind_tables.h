// The table writers of all kinds, made once.
#pragma once

#include <map>

#include "api/kind.h"
#include "api/table.h"
#include "base/result.h"

namespace holdfast::server {

// Immutable; any thread.
class KindTables {
 public:
  static Result<KindTables> create(const api::Kinds& kinds);
  // Of a kind among those it was made from.
  const api::TableWriter& of(const api::Kind& kind) const { return writers_.at(&kind); }

 private:
  std::map<const api::Kind*, api::TableWriter> writers_;
};

}  // namespace holdfast::server
