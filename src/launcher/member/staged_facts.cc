#include "launcher/member/staged_facts.h"

#include <charconv>

#include "launcher/member/place.h"

#include "base/bytes.h"
#include "base/sha256.h"
#include "model/json.h"
#include "snapshot/member_id.h"

namespace holdfast::launcher {
namespace {

constexpr std::string_view kFormat = "holdfast.dev/staged-member";
constexpr std::uint64_t kVersion = 1;

Result<std::uint64_t> get_id(const json::Object& object, std::string_view name) {
  HF_ASSIGN(const std::string text, json::get_string(object, name));
  std::uint64_t id = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), id, 16);
  if (error != std::errc() || end != text.data() + text.size() || snapshot::id_text(id) != text)
    return fail(Code::corrupt, "member \"{}\" is not an id", name);
  return id;
}

Result<std::uint32_t> get_hash(const json::Object& object, std::string_view name) {
  HF_ASSIGN(const std::uint64_t hash, json::get_uint(object, name));
  if (hash > UINT32_MAX) return fail(Code::corrupt, "member \"{}\" does not fit 32 bits", name);
  return static_cast<std::uint32_t>(hash);
}

Result<std::string> get_digest(const json::Object& object, std::string_view name) {
  HF_ASSIGN(std::string text, json::get_string(object, name));
  Bytes digest;
  if (!from_hex(text, digest) || digest.size() != sizeof(Sha256Digest) || to_hex(digest) != text)
    return fail(Code::corrupt, "member \"{}\" is not a SHA-256", name);
  return text;
}

}  // namespace

std::string encode_staged_facts(const StagedFacts& facts) {
  return json::to_pretty_string(json::Object{{"format", kFormat},
                                             {"version", kVersion},
                                             {"restore", facts.id},
                                             {"clusterId", snapshot::id_text(facts.cluster_id)},
                                             {"memberId", snapshot::id_text(facts.member_id)},
                                             {"memberName", facts.member_name},
                                             {"revision", facts.revision},
                                             {"revisionBump", facts.revision_bump},
                                             {"hash", facts.hash},
                                             {"hashKV", facts.hash_kv},
                                             {"databaseSize", facts.database_size},
                                             {"sourceSha256", facts.source_sha256}});
}

Result<StagedFacts> decode_staged_facts(std::string_view text) {
  HF_ASSIGN(const json::Value value, json::parse(text, kMaxStagedFactsSize));
  if (!value.is_object()) return fail(Code::corrupt, "staged.json is not a JSON object");
  const json::Object& object = value.get_object();
  HF_ASSIGN(const std::string format, json::get_string(object, "format"));
  if (format != kFormat) return fail(Code::corrupt, "staged.json has another format than {}", kFormat);
  HF_ASSIGN(const std::uint64_t version, json::get_uint(object, "version"));
  if (version != kVersion) return fail(Code::unsupported, "staged.json is of version {}, not {}", version, kVersion);
  StagedFacts facts;
  HF_ASSIGN(facts.id, json::get_string(object, "restore"));
  if (!is_restore_id(facts.id)) return fail(Code::corrupt, "staged.json names no restore");
  HF_ASSIGN(facts.cluster_id, get_id(object, "clusterId"));
  HF_ASSIGN(facts.member_id, get_id(object, "memberId"));
  HF_ASSIGN(facts.member_name, json::get_string(object, "memberName"));
  HF_ASSIGN(facts.revision, json::get_int(object, "revision"));
  HF_ASSIGN(facts.revision_bump, json::get_uint(object, "revisionBump"));
  HF_ASSIGN(facts.hash, get_hash(object, "hash"));
  HF_ASSIGN(facts.hash_kv, get_hash(object, "hashKV"));
  HF_ASSIGN(facts.database_size, json::get_uint(object, "databaseSize"));
  HF_ASSIGN(facts.source_sha256, get_digest(object, "sourceSha256"));
  return facts;
}

}  // namespace holdfast::launcher
