#include "cli/entry_document.h"

#include <fmt/format.h>

#include "cli/age_text.h"
#include "cli/fact_sheets.h"
#include "cli/table.h"

namespace holdfast::cli {
namespace {

using repository::Entry;
using repository::Manifest;
using repository::Place;

WallTime created_at(const Entry& entry) {
  return entry.manifest ? entry.manifest->started_at : entry.modified;
}

void add_manifest_facts(json::Object& object, const Manifest& manifest) {
  object["cluster"] = manifest.cluster;
  if (manifest.slot) object["slot"] = format_time(*manifest.slot);
  object["revision"] = manifest.snapshot.revision;
  object["hash"] = manifest.snapshot.hash;
  object["totalKey"] = manifest.snapshot.total_key;
  object["totalSize"] = manifest.snapshot.total_size;
  object["etcdVersion"] = manifest.etcd.version;
  object["compression"] = pipeline::compression_name(manifest.stored.compression);
  object["encryption"] = repository::encryption_name(manifest.stored.encryption);
}

json::Object entry_object(const Place& folder, const Entry& entry) {
  json::Object object{{"name", entry.name()},
                      {"place", place_of(folder, entry)},
                      {"key", entry.key},
                      {"state", repository::state_name(entry.state)}};
  if (!entry.problem.empty()) object["problem"] = entry.problem;
  const WallTime created = created_at(entry);
  object["createdAt"] = created == WallTime{} ? json::Value() : json::Value(format_time(created));
  object["storedSize"] = entry.stored_size;
  if (entry.manifest) add_manifest_facts(object, *entry.manifest);
  return object;
}

// The entry's name with the folders below the one listed.
std::string relative_name(const Place& folder, const Entry& entry) {
  std::string path = repository::folder_of(entry.key);
  if (path.starts_with(folder.key)) path.erase(0, folder.key.size());
  return path + entry.name();
}

// What the suffix promises, for an entry that nothing else describes.
std::string promised(const Entry& entry, bool encryption) {
  const auto form = repository::split_name(repository::last_segment(entry.key)).form;
  if (!form) return "-";
  if (encryption) return form->encrypted ? "age" : "none";
  return std::string(pipeline::compression_name(form->compression));
}

// Only its presence and its size were looked at: no word that sounds like more. Documents keep "ok".
std::string state_in_words(const Entry& entry) {
  return entry.state == repository::EntryState::ok ? "present" : std::string(repository::state_name(entry.state));
}

std::vector<std::string> row(const Place& folder, const Entry& entry, WallTime now) {
  const WallTime created = created_at(entry);
  std::vector<std::string> cells{relative_name(folder, entry)};
  const Manifest* manifest = entry.manifest ? &*entry.manifest : nullptr;
  cells.push_back(manifest == nullptr || manifest->cluster.empty() ? "-" : manifest->cluster);
  const bool known = created != WallTime{};  // not of a damaged manifest without its object
  cells.push_back(known ? format_time(created) : "-");
  cells.push_back(known ? format_age(now - created) : "-");
  cells.push_back(manifest == nullptr ? "-" : std::to_string(manifest->snapshot.revision));
  cells.push_back(manifest == nullptr ? "-" : std::to_string(manifest->snapshot.total_key));
  cells.push_back(manifest == nullptr ? "-" : format_bytes(manifest->snapshot.total_size));
  cells.push_back(format_bytes(entry.stored_size));
  cells.push_back(manifest == nullptr ? promised(entry, false)
                                      : std::string(pipeline::compression_name(manifest->stored.compression)));
  cells.push_back(manifest == nullptr ? promised(entry, true)
                                      : std::string(repository::encryption_name(manifest->stored.encryption)));
  cells.push_back(state_in_words(entry));
  return cells;
}

}  // namespace

std::string place_of(const Place& place, const Entry& entry) {
  Place exact = place;
  exact.key = entry.key;
  return exact.to_string();
}

json::Value list_document(const Place& folder, const std::vector<Entry>& entries) {
  json::Array snapshots;
  for (const Entry& entry : entries)
    snapshots.emplace_back(entry_object(folder, entry));
  return json::Object{{"place", folder.to_string()}, {"snapshots", std::move(snapshots)}};
}

void print_list(std::ostream& out, const Place& folder, const std::vector<Entry>& entries, WallTime now) {
  constexpr auto kRight = Table::Align::right;
  Table table({{"NAME"},
               {"CLUSTER"},
               {"CREATED"},
               {"AGE", kRight},
               {"REVISION", kRight},
               {"KEYS", kRight},
               {"SIZE", kRight},
               {"STORED", kRight},
               {"COMPRESSION"},
               {"ENCRYPTION"},
               {"STATE"}});
  for (const Entry& entry : entries)
    table.add_row(row(folder, entry, now));
  table.print(out);
}

json::Value show_document(const Place& place, const Entry& entry, const objectstore::ObjectInfo& info) {
  json::Object object{{"place", place_of(place, entry)}, {"state", repository::state_name(entry.state)}};
  if (!entry.problem.empty()) object["problem"] = entry.problem;
  object["storedSize"] = entry.stored_size;
  object["modified"] = format_time(entry.modified);
  if (!info.server_encryption.empty()) object["serverEncryption"] = info.server_encryption;
  if (info.retained_until) object["retainedUntil"] = format_time(*info.retained_until);
  if (entry.manifest) object["manifest"] = repository::manifest_to_json(*entry.manifest);
  return object;
}

void print_entry(std::ostream& out, const Place& place, const Entry& entry, const objectstore::ObjectInfo& info) {
  FactSheet facts;
  facts.add("place", place_of(place, entry));
  const bool present = entry.state == repository::EntryState::ok;
  facts.add("state", state_in_words(entry) + (present ? ", with the size its manifest says; not read" : ""));
  if (!entry.problem.empty()) facts.add("problem", entry.problem);
  if (entry.manifest) {
    add_manifest(facts, *entry.manifest);
  } else {
    facts.add("stored size", exact_bytes(entry.stored_size));
    facts.add("modified", format_time(entry.modified));
  }
  if (!info.server_encryption.empty()) facts.add("server encrypts", info.server_encryption);
  if (info.retained_until) facts.add("retained until", format_time(*info.retained_until));
  facts.print(out);
}

}  // namespace holdfast::cli
