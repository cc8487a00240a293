// The manifest: what a stored snapshot is. The format is docs/formats/manifest.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/units.h"
#include "model/json.h"
#include "pipeline/filter.h"

namespace holdfast::repository {

constexpr std::size_t kMaxManifestSize = kMiB;
constexpr std::string_view kManifestFormat = "holdfast.dev/manifest";
constexpr std::uint64_t kManifestVersion = 1;

enum class Encryption { none, age_x25519, age_scrypt };

struct EtcdFacts {
  std::string version;
  std::string storage_version;
  std::string cluster_version;
  std::uint64_t cluster_id = 0;
  std::uint64_t member_id = 0;
  std::string endpoint;
};

struct SnapshotFacts {
  std::int64_t revision = 0;
  std::int64_t compact_revision = 0;
  std::uint32_t hash = 0;
  std::uint64_t total_key = 0;
  std::uint64_t total_size = 0;   // bytes of the database
  std::uint64_t size_in_use = 0;  // bytes
  std::uint64_t size = 0;         // bytes of the plain snapshot: database and trailer
  std::string database_sha256;    // lower-case hex
  std::string sha256;
  bool free_pages_dropped = false;
  std::string source_sha256;
};

struct StoredFacts {
  std::uint64_t size = 0;  // bytes
  std::string sha256;
  pipeline::Compression compression = pipeline::Compression::none;
  Encryption encryption = Encryption::none;
  std::vector<std::string> recipients;
};

struct HashKvCheck {
  std::uint32_t hash = 0;
  std::int64_t revision = 0;
  std::uint64_t member_id = 0;
};

struct Manifest {
  std::string name;
  std::string object;
  std::string cluster;
  std::string cluster_uid;  // of the Cluster of a server; empty: not known
  std::string project;      // of that Cluster; empty: none, or not known
  std::optional<WallTime> slot;
  WallTime started_at{};
  WallTime finished_at{};
  EtcdFacts etcd;
  SnapshotFacts snapshot;
  StoredFacts stored;
  std::optional<HashKvCheck> hash_kv;
  std::string tool_version;
};

std::string_view encryption_name(Encryption encryption);  // "none", "age-x25519", "age-scrypt"

// The members of the document in order, without manifestSha256; also what the command line shows.
json::Object manifest_to_json(const Manifest& manifest);

// The complete file.
std::string encode_manifest(const Manifest& manifest);

// Could this file be a manifest, of whatever version, damaged or whole? What cannot be is not ours to replace or
// delete.
bool looks_like_manifest(std::string_view text);

// Checks the digest before anything else. Code::corrupt: damaged or not a manifest; Code::unsupported: a newer version.
Result<Manifest> decode_manifest(std::string_view text);

}  // namespace holdfast::repository
