#include "store/etcd/transaction.h"

#include <algorithm>

namespace holdfast::store {
namespace {

etcd::Compare to_compare(const Condition& condition, const KeySpace& keys, const Numbering::Offset& offset) {
  std::int64_t modified = 0;
  // A number from before the offset was raised holds for nothing, also not for a key that does not exist.
  if (condition.modified != 0) modified = std::max<std::int64_t>(offset.etcds(condition.modified), 0);
  if (condition.modified != 0 && modified == 0) modified = -1;
  return {.target = etcd::Compare::Target::mod_revision,
          .op = etcd::Compare::Op::equal,
          .key = keys.of(condition.key),
          .number = modified};
}

etcd::TxnOp to_op(const Write& write, const KeySpace& keys) {
  const std::string key = keys.of(write.key);
  if (!write.value) return {.kind = etcd::TxnOp::Kind::remove, .remove = {.key = key}};
  return {.kind = etcd::TxnOp::Kind::put, .put = {.key = key, .value = *write.value, .lease = write.lease}};
}

etcd::TxnOp read(const std::string& key) {
  return {.kind = etcd::TxnOp::Kind::range, .range = {.key = key}};
}

}  // namespace

// A transaction that only judges needs no guard, and may have no room for it: etcd takes 128 comparisons.
etcd::TxnRequest to_etcd(const Transaction& transaction, const KeySpace& keys, const Numbering& numbering,
                         const Numbering::Offset& offset) {
  etcd::TxnRequest request;
  for (const Condition& condition : transaction.conditions) {
    request.compare.push_back(to_compare(condition, keys, offset));
    request.failure.push_back(read(keys.of(condition.key)));
  }
  for (const Write* write : by_key(transaction.writes))
    request.success.push_back(to_op(*write, keys));
  if (!request.success.empty()) {
    request.compare.push_back(numbering.guard(offset));
    request.failure.push_back(read(numbering.key()));
  }
  return request;
}

bool offset_changed(const Transaction& transaction, const etcd::TxnResponse& answer, const Numbering::Offset& offset) {
  if (answer.succeeded || transaction.writes.empty() || answer.ranges.empty()) return false;
  const auto& kvs = answer.ranges.back().kvs;
  return kvs.empty() || kvs[0].value != offset.text;
}

std::vector<Entry> current_entries(etcd::TxnResponse answer, const KeySpace& keys, const Numbering& numbering,
                                   const Numbering::Offset& offset) {
  std::vector<Entry> entries;
  for (etcd::RangeResponse& range : answer.ranges) {
    for (etcd::KeyValue& kv : range.kvs) {
      if (kv.key != numbering.key()) entries.push_back(keys.entry(std::move(kv), offset));
    }
  }
  std::sort(entries.begin(), entries.end(), [](const Entry& left, const Entry& right) { return left.key < right.key; });
  const auto same = [](const Entry& left, const Entry& right) { return left.key == right.key; };
  entries.erase(std::unique(entries.begin(), entries.end(), same), entries.end());
  return entries;
}

}  // namespace holdfast::store
