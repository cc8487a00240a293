#include "unit/control/document_tables.h"

#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>

namespace holdfast::control {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" `");
  return begin == std::string::npos ? "" : text.substr(begin, text.find_last_not_of(" `") - begin + 1);
}

// "| a | b |" -> a, b; nothing for other lines.
TableRow cells(const std::string& line) {
  TableRow row;
  if (line.empty() || line.front() != '|') return row;
  for (std::size_t at = 1; at < line.size();) {
    const std::size_t end = std::min(line.find('|', at), line.size());
    row.push_back(trimmed(line.substr(at, end - at)));
    at = end + 1;
  }
  return row;
}

}  // namespace

std::vector<TableRow> document_rows(const std::string& document, const TableRow& columns) {
  std::ifstream file(std::string(HOLDFAST_SOURCE_DIR) + "/docs/" + document);
  EXPECT_TRUE(file) << document;
  std::vector<TableRow> rows;
  bool inside = false;
  for (std::string line; std::getline(file, line);) {
    const TableRow row = cells(line);
    if (row.empty()) inside = false;
    const bool rule = line.starts_with("|-");
    if (inside && !rule) {
      EXPECT_EQ(row.size(), columns.size()) << line;
      if (row.size() == columns.size()) rows.push_back(row);
    }
    if (row == columns) inside = true;
  }
  EXPECT_FALSE(rows.empty()) << document << " has no such table";
  return rows;
}

}  // namespace holdfast::control
