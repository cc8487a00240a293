#include "repository/save.h"

#include "base/utf8.h"
#include "etcd/member_choice.h"
#include "etcd/snapshot_failover.h"
#include "model/version.h"
#include "repository/listing.h"
#include "repository/naming.h"
#include "repository/pinned/pinned_choice.h"
#include "repository/publication.h"
#include "repository/repository.h"
#include "repository/save_attempt.h"
#include "repository/unchanged.h"
#include "snapshot/hash_kv.h"

namespace holdfast::repository {
namespace {

using etcd::Candidate;

tl::unexpected<Error> taken(const std::string& key) {
  return with_hint(fail(Code::exists, "{} is already there", key),
                   "choose another name, or replace it with --overwrite");
}

// Keys of the objects that have this one's name and another form. None when the store does not let us look.
Result<std::vector<std::string>> other_forms(objectstore::ObjectStore& store, const std::string& key,
                                             const std::stop_token& stop) {
  std::vector<std::string> keys;
  const auto pairs = named_pairs(store, folder_of(key) + split_name(last_segment(key)).name, stop);
  if (!pairs && pairs.error().code == Code::refused) return keys;
  if (!pairs && pairs.error().code == Code::not_found) return keys;  // a directory that is still to be made
  if (!pairs) return in_context(pairs.error(), "look for other forms of {}", key);
  for (const Pair& pair : *pairs) {
    if (pair.object && pair.object_key != key) keys.push_back(pair.object_key);
  }
  return keys;
}

// Asked before any work: a name that is taken is found out in a second, not after an hour.
Status check_absent(objectstore::ObjectStore& store, const std::string& key, const std::stop_token& stop) {
  const auto there = store.head(key, stop);
  if (!there && there.error().code == Code::not_found) return {};
  if (!there) {
    // A writer without the right to look may still write; where the store can, the put itself refuses to replace.
    if (there.error().code == Code::refused && store.features(stop).conditional_put) return {};
    return in_context(there.error(), "look whether {} is taken", key);
  }
  return taken(key);
}

// A manifest alone may be what a deletion left, or somebody else's file: either way it is not ours to replace unasked.
Status check_manifest_absent(objectstore::ObjectStore& store, const std::string& key, const std::stop_token& stop) {
  const auto there = store.head(manifest_key(key), stop);
  if (there) return taken(manifest_key(key));
  if (there.error().code == Code::not_found || there.error().code == Code::refused) return {};
  return in_context(there.error(), "look whether {} is taken", manifest_key(key));
}

// What a manifest could not hold is refused before anything is stored under it.
Status check_texts(const SaveOptions& options) {
  for (const std::string& text : {options.name, options.cluster, options.cluster_uid, options.project}) {
    if (!is_utf8(text)) return fail(Code::usage, "\"{}\" is not UTF-8", text);
  }
  return {};
}

Result<etcd::Choice> choose(etcd::Client& client, std::uint64_t max_lag) {
  const std::vector<etcd::Probe> probes = etcd::probe_members(client);
  etcd::Choice choice = etcd::choose_members(probes, max_lag);
  if (choice.candidates.empty()) return tl::unexpected<Error>(etcd::no_candidate(probes, choice));
  return choice;
}

struct HashKvOutcome {
  std::optional<HashKvCheck> check;
  std::string why_not;  // when they could not be compared
};

// A member that has compacted up to `revision` answers HashKV with a hash kept from the compaction, or not at all:
// neither can be compared. It has when the revision before can no longer be read.
bool compacted_away(etcd::Client& client, std::int64_t revision) {
  if (revision <= 1) return false;
  const auto before = client.range({.key = "a", .limit = 1, .revision = revision - 1, .keys_only = true});
  return !before && before.error().code == Code::not_found;
}

// The live member hashes the same revision; both must agree. What was compacted meanwhile is left out on both sides.
Result<HashKvOutcome> compare_hash_kv(etcd::Client& client, const Candidate& candidate, const AttemptResult& attempt,
                                      const std::stop_token& stop) {
  const std::int64_t revision = attempt.facts.revision;
  auto live = client.hash_kv(candidate.status.endpoint, revision);
  if (compacted_away(client, revision)) {
    return HashKvOutcome{.why_not = fmt::format("etcd has compacted everything up to revision {}", revision)};
  }
  if (!live) return in_context(std::move(live).error(), "ask for HashKV at revision {}", revision);
  auto ours = snapshot::hash_kv(*attempt.staged, attempt.database_size, revision, live->compact_revision, stop);
  if (!ours) return in_context(std::move(ours).error(), "compute HashKV at revision {}", revision);
  if (*ours != live->hash) {
    return with_hint(
        fail(Code::corrupt, "HashKV at revision {} is {} in the snapshot and {} on the live member", revision, *ours,
             live->hash),
        "the member's database may be damaged: compare the members with etcdctl endpoint hashkv --cluster");
  }
  return HashKvOutcome{.check =
                           HashKvCheck{.hash = *ours, .revision = revision, .member_id = candidate.status.member_id}};
}

Encryption encryption_of(const pipeline::age::EncryptTo& to) {
  if (!to.recipients.empty()) return Encryption::age_x25519;
  return to.passphrase.empty() ? Encryption::none : Encryption::age_scrypt;
}

Manifest describe(const SaveOptions& options, const Candidate& candidate, const AttemptResult& attempt) {
  Manifest manifest;
  manifest.name = options.name;
  manifest.object = last_segment(options.object_key);
  manifest.cluster = options.cluster;
  manifest.cluster_uid = options.cluster_uid;
  manifest.project = options.project;
  manifest.slot = options.slot;
  manifest.etcd = {.version = candidate.status.version,
                   .storage_version = attempt.facts.storage_version,
                   .cluster_version = attempt.facts.cluster_version,
                   .cluster_id = candidate.status.cluster_id,
                   .member_id = candidate.status.member_id,
                   .endpoint = candidate.status.endpoint};
  manifest.snapshot = {.revision = attempt.facts.revision,
                       .compact_revision = attempt.facts.compact_revision,
                       .hash = attempt.facts.hash,
                       .total_key = attempt.facts.total_items,
                       .total_size = attempt.facts.total_size,
                       .size_in_use = attempt.facts.size_in_use,
                       .size = attempt.database_size + sizeof(Sha256Digest),
                       .database_sha256 = attempt.database_sha256,
                       .sha256 = attempt.file_sha256,
                       .free_pages_dropped = options.drop_free_pages,
                       .source_sha256 = attempt.source_sha256};
  manifest.stored = {.size = attempt.stored_size,
                     .sha256 = attempt.stored_sha256,
                     .compression = options.compression,
                     .encryption = encryption_of(options.encrypt_to),
                     .recipients = {}};
  for (const auto& recipient : options.encrypt_to.recipients)
    manifest.stored.recipients.push_back(recipient.to_string());
  manifest.tool_version = kVersion;
  return manifest;
}

// One save: keeps what the steps find out about each other.
class SaveJob {
 public:
  SaveJob(const SaveWorld& world, const SaveOptions& options, const std::stop_token& stop)
      : world_(world), options_(options), stop_(stop), pinned_(world.etcd, world.files, options.data_dir, stop) {}

