// Objects as the rows of a table, which is what `kubectl get` prints.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "api/json_path.h"
#include "api/kind.h"
#include "base/units.h"
#include "model/json.h"
#include "model/json_excerpt.h"

namespace holdfast::api {

// What stands beside the cells of a row; of `metadata` all but managedFields.
enum class IncludeObject { metadata, object, none };
// Of the query parameter includeObject; empty is metadata. Nothing when it is none of "Metadata", "Object", "None".
std::optional<IncludeObject> parse_include_object(std::string_view text);

// "45s", "3m7s", "42m", "5h12m", "31h", "3d4h", "99d", "3y12d"; "<invalid>" for what lies ahead.
std::string age_text(Duration age);
// Of an RFC 3339 time as text; "<unknown>" when it is none.
std::string age_of(std::string_view time, WallTime now);

// {"kind": "PartialObjectMetadata", …} of an object. `version` of meta.k8s.io.
json::Value partial_metadata(const json::Value& object, std::string_view version = "v1");

// A row as text but for the ages in it, so that it can be written again later.
struct KeptRow {
  struct Age {
    std::size_t at = 0;  // it stands before this byte of the text
    std::string time;    // RFC 3339
  };
  std::string text;
  std::vector<Age> ages;
};
void append_kept_row(std::string& out, const KeptRow& row, WallTime now);

// Writes tables of one kind as text, row by row, so that a long list is held once only. Immutable; any thread.
class TableWriter {
 public:
  // Code::corrupt: a column's path cannot be read.
  static Result<TableWriter> create(const Kind& kind);

  // {"kind":"Table",…,"rows":[ — rows follow, with commas between them, then end(). `list_metadata` is that of the
  // list.
  std::string begin(const json::Object& list_metadata, std::string_view version, bool with_columns = true) const;
  void append_row(std::string& out, const json::Value& object, IncludeObject include, std::string_view version,
                  WallTime now) const;
  static std::string_view end() { return "]}"; }
  // The row as append_row() writes it with IncludeObject::metadata; nothing for kinds whose cells have times in them
  // that are no ages of their own.
  std::optional<KeptRow> kept_row(const json::Value& object, std::string_view version) const;
  // What kept_row() looks at of an object; null when it gives nothing.
  const json::Excerpt* looked_at() const { return only_ages_change_ ? &looked_at_ : nullptr; }

  // A whole table with one row: an answer to get, or the object of a watch event.
  std::string table(const json::Value& object, IncludeObject include, std::string_view version, WallTime now,
                    bool with_columns = true) const;

  // The cells of one object, in the order of the columns.
  json::Array cells(const json::Value& object, WallTime now) const;
  // name, type, format, description, priority of each.
  json::Array column_definitions() const;

 private:
  using Cell = std::function<json::Value(const json::Value& object, WallTime now)>;
  struct TableColumn {
    Column column;
    std::string format;
    Cell cell;
    std::optional<JsonPath> time;  // of a cell that is the age of this and nothing else
  };

  std::vector<TableColumn> columns_;
  bool only_ages_change_ = false;
  json::Excerpt looked_at_;
};

}  // namespace holdfast::api
