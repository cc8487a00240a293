// Objects in the shape a client asked for: as they are, as rows of a table, or their metadata alone.
#pragma once

#include <string>

#include "server/row_cache.h"

#include "api/accept.h"
#include "api/kind.h"
#include "api/table.h"
#include "base/units.h"
#include "model/json.h"

namespace holdfast::server {

struct Shape {
  api::Form form = api::Form::object;
  std::string version = "v1";  // of meta.k8s.io
  api::IncludeObject include = api::IncludeObject::metadata;
  friend auto operator<=>(const Shape&, const Shape&) = default;
};

// One object as JSON text. `columns`: a table describes its columns.
std::string object_text(const api::TableWriter& table, const Shape& shape, const json::Value& object, WallTime now,
                        bool columns = true);

// Writes a list as text while it is read: each object is held once only.
class ListText {
 public:
  ListText(const api::Kind& kind, const api::TableWriter& table, const Shape& shape, WallTime now)
      : kind_(kind), table_(table), shape_(shape), now_(now) {}

  void add(const json::Value& object);
  // The same by way of the rows that are known already, for lists that have such rows.
  bool has_kept_rows() const;
  api::ApiResult<void> add(const registry::Listed& object, RowCache& rows);
  // The whole list. `metadata`: resourceVersion, continue and so on.
  std::string finish(const json::Object& metadata) const;

 private:
  const api::Kind& kind_;
  const api::TableWriter& table_;
  const Shape& shape_;
  const WallTime now_;
  std::string items_;
};

}  // namespace holdfast::server
