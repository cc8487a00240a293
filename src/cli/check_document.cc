#include "cli/check_document.h"

#include "cli/table.h"
#include "cli/text.h"

namespace holdfast::cli {

void add_leftovers(CheckResult& result, const Result<std::uint64_t>& aborted) {
  objectstore::CheckStep step{
      .name = "unfinished uploads", .ok = aborted.has_value(), .required = false, .error = {}, .hint = {}};
  if (aborted) {
    result.aborted_uploads = *aborted;
  } else {
    step.error = aborted.error().to_string();
    step.hint = aborted.error().hint;
  }
  result.report.steps.push_back(std::move(step));
}

json::Value check_document(const CheckResult& result) {
  json::Array steps;
  for (const objectstore::CheckStep& step : result.report.steps) {
    steps.emplace_back(json::Object{
        {"name", step.name}, {"ok", step.ok}, {"required", step.required}, {"error", step.error}, {"hint", step.hint}});
  }
  json::Object document{{"place", result.place}, {"usable", result.report.usable()}, {"steps", std::move(steps)}};
  if (!result.left_behind.empty()) document["leftBehind"] = result.left_behind;
  if (result.aborted_uploads) document["abortedUploads"] = *result.aborted_uploads;
  return document;
}

void print_check(std::ostream& out, const CheckResult& result) {
  Table table({{"STEP"}, {"RESULT"}, {"REASON"}});
  for (const objectstore::CheckStep& step : result.report.steps) {
    const std::string bad = step.required ? "failed" : "not possible";
    table.add_row({step.name, step.ok ? "ok" : bad, step.error});
  }
  table.print(out);
  for (const objectstore::CheckStep& step : result.report.steps) {
    if (!step.ok && !step.hint.empty()) out << "try for " << step.name << ": " << printable(step.hint) << '\n';
  }
  if (!result.left_behind.empty()) {
    out << "left behind: " << printable(result.left_behind) << ", which the next check takes again\n";
  }
  if (result.aborted_uploads.value_or(0) > 0) {
    out << "cleared away: " << *result.aborted_uploads << " unfinished uploads of saves that were killed\n";
  }
  out << printable(result.place) << (result.report.usable() ? " can be used\n" : " cannot be used\n");
}

}  // namespace holdfast::cli
