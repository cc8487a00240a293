#include "cli/verify_document.h"

#include <fmt/format.h>

#include "cli/table.h"
#include "cli/text.h"

namespace holdfast::cli {
namespace {

using snapshot::Finding;
using snapshot::Severity;

std::string_view severity_name(Severity severity) {
  if (severity == Severity::error) return "error";
  return severity == Severity::warning ? "warning" : "note";
}

}  // namespace

json::Value verify_document(const VerifyOutcome& outcome) {
  json::Array findings;
  for (const Finding& finding : outcome.findings) {
    findings.emplace_back(json::Object{{"severity", severity_name(finding.severity)},
                                       {"check", finding.check},
                                       {"where", finding.where},
                                       {"what", finding.what}});
  }
  return json::Object{{"place", outcome.place},
                      {"ok", outcome.ok},
                      {"manifest", outcome.with_manifest},
                      {"histories", outcome.histories},
                      {"findings", std::move(findings)},
                      {"findingsDropped", outcome.findings_dropped},
                      {"hash", outcome.pages.hash},
                      {"revision", outcome.pages.revision},
                      {"totalKey", outcome.pages.total_items},
                      {"totalSize", outcome.pages.total_size}};
}

void print_verify(std::ostream& out, const VerifyOutcome& outcome) {
  if (!outcome.findings.empty()) {
    Table table({{"SEVERITY"}, {"CHECK"}, {"WHERE"}, {"WHAT"}});
    for (const Finding& finding : outcome.findings) {
      table.add_row({std::string(severity_name(finding.severity)), finding.check,
                     finding.where.empty() ? "-" : finding.where, finding.what});
    }
    table.print(out);
  }
  if (outcome.findings_dropped > 0) out << "and " << outcome.findings_dropped << " more\n";
  if (!outcome.ok) {
    out << printable(outcome.place) << " is damaged\n";
    return;
  }
  out << printable(outcome.place)
      << fmt::format(" is good: revision {}, hash {:x}, {} keys, {}{}\n", outcome.pages.revision, outcome.pages.hash,
                     outcome.pages.total_items, format_bytes(outcome.pages.total_size),
                     outcome.histories ? "" : "; the histories of keys were not looked at (--deep does)");
}

}  // namespace holdfast::cli