  Result<SaveReport> run() {
    const auto begin = world_.clock.steady();
    HF_TRY(check_texts(options_));
    if (!options_.overwrite) {
      HF_TRY(check_absent(world_.store, options_.object_key, stop_));
      HF_TRY(check_manifest_absent(world_.store, options_.object_key, stop_));
    } else {
      HF_TRY(check_replaceable_manifest(world_.store, options_.object_key, stop_));
    }
    if (options_.only_form) {
      HF_ASSIGN(other_forms_, other_forms(world_.store, options_.object_key, stop_));
      if (!options_.overwrite && !other_forms_.empty()) return taken(other_forms_.front());
    }
    HF_ASSIGN(etcd::Choice choice, choose(world_.etcd, options_.max_lag));
    report_.failed_members = choice.rejected;
    choice = pinned_.plan(std::move(choice));
    auto outcome = etcd::snapshot_with_failover(
        [&](const Candidate& candidate) { return pinned_.open(candidate); }, choice,
        [&](etcd::SnapshotStream& stream, const Candidate& candidate) { return attempt(stream, candidate); }, stop_,
        [&] { return !store_failed_; });
    if (!outcome && !unchanged_) {
      Error error = std::move(outcome).error();
      // Another save was faster: the store saw its object right before ours was to become visible.
      if (error.code == Code::exists && error.hint.empty()) error.hint = taken(options_.object_key).value().hint;
      return tl::unexpected(std::move(error));
    }
    report_.pinned = pinned_.reading();
    report_.why_not_pinned = pinned_.reason();
    if (outcome) {
      pinned_.forget_attempt(outcome->failures);
      for (std::string& failure : outcome->failures)
        report_.failed_members.push_back(std::move(failure));
      HF_TRY(make_it_a_backup());
      HF_TRY(remove_other_forms());
    }
    report_.total_time = std::chrono::duration_cast<Duration>(world_.clock.steady() - begin);
    return std::move(report_);
  }

