#include "cli/status_document.h"

#include <fmt/format.h>

#include "cli/fact_sheets.h"
#include "cli/table.h"
#include "pipeline/stoppable_file.h"
#include "repository/verify.h"

namespace holdfast::cli {
namespace {

using snapshot::PageFacts;

std::string trailer_text(const snapshot::SnapshotStatus& status, bool checked) {
  if (!status.has_trailer) return "missing";
  if (!checked) return "unchecked";
  return status.trailer_matches ? "ok" : "wrong";
}

Result<StatusFacts> read_file(SnapshotInput& input, bool check_trailer, const std::stop_token& stop) {
  pipeline::StoppableFile file(*input.file, stop);
  HF_ASSIGN(const snapshot::SnapshotStatus status, snapshot::read_status(file, check_trailer));
  return StatusFacts{
      .pages = status.facts, .live_keys = status.live_keys, .trailer = trailer_text(status, check_trailer)};
}

// A stored snapshot is read through all its digests; what is wrong with it is an error here.
Result<StatusFacts> read_stored(SnapshotInput& input, const ReadFlags& read, const DecryptFlags& decryption,
                                Session& session) {
  World& world = session.world();
  HF_ASSIGN(const repository::OpenOptions options, open_options(read, decryption, session));
  const auto progress = session.progress();
  const repository::VerifyWorld verify_world{world.files, world.clock, *progress};
  HF_ASSIGN(const auto report,
            repository::verify_stored(input.store.store(), input.entry, {.open = options, .deep_directory = {}},
                                      verify_world, world.stop));
  for (const snapshot::Finding& finding : report.findings) {
    if (finding.severity != snapshot::Severity::error || finding.check == "trailer") continue;
    return with_hint(fail(Code::corrupt, "{}", finding.what), "holdfast snapshot verify says everything that is wrong");
  }
  const auto is_trailer = [](const snapshot::Finding& finding) { return finding.check == "trailer"; };
  const bool trailer_ok = std::ranges::none_of(report.findings, is_trailer);
  return StatusFacts{
      .pages = report.facts, .live_keys = report.facts.live_keys, .trailer = trailer_ok ? "ok" : "wrong or missing"};
}

void print_table(std::ostream& out, const StatusFacts& facts) {
  constexpr auto kRight = Table::Align::right;
  Table table({{"HASH"},
               {"REVISION", kRight},
               {"TOTAL KEYS", kRight},
               {"LIVE KEYS", kRight},
               {"TOTAL SIZE", kRight},
               {"IN USE", kRight},
               {"COMPACTED", kRight},
               {"VERSION"},
               {"TRAILER"}});
  const PageFacts& pages = facts.pages;
  table.add_row({fmt::format("{:x}", pages.hash), std::to_string(pages.revision), std::to_string(pages.total_items),
                 facts.live_keys ? std::to_string(*facts.live_keys) : "-", format_bytes(pages.total_size),
                 format_bytes(pages.size_in_use), std::to_string(pages.compact_revision),
                 pages.storage_version.empty() ? "-" : pages.storage_version, facts.trailer});
  table.print(out);
}

}  // namespace

Result<StatusFacts> read_status(SnapshotInput& input, const ReadFlags& read, const DecryptFlags& decryption,
                                bool check_trailer, Session& session) {
  return input.file ? read_file(input, check_trailer, session.world().stop)
                    : read_stored(input, read, decryption, session);
}

json::Object status_document(const StatusFacts& facts) {
  const PageFacts& pages = facts.pages;
  json::Object object{{"hash", pages.hash},
                      {"revision", pages.revision},
                      {"totalKey", pages.total_items},
                      {"totalSize", pages.total_size},
                      {"version", pages.storage_version}};
  if (facts.live_keys) object["liveKeys"] = *facts.live_keys;
  object["sizeInUse"] = pages.size_in_use;
  object["compactRevision"] = pages.compact_revision;
  object["scheduledCompactRevision"] = pages.scheduled_compact_revision;
  object["consistentIndex"] = pages.consistent_index;
  object["term"] = pages.term;
  object["clusterVersion"] = pages.cluster_version;
  object["members"] = pages.member_count;
  object["leases"] = pages.lease_count;
  object["alarms"] = pages.alarm_count;
  object["authEnabled"] = pages.auth_enabled;
  object["pageSize"] = pages.page_size;
  object["trailer"] = facts.trailer;
  return object;
}

void print_status(std::ostream& out, const StatusFacts& facts, OutputFormat format) {
  const PageFacts& pages = facts.pages;
  if (format == OutputFormat::simple) {
    out << fmt::format("{:x}, {}, {}, {}", pages.hash, pages.revision, pages.total_items,
                       format_bytes(pages.total_size));
    out << (pages.storage_version.empty() ? "" : ", " + pages.storage_version) << '\n';
  } else if (format == OutputFormat::fields) {
    out << fmt::format("\"Hash\" : {}\n\"Revision\" : {}\n\"Keys\" : {}\n\"Size\" : {}\n", pages.hash, pages.revision,
                       pages.total_items, pages.total_size);
    if (!pages.storage_version.empty()) out << fmt::format("\"Version\" : {}\n", pages.storage_version);
  } else {
    print_table(out, facts);
  }
}

}  // namespace holdfast::cli
