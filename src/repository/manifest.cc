#include "repository/manifest.h"

#include <array>
#include <charconv>

#include "base/sha256.h"

namespace holdfast::repository {
namespace {

using json::Object;

constexpr std::array<std::string_view, 3> kEncryptionNames{"none", "age-x25519", "age-scrypt"};

// The file's end: everything before kDigestMember is what the digest covers.
constexpr std::string_view kDigestMember = "  \"manifestSha256\": \"";
constexpr std::string_view kDigestEnd = "\"\n}\n";
constexpr std::size_t kDigestHexSize = 64;
constexpr std::size_t kTailSize = kDigestMember.size() + kDigestHexSize + kDigestEnd.size();

std::string hex_id(std::uint64_t id) {
  return fmt::format("{:x}", id);
}

Result<std::uint64_t> get_hex_id(const Object& object, std::string_view name) {
  HF_ASSIGN(const std::string text, json::get_string(object, name));
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id, 16);
  if (error != std::errc() || end != text.data() + text.size()) {
    return fail(Code::corrupt, "member \"{}\" is not a hexadecimal id", name);
  }
  return id;
}

Result<WallTime> get_time(const Object& object, std::string_view name) {
  HF_ASSIGN(const std::string text, json::get_string(object, name));
  auto time = parse_time(text);
  if (!time) return fail(Code::corrupt, "member \"{}\" is not a time", name);
  return *time;
}

Result<std::string> get_sha256(const Object& object, std::string_view name) {
  HF_ASSIGN(std::string text, json::get_string(object, name));
  Bytes digest;
  if (!from_hex(text, digest) || digest.size() != sizeof(Sha256Digest)) {
    return fail(Code::corrupt, "member \"{}\" is not a SHA-256", name);
  }
  return text;
}

Object etcd_to_json(const EtcdFacts& etcd) {
  return {{"version", etcd.version},
          {"storageVersion", etcd.storage_version},
          {"clusterVersion", etcd.cluster_version},
          {"clusterId", hex_id(etcd.cluster_id)},
          {"memberId", hex_id(etcd.member_id)},
          {"endpoint", etcd.endpoint}};
}

Result<EtcdFacts> etcd_from_json(const Object& object) {
  EtcdFacts etcd;
  HF_ASSIGN(etcd.version, json::get_string(object, "version"));
  HF_ASSIGN(etcd.storage_version, json::get_string(object, "storageVersion"));
  HF_ASSIGN(etcd.cluster_version, json::get_string(object, "clusterVersion"));
  HF_ASSIGN(etcd.cluster_id, get_hex_id(object, "clusterId"));
  HF_ASSIGN(etcd.member_id, get_hex_id(object, "memberId"));
  HF_ASSIGN(etcd.endpoint, json::get_string(object, "endpoint"));
  return etcd;
}

Object snapshot_to_json(const SnapshotFacts& snapshot) {
  Object object{{"revision", snapshot.revision},
                {"compactRevision", snapshot.compact_revision},
                {"hash", snapshot.hash},
                {"totalKey", snapshot.total_key},
                {"totalSize", snapshot.total_size},
                {"sizeInUse", snapshot.size_in_use},
                {"size", snapshot.size},
                {"databaseSha256", snapshot.database_sha256},
                {"sha256", snapshot.sha256},
                {"freePagesDropped", snapshot.free_pages_dropped}};
  if (snapshot.free_pages_dropped) object["sourceSha256"] = snapshot.source_sha256;
  return object;
}

Result<SnapshotFacts> snapshot_from_json(const Object& object) {
  SnapshotFacts snapshot;
  HF_ASSIGN(snapshot.revision, json::get_int(object, "revision"));
  HF_ASSIGN(snapshot.compact_revision, json::get_int(object, "compactRevision"));
  HF_ASSIGN(const std::uint64_t hash, json::get_uint(object, "hash"));
  if (hash > UINT32_MAX) return fail(Code::corrupt, "member \"hash\" does not fit 32 bits");
  snapshot.hash = static_cast<std::uint32_t>(hash);
  HF_ASSIGN(snapshot.total_key, json::get_uint(object, "totalKey"));
  HF_ASSIGN(snapshot.total_size, json::get_uint(object, "totalSize"));
  HF_ASSIGN(snapshot.size_in_use, json::get_uint(object, "sizeInUse"));
  HF_ASSIGN(snapshot.size, json::get_uint(object, "size"));
  HF_ASSIGN(snapshot.database_sha256, get_sha256(object, "databaseSha256"));
  HF_ASSIGN(snapshot.sha256, get_sha256(object, "sha256"));
  HF_ASSIGN(snapshot.free_pages_dropped, json::get_bool(object, "freePagesDropped"));
  if (snapshot.free_pages_dropped) {
    HF_ASSIGN(snapshot.source_sha256, get_sha256(object, "sourceSha256"));
  }
  return snapshot;
}

Object stored_to_json(const StoredFacts& stored) {
  json::Array recipients;
  for (const std::string& recipient : stored.recipients)
    recipients.emplace_back(recipient);
  return {{"size", stored.size},
          {"sha256", stored.sha256},
          {"compression", pipeline::compression_name(stored.compression)},
          {"encryption", encryption_name(stored.encryption)},
          {"recipients", std::move(recipients)}};
}

Result<Encryption> parse_encryption(std::string_view name) {
  for (std::size_t i = 0; i < kEncryptionNames.size(); ++i) {
    if (kEncryptionNames.at(i) == name) return static_cast<Encryption>(i);
  }
  return fail(Code::unsupported, "encryption \"{}\" is not known to this version", name);
}

Result<StoredFacts> stored_from_json(const Object& object) {
  StoredFacts stored;
  HF_ASSIGN(stored.size, json::get_uint(object, "size"));
  HF_ASSIGN(stored.sha256, get_sha256(object, "sha256"));
  HF_ASSIGN(const std::string compression, json::get_string(object, "compression"));
  auto known = pipeline::parse_compression(compression);
  if (!known) return fail(Code::unsupported, "compression \"{}\" is not known to this version", compression);
  stored.compression = *known;
  HF_ASSIGN(const std::string encryption, json::get_string(object, "encryption"));
  HF_ASSIGN(stored.encryption, parse_encryption(encryption));
  HF_ASSIGN(const json::Array recipients, json::get_array(object, "recipients"));
  for (const json::Value& recipient : recipients) {
    if (!recipient.is_string()) return fail(Code::corrupt, "member \"recipients\" holds something that is not text");
    stored.recipients.emplace_back(recipient.get_string());
  }
  return stored;
}

Object checks_to_json(const Manifest& manifest) {
  Object checks;
  if (manifest.hash_kv) {
    checks["hashKV"] = Object{{"hash", manifest.hash_kv->hash},
                              {"revision", manifest.hash_kv->revision},
                              {"member", hex_id(manifest.hash_kv->member_id)}};
  }
  return checks;
}

Result<std::optional<HashKvCheck>> checks_from_json(const Object& checks) {
  if (!json::has(checks, "hashKV")) return std::optional<HashKvCheck>();
  HF_ASSIGN(const Object object, json::get_object(checks, "hashKV"));
  HashKvCheck check;
  HF_ASSIGN(const std::uint64_t hash, json::get_uint(object, "hash"));
  if (hash > UINT32_MAX) return fail(Code::corrupt, "member \"hash\" does not fit 32 bits");
  check.hash = static_cast<std::uint32_t>(hash);
  HF_ASSIGN(check.revision, json::get_int(object, "revision"));
  HF_ASSIGN(check.member_id, get_hex_id(object, "member"));
  return std::optional<HashKvCheck>(check);
}

// Is the digest at the end that of the bytes before it?
Status check_digest(std::string_view text) {
  const auto damaged = [](const char* why) {
    return with_hint(fail(Code::corrupt, "the manifest is damaged: {}", why),
                     "the object beside it may still be sound: try again with --ignore-manifest");
  };
  if (text.size() > kMaxManifestSize) return damaged("it is larger than 1 MiB");
  if (text.size() < kTailSize) return damaged("it is cut off");
  const std::string_view body = text.substr(0, text.size() - kTailSize);
  std::string_view tail = text.substr(body.size());
  if (!tail.starts_with(kDigestMember) || !tail.ends_with(kDigestEnd))
    return damaged("its digest is not where it must be");
  tail.remove_prefix(kDigestMember.size());
  if (tail.substr(0, kDigestHexSize) != to_hex(Sha256::of(as_bytes(body)))) return damaged("its digest does not match");
  return {};
}

// For a newer version, of which only this may be known: ", written by holdfast 2.0.1".
std::string writer_of(const Object& object) {
  const auto tool = json::get_object(object, "tool");
  if (!tool) return {};
  const auto name = json::get_string(*tool, "name");
  const auto version = json::get_string(*tool, "version");
  return name && version ? fmt::format(", written by {:.40} {:.40}", *name, *version) : std::string();
}

Result<Manifest> read_members(const Object& object) {
  Manifest manifest;
  HF_ASSIGN(manifest.name, json::get_string(object, "name"));
  HF_ASSIGN(manifest.object, json::get_string(object, "object"));
  HF_ASSIGN(manifest.cluster, json::get_string(object, "cluster"));
  if (json::has(object, "clusterUid")) {
    HF_ASSIGN(manifest.cluster_uid, json::get_string(object, "clusterUid"));
  }
  if (json::has(object, "project")) {
    HF_ASSIGN(manifest.project, json::get_string(object, "project"));
  }
  if (json::has(object, "slot")) {
    HF_ASSIGN(manifest.slot, get_time(object, "slot"));
  }
  HF_ASSIGN(manifest.started_at, get_time(object, "startedAt"));
  HF_ASSIGN(manifest.finished_at, get_time(object, "finishedAt"));
  HF_ASSIGN(const Object etcd, json::get_object(object, "etcd"));
  HF_ASSIGN(manifest.etcd, etcd_from_json(etcd));
  HF_ASSIGN(const Object snapshot, json::get_object(object, "snapshot"));
  HF_ASSIGN(manifest.snapshot, snapshot_from_json(snapshot));
  HF_ASSIGN(const Object stored, json::get_object(object, "stored"));
  HF_ASSIGN(manifest.stored, stored_from_json(stored));
  HF_ASSIGN(const Object checks, json::get_object(object, "checks"));
  HF_ASSIGN(manifest.hash_kv, checks_from_json(checks));
  HF_ASSIGN(const Object tool, json::get_object(object, "tool"));
  HF_ASSIGN(manifest.tool_version, json::get_string(tool, "version"));
  return manifest;
}

}  // namespace

