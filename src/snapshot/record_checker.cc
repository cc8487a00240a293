#include "snapshot/record_checker.h"

namespace holdfast::snapshot {
namespace {

constexpr std::string_view kRecord = "mvcc-record";

std::string at_revision(const TreeItem& item, const RecordKey& key) {
  return fmt::format("bucket key, page {}, revision {}", item.page, to_string(key.revision));
}

std::string described(const Record& record) {
  return record.key.empty() ? std::string() : ": key " + readable(record.key);
}

}  // namespace

void RecordChecker::take(const TreeItem& item, bool only_history) {
  ++records_;
  const auto key = read_record_key(item.key);
  if (!key || item.is_bucket) {
    if (!only_history)
      findings_.error(kRecord, at_page("key", item.page), "key {} is not a revision", readable(item.key));
    return;
  }
  last_revision_ = key->revision.main;
  if (item.record != nullptr) {
    if (item.record->decodes()) {
      return check_record(*key, item, item.record->record(), item.record->key_hash(), only_history);
    }
  } else if (const auto record = decode_record(item.value)) {
    return check_record(*key, item, *record, KeyHash::of(seed_, record->key), only_history);
  }
  if (!only_history) findings_.error(kRecord, at_revision(item, *key), "the record does not decode");
}

void RecordChecker::check_record(const RecordKey& key, const TreeItem& item, const Record& record,
                                 std::uint64_t key_hash, bool only_history) {
  const bool empty_key = item.record == nullptr && record.key.empty();
  if (!key.tombstone && item.record == nullptr && item.value.empty()) {
    marker_ = true;
    return;
  }
  if (!only_history) {
    if (empty_key) findings_.error(kRecord, at_revision(item, key), "the record has no key");
    if (!key.tombstone && record.mod_revision != key.revision.main) {
      findings_.error(kRecord, at_revision(item, key), "the record says it was made at revision {}{}",
                      record.mod_revision, described(record));
    }
  }
  const std::string_view wrong = history_.take(key, key_hash, record);
  if (!wrong.empty()) findings_.error("key-history", at_revision(item, key), "{}{}", wrong, described(record));
}

}  // namespace holdfast::snapshot
