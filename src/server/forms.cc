#include "server/forms.h"

namespace holdfast::server {

std::string object_text(const api::TableWriter& table, const Shape& shape, const json::Value& object, WallTime now,
                        bool columns) {
  switch (shape.form) {
    case api::Form::table:
      return table.table(object, shape.include, shape.version, now, columns);
    case api::Form::partial_metadata:
      return json::to_string(api::partial_metadata(object, shape.version));
    case api::Form::object:
      break;
  }
  return json::to_string(object);
}

void ListText::add(const json::Value& object) {
  if (!items_.empty()) items_ += ',';
  switch (shape_.form) {
    case api::Form::table:
      table_.append_row(items_, object, shape_.include, shape_.version, now_);
      return;
    case api::Form::partial_metadata:
      items_ += json::to_string(api::partial_metadata(object, shape_.version));
      return;
    case api::Form::object:
      items_ += json::to_string(object);
      return;
  }
}

bool ListText::has_kept_rows() const {
  return shape_.form == api::Form::table && shape_.version == "v1" && shape_.include == api::IncludeObject::metadata;
}

api::ApiResult<void> ListText::add(const registry::Listed& object, RowCache& rows) {
  if (!items_.empty()) items_ += ',';
  return rows.append(items_, object, table_, now_);
}

std::string ListText::finish(const json::Object& metadata) const {
  if (shape_.form == api::Form::table)
    return table_.begin(metadata, shape_.version) + items_ + std::string(api::TableWriter::end()) + "\n";
  const bool partial = shape_.form == api::Form::partial_metadata;
  const json::Object head{{"kind", partial ? std::string("PartialObjectMetadataList") : kind_.list_kind()},
                          {"apiVersion", partial ? "meta.k8s.io/" + shape_.version : kind_.group_version.to_string()},
                          {"metadata", metadata}};
  std::string text = json::to_string(head);
  text.pop_back();  // the brace
  text += ",\"items\":[";
  text += items_;
  text += "]}\n";
  return text;
}

}  // namespace holdfast::server
