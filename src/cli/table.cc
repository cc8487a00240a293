#include "cli/table.h"

#include <algorithm>

#include "cli/text.h"

namespace holdfast::cli {
namespace {

void print_line(std::ostream& out, const std::vector<std::string>& cells, const std::vector<std::size_t>& widths,
                const std::vector<Table::Column>& columns) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::string padding(widths[i] - columns_of(cells[i]), ' ');
    const bool right = columns[i].align == Table::Align::right;
    line += right ? padding + cells[i] : cells[i] + padding;
    line += "   ";
  }
  line.erase(line.find_last_not_of(' ') + 1);
  out << line << '\n';
}

}  // namespace

void Table::add_row(const std::vector<std::string>& cells) {
  std::vector<std::string>& row = rows_.emplace_back();
  for (std::size_t i = 0; i < columns_.size(); ++i)
    row.push_back(i < cells.size() ? printable(cells[i]) : "");
}

void Table::print(std::ostream& out) const {
  std::vector<std::string> titles;
  std::vector<std::size_t> widths;
  for (const Column& column : columns_) {
    titles.push_back(column.title);
    widths.push_back(columns_of(column.title));
  }
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], columns_of(row[i]));
  }
  print_line(out, titles, widths, columns_);
  for (const auto& row : rows_)
    print_line(out, row, widths, columns_);
}

void FactSheet::add(const std::string& name, const std::string& value) {
  facts_.emplace_back(name, printable(value));
}

void FactSheet::print(std::ostream& out) const {
  std::size_t width = 0;
  for (const auto& [name, value] : facts_)
    width = std::max(width, name.size());
  for (const auto& [name, value] : facts_) {
    out << name << std::string(width - name.size() + 3, ' ') << value << '\n';
  }
}

}  // namespace holdfast::cli
