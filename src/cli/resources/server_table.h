// The server's tables (meta.k8s.io Table) as ours.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/table.h"
#include "model/json.h"

namespace holdfast::cli {

struct TableShape {
  bool wide = false;            // also columns of lesser importance
  bool with_namespace = false;  // in front
  std::string prefix = {};      // before the name: "cluster.kubermatic.k8c.io/"
};

// Plain value. Tables of other things than objects (a Status, a list) have no columns and no rows.
class ServerTable {
 public:
  ServerTable(const json::Value& table, TableShape shape);

  void add_rows(const json::Value& table);
  void clear();  // the columns stay
  // Of rows that are there: the oldest object first; of one second, by the order they came in.
  void sort_by_creation();
  bool empty() const { return rows_.empty(); }
  std::vector<std::string> titles() const;
  const std::vector<std::vector<std::string>>& rows() const { return rows_; }
  Table table() const;

 private:
  TableShape shape_;
  std::vector<std::string> titles_;
  std::vector<std::size_t> columns_;  // of the server's, that are shown
  std::size_t name_column_ = 0;
  std::vector<std::vector<std::string>> rows_;
  std::vector<std::string> created_;  // of each row's object, as RFC 3339 in UTC; empty: not known
};

}  // namespace holdfast::cli
