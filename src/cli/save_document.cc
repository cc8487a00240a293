#include "cli/save_document.h"

#include <fmt/format.h>

#include "cli/fact_sheets.h"
#include "cli/table.h"

namespace holdfast::cli {
namespace {

double seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

json::Value save_document(const std::string& place, const repository::SaveReport& report,
                          std::optional<std::uint64_t> aborted_uploads) {
  json::Array failed;
  for (const std::string& member : report.failed_members)
    failed.emplace_back(member);
  json::Object object{{"place", place}, {"stored", report.stored}};
  if (report.unchanged_since) object["unchangedSince"] = *report.unchanged_since;
  object["streamSeconds"] = seconds(report.stream_time);
  object["totalSeconds"] = seconds(report.total_time);
  object["source"] = report.pinned ? "dataDir" : "stream";
  if (!report.why_not_pinned.empty()) object["whyNotDataDir"] = report.why_not_pinned;
  object["spilledBytes"] = report.spilled_bytes;
  object["failedMembers"] = std::move(failed);
  if (report.saw_no_leader) object["sawNoLeader"] = true;
  if (aborted_uploads) object["abortedUploads"] = *aborted_uploads;
  object["manifest"] = repository::manifest_to_json(report.manifest);
  return object;
}

void print_save(std::ostream& out, const std::string& place, const repository::SaveReport& report) {
  const repository::Manifest& manifest = report.manifest;
  FactSheet facts;
  if (report.stored) {
    facts.add("saved", place);
  } else {
    facts.add("not saved", fmt::format("unchanged since {}", report.unchanged_since.value_or("the newest backup")));
  }
  facts.add("revision", std::to_string(manifest.snapshot.revision));
  facts.add("hash", fmt::format("{:x}", manifest.snapshot.hash));
  facts.add("total keys", std::to_string(manifest.snapshot.total_key));
  facts.add("database", exact_bytes(manifest.snapshot.total_size));
  if (report.stored) {
    facts.add("stored", fmt::format("{}, compression {}, encryption {}", exact_bytes(manifest.stored.size),
                                    pipeline::compression_name(manifest.stored.compression),
                                    repository::encryption_name(manifest.stored.encryption)));
    facts.add("SHA-256", manifest.snapshot.sha256);
  }
  if (report.stored && report.unchanged_since) facts.add("unchanged since", *report.unchanged_since);
  facts.add("etcd", fmt::format("{} at {}", manifest.etcd.version, manifest.etcd.endpoint));
  if (report.pinned) facts.add("read", "the db file in the data directory, its pages held by the member");
  if (!report.why_not_pinned.empty()) facts.add("read", "the stream: " + report.why_not_pinned);
  facts.add("took", fmt::format("{}, {} {}", format_duration(report.total_time),
                                report.pinned ? "the db file" : "the stream", format_duration(report.stream_time)));
  facts.print(out);
}

}  // namespace holdfast::cli
