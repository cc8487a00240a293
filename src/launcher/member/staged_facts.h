// What a directory is that a restore built: its staged.json, written when everything in it was proven and synced. It
// stays in the directory when that is swapped in, so that a data directory says by itself which restore it came from.
// The format is docs/formats/member-directories.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::launcher {

constexpr std::size_t kMaxStagedFactsSize = 64 * 1024;  // bytes

struct StagedFacts {
  std::string id;  // of the restore
  std::uint64_t cluster_id = 0;
  std::uint64_t member_id = 0;
  std::string member_name;
  std::int64_t revision = 0;        // latest that a client will see after the start
  std::uint64_t revision_bump = 0;  // of that, added by the restore
  std::uint32_t hash = 0;           // status hash of the database as staged
  std::uint32_t hash_kv = 0;        // what HashKV gives at `revision` once etcd has started and done its compaction
  std::uint64_t database_size = 0;  // bytes
  std::string source_sha256;        // of the database it was made from, lower-case hex
  bool operator==(const StagedFacts&) const = default;
};

std::string encode_staged_facts(const StagedFacts& facts);

// Code::corrupt: damaged, or something else; Code::unsupported: of a newer version.
Result<StagedFacts> decode_staged_facts(std::string_view text);

}  // namespace holdfast::launcher