std::string_view encryption_name(Encryption encryption) {
  return kEncryptionNames.at(static_cast<std::size_t>(encryption));
}

Object manifest_to_json(const Manifest& manifest) {
  Object object{{"format", kManifestFormat},
                {"version", kManifestVersion},
                {"name", manifest.name},
                {"object", manifest.object},
                {"cluster", manifest.cluster}};
  if (!manifest.cluster_uid.empty()) object["clusterUid"] = manifest.cluster_uid;
  if (!manifest.project.empty()) object["project"] = manifest.project;
  if (manifest.slot) object["slot"] = format_time(*manifest.slot);
  object["startedAt"] = format_time(manifest.started_at, true);
  object["finishedAt"] = format_time(manifest.finished_at, true);
  object["etcd"] = etcd_to_json(manifest.etcd);
  object["snapshot"] = snapshot_to_json(manifest.snapshot);
  object["stored"] = stored_to_json(manifest.stored);
  object["checks"] = checks_to_json(manifest);
  object["tool"] = Object{{"name", "holdfast"}, {"version", manifest.tool_version}};
  return object;
}

std::string encode_manifest(const Manifest& manifest) {
  std::string text = json::to_pretty_string(manifest_to_json(manifest));
  text.resize(text.size() - 3);  // "\n}\n"
  text += ",\n";
  const std::string digest = to_hex(Sha256::of(as_bytes(text)));
  return text.append(kDigestMember).append(digest).append(kDigestEnd);
}

// Either mark survives damage at the other end of the file.
bool looks_like_manifest(std::string_view text) {
  return text.find(kManifestFormat) != std::string_view::npos || text.find(kDigestMember) != std::string_view::npos;
}

Result<Manifest> decode_manifest(std::string_view text) {
  HF_TRY(check_digest(text));
  HF_ASSIGN(const json::Value value, json::parse(text, kMaxManifestSize));
  if (!value.is_object()) return fail(Code::corrupt, "the manifest is not a JSON object");
  const Object& object = value.get_object();
  HF_ASSIGN(const std::string format, json::get_string(object, "format"));
  if (format != kManifestFormat) return fail(Code::corrupt, "the manifest has format \"{}\"", format);
  HF_ASSIGN(const std::uint64_t version, json::get_uint(object, "version"));
  if (version > kManifestVersion) {
    return with_hint(fail(Code::unsupported, "the manifest has version {}, newer than {}{}", version, kManifestVersion,
                          writer_of(object)),
                     "use the version of holdfast that wrote it, or a newer one");
  }
  auto manifest = read_members(object);
  if (!manifest) return in_context(std::move(manifest).error(), "read the manifest");
  return manifest;
}

}  // namespace holdfast::repository
