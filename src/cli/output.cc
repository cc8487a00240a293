#include "cli/output.h"

#include <algorithm>

#include "cli/yaml_text.h"

namespace holdfast::cli {

const std::vector<std::string>& output_format_names() {
  static const std::vector<std::string> names{"table", "json", "yaml", "simple", "fields", "wide", "name", "jsonpath="};
  return names;
}

OutputFormat parse_output_format(std::string_view name) {
  const auto& names = output_format_names();
  const auto found =
      std::ranges::find(names, name.substr(0, name.find('=') == name.npos ? name.size() : name.find('=') + 1));
  return found == names.end() ? OutputFormat::table : static_cast<OutputFormat>(found - names.begin());
}

void print_result(std::ostream& out, OutputFormat format, const json::Value& document,
                  const std::function<void(std::ostream&)>& print_table) {
  if (format == OutputFormat::json) {
    out << json::to_pretty_string(document);
  } else if (format == OutputFormat::yaml) {
    out << to_yaml(document);
  } else {
    print_table(out);
  }
}

bool is_for_programs(OutputFormat format) {
  return format == OutputFormat::json || format == OutputFormat::yaml;
}

}  // namespace holdfast::cli
