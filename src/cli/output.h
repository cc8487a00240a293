// Results on standard output: a table for people, or a document for programs.
#pragma once

#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "model/json.h"

namespace holdfast::cli {

enum class OutputFormat { table, json, yaml, simple, fields, wide, name, jsonpath };

// What --output accepts; behind "jsonpath=" stands a template (json_template.h). simple and fields are etcdutl's and
// differ from table only for `snapshot status`, wide and name only for objects of the server.
const std::vector<std::string>& output_format_names();
OutputFormat parse_output_format(std::string_view name);  // a name of the list above

// Calls `print_table` for people's formats; writes `document` otherwise.
void print_result(std::ostream& out, OutputFormat format, const json::Value& document,
                  const std::function<void(std::ostream&)>& print_table);

bool is_for_programs(OutputFormat format);  // json, yaml

}  // namespace holdfast::cli
