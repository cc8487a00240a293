#include "api/table.h"

#include <utility>

#include <fmt/format.h>

#include "api/table_columns.h"

namespace holdfast::api {
namespace {

// A value as a cell of this type; null prints as nothing.
json::Value as_cell(const json::Value* value, const std::string& type, WallTime now) {
  if (value == nullptr || value->is_null()) return nullptr;
  if (type == "date")
    return value->is_string() ? json::Value(age_of(value->get_string(), now)) : json::Value("<unknown>");
  if (type == "string" && !value->is_string()) return json::Value(json::to_string(*value));
  return *value;
}

const json::Value& metadata_of(const json::Value& object) {
  static const json::Value none = json::Object();
  const json::Object* whole = object.if_object();
  const json::Value* metadata = whole == nullptr ? nullptr : whole->if_contains("metadata");
  return metadata == nullptr ? none : *metadata;
}

const json::Object& members_of_metadata(const json::Value& object) {
  static const json::Object none;
  const json::Object* metadata = metadata_of(object).if_object();
  return metadata == nullptr ? none : *metadata;
}

// As partial_metadata(), but without managedFields: they are most of it, and who asks for tables does not look at them.
void append_metadata(std::string& out, const json::Value& object, std::string_view version) {
  out += R"({"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/)";
  out += version;
  out += R"(","metadata":{)";
  bool first = true;
  for (const auto& member : members_of_metadata(object)) {
    if (member.key() == "managedFields") continue;
    if (!std::exchange(first, false)) out += ',';
    out += json::to_string(json::Value(member.key()));
    out += ':';
    out += json::to_string(member.value());
  }
  out += "}}";
}

// A Backup whose object has not gone yet has the phase of what it was: nobody should count on it.
constexpr const char* kDeleting = "Deleting";

bool says_deletion(const Kind& kind, const Column& column) {
  return kind.kind == "Backup" && column.name == "Phase";
}

// And the metadata, which every row has.
json::Excerpt what_columns_show(const Kind& kind) {
  json::Excerpt shown;
  for (const Column& column : kind.columns) {
    const auto path = JsonPath::parse(column.json_path);
    const std::vector<std::string> names = path ? path->leading_names(2) : std::vector<std::string>();
    if (names.size() == 2) shown.keep(names[0], names[1]);
    if (names.size() == 1) shown.keep(names[0]);
  }
  shown.keep_without("metadata", "managedFields");
  return shown;
}

}  // namespace

void append_kept_row(std::string& out, const KeptRow& row, WallTime now) {
  std::size_t done = 0;
  for (const KeptRow::Age& age : row.ages) {
    out.append(row.text, done, age.at - done);
    out += '"';
    out += age_of(age.time, now);
    out += '"';
    done = age.at;
  }
  out.append(row.text, done);
}

std::optional<IncludeObject> parse_include_object(std::string_view text) {
  if (text.empty() || text == "Metadata") return IncludeObject::metadata;
  if (text == "Object") return IncludeObject::object;
  if (text == "None") return IncludeObject::none;
  return std::nullopt;
}

json::Value partial_metadata(const json::Value& object, std::string_view version) {
  return json::Object{{"kind", "PartialObjectMetadata"},
                      {"apiVersion", "meta.k8s.io/" + std::string(version)},
                      {"metadata", metadata_of(object)}};
}

Result<TableWriter> TableWriter::create(const Kind& kind) {
  TableWriter writer;
  const auto add = [&](SpecialColumn column) {
    writer.columns_.push_back({std::move(column.column), std::move(column.format), std::move(column.cell), {}});
  };
  std::vector<SpecialColumn> special = special_columns(kind);
  if (!special.empty()) {
    for (SpecialColumn& each : special)
      add(std::move(each));
    return writer;
  }
  add(name_column());
  for (const Column& column : kind.columns) {
    auto path = JsonPath::parse(column.json_path);
    if (!path) return in_context(std::move(path).error(), "column {} of {}", column.name, kind.kind);
    add({.column = column,
         .format = "",
         .cell = [path = *path, type = column.type, deletion = says_deletion(kind, column)](const json::Value& object,
                                                                                            WallTime now) {
           if (deletion && members_of_metadata(object).contains("deletionTimestamp")) return json::Value(kDeleting);
           return as_cell(path.find(object), type, now);
         }});
    if (column.type == "date") writer.columns_.back().time = std::move(*path);
  }
  add(age_column());
  HF_ASSIGN(writer.columns_.back().time, JsonPath::parse(".metadata.creationTimestamp"));
  writer.only_ages_change_ = true;
  writer.looked_at_ = what_columns_show(kind);
  return writer;
}

json::Array TableWriter::column_definitions() const {
  json::Array all;
  for (const TableColumn& each : columns_) {
    all.push_back(json::Object{{"name", each.column.name},
                               {"type", each.column.type},
                               {"format", each.format},
                               {"description", each.column.description},
                               {"priority", each.column.priority}});
  }
  return all;
}

json::Array TableWriter::cells(const json::Value& object, WallTime now) const {
  json::Array all;
  all.reserve(columns_.size());
  for (const TableColumn& each : columns_)
    all.push_back(each.cell(object, now));
  return all;
}

std::string TableWriter::begin(const json::Object& list_metadata, std::string_view version, bool with_columns) const {
  return fmt::format(R"({{"kind":"Table","apiVersion":"meta.k8s.io/{}","metadata":{},"columnDefinitions":{},"rows":[)",
                     version, json::to_string(list_metadata),
                     json::to_string(with_columns ? column_definitions() : json::Array()));
}

std::optional<KeptRow> TableWriter::kept_row(const json::Value& object, std::string_view version) const {
  if (!only_ages_change_) return std::nullopt;
  KeptRow row{.text = R"({"cells":[)", .ages = {}};
  for (const TableColumn& each : columns_) {
    if (&each != columns_.data()) row.text += ',';
    const json::Value* time = each.time ? each.time->find(object) : nullptr;
    if (time != nullptr && time->is_string()) {
      row.ages.push_back({.at = row.text.size(), .time = std::string(time->get_string())});
    } else {
      row.text += json::to_string(each.cell(object, {}));
    }
  }
  row.text += R"(],"object":)";
  append_metadata(row.text, object, version);
  row.text += '}';
  return row;
}

void TableWriter::append_row(std::string& out, const json::Value& object, IncludeObject include,
                             std::string_view version, WallTime now) const {
  out += R"({"cells":)";
  out += json::to_string(cells(object, now));
  out += R"(,"object":)";
  if (include == IncludeObject::none) {
    out += "null";
  } else if (include == IncludeObject::object) {
    out += json::to_string(object);
  } else {
    append_metadata(out, object, version);
  }
  out += '}';
}

std::string TableWriter::table(const json::Value& object, IncludeObject include, std::string_view version, WallTime now,
                               bool with_columns) const {
  json::Object list_metadata;
  const json::Object* metadata = metadata_of(object).if_object();
  const json::Value* resource_version = metadata == nullptr ? nullptr : metadata->if_contains("resourceVersion");
  if (resource_version != nullptr) list_metadata["resourceVersion"] = *resource_version;
  std::string out = begin(list_metadata, version, with_columns);
  append_row(out, object, include, version, now);
  out += end();
  return out;
}

}  // namespace holdfast::api