 private:
  Status attempt(etcd::SnapshotStream& stream, const Candidate& candidate) {
    const WallTime started = world_.clock.now();
    auto attempt = run_attempt(
        world_, options_, stream,
        [&](const AttemptResult& so_far) { return before_commit(so_far, candidate, started); }, store_failed_, stop_);
    if (!attempt && !unchanged_) pinned_.attempted(tl::unexpected(attempt.error()));
    if (!attempt) return tl::unexpected(std::move(attempt).error());
    fill_report(candidate, *attempt, started);
    stored_ = attempt->stored;
    return {};
  }

  Status before_commit(const AttemptResult& so_far, const Candidate& candidate, WallTime started) {
    if (options_.verify_hash_kv) {
      HF_ASSIGN(hash_kv_, compare_hash_kv(world_.etcd, candidate, so_far, stop_));
    }
    if (!options_.skip_unchanged) return {};  // looking means listing the whole folder
    const auto newest =
        newest_equivalent(world_.store, options_.object_key, describe(options_, candidate, so_far), stop_);
    if (!newest || newest->snapshot.hash != so_far.facts.hash || newest->snapshot.revision != so_far.facts.revision)
      return {};
    report_.unchanged_since = newest->name;
    unchanged_ = true;
    fill_report(candidate, so_far, started);
    report_.stored = false;
    report_.key = folder_of(options_.object_key) + newest->object;
    report_.manifest = *newest;
    return fail(Code::cancelled, "unchanged since {}", newest->name);  // throws the object away; never leaves run()
  }

  void fill_report(const Candidate& candidate, const AttemptResult& attempt, WallTime started) {
    report_.key = options_.object_key;
    report_.manifest = describe(options_, candidate, attempt);
    report_.manifest.started_at = started;
    report_.manifest.finished_at = world_.clock.now();
    report_.manifest.hash_kv = hash_kv_.check;
    report_.hash_kv_not_compared = hash_kv_.why_not;
    report_.saw_no_leader = candidate.status.leader == 0;
    report_.spilled_bytes = attempt.spilled_bytes;
    report_.stream_time = attempt.stream_time;
  }

  Status make_it_a_backup() {
    const Published object{.object_key = options_.object_key,
                           .stored = stored_,
                           .sha256 = report_.manifest.stored.sha256,
                           .overwrite = options_.overwrite,
                           .retain_until = options_.retain_until};
    // From here on a request to stop comes too late: the object is there, and a moment from now it is a backup.
    const std::stop_token to_the_end;
    // Without one of its own the new object must not stay under the manifest of the one it replaced.
    Status done = options_.write_manifest ? publish(world_.store, object, report_.manifest, to_the_end)
                                          : publish_without_manifest(world_.store, object, to_the_end);
    if (done) return {};
    Error error = std::move(done).error();
    const bool still_ours = error.code != Code::exists && error.code != Code::not_found;
    if (still_ours) {
      error.hint = fmt::format("the snapshot itself is stored and sound, as {}; it only does not count as a backup yet",
                               options_.object_key) +
                   (error.hint.empty() ? "" : ". " + error.hint);
    }
    return in_context(std::move(error), "write the manifest of {}", options_.object_key);
  }

  // Only now: what was there under this name is replaced when its replacement is complete.
  Status remove_other_forms() {
    for (const std::string& key : other_forms_) {
      auto removed = remove_backup(world_.store, key, std::stop_token());  // a part of what was promised
      if (removed) continue;
      Error error = std::move(removed).error();
      error.hint = fmt::format("{} is stored and complete; delete {} yourself", options_.object_key, key);
      return in_context(std::move(error), "delete {}, which the new backup replaces", key);
    }
    return {};
  }

  const SaveWorld& world_;
  const SaveOptions& options_;
  const std::stop_token& stop_;
  PinnedChoice pinned_;
  std::vector<std::string> other_forms_;  // keys of objects
  SaveReport report_;
  objectstore::ObjectInfo stored_;
  HashKvOutcome hash_kv_;
  bool unchanged_ = false;
  bool store_failed_ = false;  // and not etcd: no other member would help
};

}  // namespace

Result<SaveReport> save(const SaveWorld& world, const SaveOptions& options, const std::stop_token& stop) {
  return SaveJob(world, options, stop).run();
}

}  // namespace holdfast::repository
