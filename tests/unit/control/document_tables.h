// The tables of examples in the documents.
#pragma once

#include <string>
#include <vector>

namespace holdfast::control {

using TableRow = std::vector<std::string>;

// The rows of the tables of docs/<document> whose head has these columns; cells without their backquotes.
std::vector<TableRow> document_rows(const std::string& document, const TableRow& columns);

}  // namespace holdfast::control
