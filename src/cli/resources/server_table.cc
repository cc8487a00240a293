#include "cli/resources/server_table.h"

#include <algorithm>
#include <cctype>
#include <numeric>

#include "api/fields.h"
#include "cli/json_template.h"

namespace holdfast::cli {
namespace {

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return out;
}

std::string cell_text(const json::Value& cell) {
  if (cell.is_null()) return "<none>";
  const std::string text = text_of(cell);
  return text.empty() ? "<none>" : text;
}

}  // namespace

ServerTable::ServerTable(const json::Value& table, TableShape shape) : shape_(std::move(shape)) {
  if (const json::Array* definitions = api::array_at(table, {"columnDefinitions"})) {
    for (std::size_t i = 0; i < definitions->size(); ++i) {
      const json::Value& definition = (*definitions)[i];
      const json::Value* priority = api::field_at(definition, {"priority"});
      const bool lesser = priority != nullptr && priority->is_int64() && priority->get_int64() > 0;
      if (lesser && !shape_.wide) continue;
      if (api::text_at(definition, {"format"}) == "name") name_column_ = i;
      columns_.push_back(i);
      titles_.push_back(upper(api::text_at(definition, {"name"})));
    }
  }
  add_rows(table);
}

void ServerTable::add_rows(const json::Value& table) {
  const json::Array* rows = api::array_at(table, {"rows"});
  if (rows == nullptr) return;
  for (const json::Value& row : *rows) {
    const json::Array* cells = api::array_at(row, {"cells"});
    created_.emplace_back(api::text_at(row, {"object", "metadata", "creationTimestamp"}));
    std::vector<std::string>& line = rows_.emplace_back();
    if (shape_.with_namespace) line.emplace_back(api::text_at(row, {"object", "metadata", "namespace"}));
    for (const std::size_t column : columns_) {
      const bool there = cells != nullptr && column < cells->size();
      const std::string prefix = column == name_column_ ? shape_.prefix : "";
      line.push_back(prefix + (there ? cell_text((*cells)[column]) : ""));
    }
  }
}

void ServerTable::clear() {
  rows_.clear();
  created_.clear();
}

void ServerTable::sort_by_creation() {
  std::vector<std::size_t> order(rows_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, {}, [this](std::size_t row) -> const std::string& { return created_[row]; });
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> created;
  for (const std::size_t row : order) {
    rows.push_back(std::move(rows_[row]));
    created.push_back(std::move(created_[row]));
  }
  rows_ = std::move(rows);
  created_ = std::move(created);
}

std::vector<std::string> ServerTable::titles() const {
  std::vector<std::string> titles = titles_;
  if (shape_.with_namespace) titles.insert(titles.begin(), "NAMESPACE");
  return titles;
}

Table ServerTable::table() const {
  std::vector<Table::Column> columns;
  for (const std::string& title : titles())
    columns.push_back({.title = title});
  Table table(std::move(columns));
  for (const auto& row : rows_)
    table.add_row(row);
  return table;
}

}  // namespace holdfast::cli
