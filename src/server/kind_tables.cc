#include "server/kind_tables.h"

#include <utility>

namespace holdfast::server {

Result<KindTables> KindTables::create(const api::Kinds& kinds) {
  KindTables tables;
  for (const api::Kind& kind : kinds.all()) {
    HF_ASSIGN(api::TableWriter writer, api::TableWriter::create(kind));
    tables.writers_.emplace(&kind, std::move(writer));
  }
  return tables;
}

}  // namespace holdfast::server
