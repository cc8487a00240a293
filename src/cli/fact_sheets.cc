#include "cli/fact_sheets.h"

#include <fmt/format.h>

#include "base/units.h"

namespace holdfast::cli {
namespace {

using repository::Manifest;

void add_origin(FactSheet& facts, const Manifest& manifest) {
  facts.add("name", manifest.name);
  if (!manifest.cluster.empty()) facts.add("cluster", manifest.cluster);
  if (!manifest.cluster_uid.empty()) facts.add("cluster uid", manifest.cluster_uid);
  if (!manifest.project.empty()) facts.add("project", manifest.project);
  if (manifest.slot) facts.add("slot", format_time(*manifest.slot));
  facts.add("started", format_time(manifest.started_at, true));
  facts.add("finished", fmt::format("{} (after {})", format_time(manifest.finished_at, true),
                                    format_duration(manifest.finished_at - manifest.started_at)));
  facts.add("etcd version", manifest.etcd.version);
  if (!manifest.etcd.storage_version.empty()) facts.add("storage version", manifest.etcd.storage_version);
  if (!manifest.etcd.cluster_version.empty()) facts.add("cluster version", manifest.etcd.cluster_version);
  facts.add("cluster id", id_text(manifest.etcd.cluster_id));
  facts.add("member", fmt::format("{} at {}", id_text(manifest.etcd.member_id), manifest.etcd.endpoint));
}

void add_content(FactSheet& facts, const Manifest& manifest) {
  const repository::SnapshotFacts& snapshot = manifest.snapshot;
  facts.add("revision", std::to_string(snapshot.revision));
  facts.add("compacted at", snapshot.compact_revision == 0 ? "never" : std::to_string(snapshot.compact_revision));
  facts.add("hash", fmt::format("{:x} ({})", snapshot.hash, snapshot.hash));
  facts.add("total keys", std::to_string(snapshot.total_key));
  facts.add("database", exact_bytes(snapshot.total_size));
  facts.add("in use", exact_bytes(snapshot.size_in_use));
  facts.add("snapshot", exact_bytes(snapshot.size));
  facts.add("snapshot SHA-256", snapshot.sha256);
  facts.add("database SHA-256", snapshot.database_sha256);
  if (snapshot.free_pages_dropped) facts.add("as etcd sent it", snapshot.source_sha256 + " (free pages were dropped)");
  if (manifest.hash_kv) {
    facts.add("HashKV", fmt::format("{} at revision {}, equal on member {}", manifest.hash_kv->hash,
                                    manifest.hash_kv->revision, id_text(manifest.hash_kv->member_id)));
  }
}

void add_storage(FactSheet& facts, const Manifest& manifest) {
  const repository::StoredFacts& stored = manifest.stored;
  const double share = manifest.snapshot.size == 0
                           ? 0
                           : 100 * static_cast<double>(stored.size) / static_cast<double>(manifest.snapshot.size);
  facts.add("stored", fmt::format("{}, {:.0f}% of the snapshot", exact_bytes(stored.size), share));
  facts.add("stored SHA-256", stored.sha256);
  facts.add("compression", std::string(pipeline::compression_name(stored.compression)));
  facts.add("encryption", std::string(repository::encryption_name(stored.encryption)));
  for (const std::string& recipient : stored.recipients)
    facts.add("recipient", recipient);
  facts.add("written by", "holdfast " + manifest.tool_version);
}

}  // namespace

std::string exact_bytes(std::uint64_t bytes) {
  return bytes < 1000 ? fmt::format("{} bytes", bytes) : fmt::format("{} ({} bytes)", format_bytes(bytes), bytes);
}

std::string id_text(std::uint64_t id) {
  return fmt::format("{:x}", id);
}

void add_manifest(FactSheet& facts, const Manifest& manifest) {
  add_origin(facts, manifest);
  add_content(facts, manifest);
  add_storage(facts, manifest);
}

}  // namespace holdfast::cli
