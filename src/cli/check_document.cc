#include "cli/check_document.h"

#include "cli/table.h"
#include "cli/text.h"

namespace holdfast::cli {

json::Value check_document(const std::string& place, const objectstore::CheckReport& report) {
  json::Array steps;
  for (const objectstore::CheckStep& step : report.steps) {
    steps.emplace_back(json::Object{
        {"name", step.name}, {"ok", step.ok}, {"required", step.required}, {"error", step.error}, {"hint", step.hint}});
  }
  return json::Object{{"place", place}, {"usable", report.usable()}, {"steps", std::move(steps)}};
}

void print_check(std::ostream& out, const std::string& place, const objectstore::CheckReport& report) {
  Table table({{"STEP"}, {"RESULT"}, {"REASON"}});
  for (const objectstore::CheckStep& step : report.steps) {
    const std::string bad = step.required ? "failed" : "not possible";
    table.add_row({step.name, step.ok ? "ok" : bad, step.error});
  }
  table.print(out);
  for (const objectstore::CheckStep& step : report.steps) {
    if (!step.ok && !step.hint.empty()) out << "try for " << step.name << ": " << printable(step.hint) << '\n';
  }
  out << printable(place) << (report.usable() ? " can be used\n" : " cannot be used\n");
}

}  // namespace holdfast::cli
