#include "launcher/member/proof.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "snapshot/hash_kv.h"
#include "snapshot/status.h"

namespace holdfast::launcher {
namespace {

constexpr std::uint64_t kTerm = 1;  // docs/formats/etcd-data-dir.md

template <class T>
Status expect(std::string_view what, const T& found, const T& expected) {
  if (found == expected) return {};
  return fail(Code::corrupt, "{} is {}, and should be {}", what, found, expected);
}

// What a server starts with, at least 1.
std::int64_t first_revision(std::int64_t last_record, std::int64_t compacted) {
  return std::max({std::int64_t{1}, last_record, compacted});
}

Status check_source(const ProofInput& input) {
  const SourceFacts& source = input.source;
  if (!source.database_sha256.empty())
    HF_TRY(
        expect<std::string>("the SHA-256 of the database that was read", input.report.sha256, source.database_sha256));
  if (!source.revision) return {};
  // Another compaction may have been scheduled and not finished when the snapshot was taken: the restore counts it.
  const std::int64_t least = first_revision(*source.revision, source.compact_revision);
  const std::int64_t found = input.report.revision - static_cast<std::int64_t>(input.revision_bump);
  if (found >= least) return {};
  return fail(Code::corrupt, "the revision of the snapshot is {}, and should be {}", found, least);
}

Status check_facts(const snapshot::PageFacts& facts, const ProofInput& input) {
  HF_TRY(snapshot::check_snapshot_facts(facts));
  const std::uint64_t members = input.membership.members.size();
  HF_TRY(expect("the size of the database", facts.total_size, input.report.database_size));
  HF_TRY(expect("its revision",
                first_revision(facts.revision, std::max(facts.compact_revision, facts.scheduled_compact_revision)),
                input.report.revision));
  HF_TRY(expect("the number of its members", facts.member_count, members));
  HF_TRY(expect("its consistent index", facts.consistent_index, members));
  return expect("its term", facts.term, kTerm);
}

Status check_raft_files(os::FileSystem& files, const std::string& directory) {
  for (const auto& [folder, ending] :
       {std::pair<std::string_view, std::string_view>{"snap", ".snap"}, {"wal", ".wal"}}) {
    const std::string path = os::join_path(directory, folder);
    HF_ASSIGN(const auto names, files.list(path));
    const bool there =
        std::any_of(names.begin(), names.end(), [&](const auto& name) { return name.ends_with(ending); });
    if (!there) return fail(Code::corrupt, "{} holds no {} file", path, ending);
  }
  return {};
}

Result<StagedFacts> read_back(os::FileSystem& files, const ProofInput& input, const std::stop_token& stop) {
  HF_TRY(check_source(input));
  HF_TRY(check_raft_files(files, input.directory));
  HF_ASSIGN(const auto database, files.open(os::join_path(input.directory, "snap/db"), os::OpenMode::read));
  HF_ASSIGN(const auto status, snapshot::read_status(*database, false));
  const snapshot::PageFacts& facts = status.facts;
  HF_TRY(check_facts(facts, input));
  if (stop.stop_requested()) return fail(Code::cancelled, "stopped");
  const std::int64_t compacted = std::max(facts.compact_revision, facts.scheduled_compact_revision);
  HF_ASSIGN(const std::uint32_t hash_kv,
            snapshot::hash_kv(*database, facts.total_size, input.report.revision, compacted, stop));
  return StagedFacts{.id = input.id,
                     .cluster_id = input.membership.cluster_id,
                     .member_id = input.member.id,
                     .member_name = input.member.name,
                     .revision = input.report.revision,
                     .revision_bump = input.revision_bump,
                     .hash = facts.hash,
                     .hash_kv = hash_kv,
                     .database_size = facts.total_size,
                     .source_sha256 = input.report.sha256};
}

}  // namespace

Result<StagedFacts> prove_member(os::FileSystem& files, const ProofInput& input, const std::stop_token& stop) {
  auto facts = read_back(files, input, stop);
  if (!facts) return in_context(std::move(facts).error(), "prove what was staged for member {}", input.member.name);
  return facts;
}

}  // namespace holdfast::launcher
