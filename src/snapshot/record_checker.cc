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

void RecordChecker::take(const TreeItem& item) {
  ++records_;
  const auto key = read_record_key(item.key);
  if (!key || item.is_bucket) {
    findings_.error(kRecord, at_page("key", item.page), "key {} is not a revision", readable(item.key));
    return;
  }
  last_revision_ = key->revision.main;
  const auto decoded = decode(item);
  if (!decoded) {
    findings_.error(kRecord, at_revision(item, *key), "the record does not decode");
    return;
  }
  check_fields(*key, item, decoded->record);
  report(*key, item, decoded->record, follow(*key, item, *decoded));
  if (!history_.gave_up()) followed_ = records_;
}

void RecordChecker::take_again(const TreeItem& item, std::uint64_t followed) {
  ++records_;
  const auto key = read_record_key(item.key);
  const auto decoded = key && !item.is_bucket ? decode(item) : std::nullopt;
  if (!decoded) return;
  const std::string_view wrong = follow(*key, item, *decoded);
  if (records_ > followed) report(*key, item, decoded->record, wrong);
}

std::optional<RecordChecker::Decoded> RecordChecker::decode(const TreeItem& item) const {
  if (item.record != nullptr) {
    if (!item.record->decodes()) return std::nullopt;
    return Decoded{.record = item.record->record(), .key_hash = item.record->key_hash()};
  }
  const auto record = decode_record(item.value);
  if (!record) return std::nullopt;
  return Decoded{.record = *record, .key_hash = KeyHash::of(seed_, record->key)};
}

bool RecordChecker::is_marker(const RecordKey& key, const TreeItem& item) {
  return !key.tombstone && item.record == nullptr && item.value.empty();
}

void RecordChecker::check_fields(const RecordKey& key, const TreeItem& item, const Record& record) {
  if (is_marker(key, item)) return;
  if (item.record != nullptr ? !item.record->has_key() : record.key.empty()) {
    findings_.error(kRecord, at_revision(item, key), "the record has no key");
  }
  if (!key.tombstone && record.mod_revision != key.revision.main) {
    findings_.error(kRecord, at_revision(item, key), "the record says it was made at revision {}{}",
                    record.mod_revision, described(record));
  }
}

std::string_view RecordChecker::follow(const RecordKey& key, const TreeItem& item, const Decoded& decoded) {
  if (!is_marker(key, item)) return history_.take(key, decoded.key_hash, decoded.record);
  marker_ = true;
  return {};
}

void RecordChecker::report(const RecordKey& key, const TreeItem& item, const Record& record, std::string_view wrong) {
  if (!wrong.empty()) findings_.error("key-history", at_revision(item, key), "{}{}", wrong, described(record));
}

}  // namespace holdfast::snapshot
