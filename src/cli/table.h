// Tables for people: columns aligned by spaces, as kubectl prints them.
#pragma once

#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace holdfast::cli {

class Table {
 public:
  enum class Align { left, right };
  struct Column {
    std::string title;
    Align align = Align::left;
  };

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // As many cells as there are columns. Unprintable characters are replaced.
  void add_row(const std::vector<std::string>& cells);
  void print(std::ostream& out) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// Names and values below each other: "revision      4711".
class FactSheet {
 public:
  void add(const std::string& name, const std::string& value);
  void print(std::ostream& out) const;

 private:
  std::vector<std::pair<std::string, std::string>> facts_;
};

}  // namespace holdfast::cli
