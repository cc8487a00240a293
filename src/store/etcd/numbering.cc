#include "store/etcd/numbering.h"

#include <charconv>

namespace holdfast::store {
namespace {

constexpr int kTries = 5;
constexpr std::int64_t kMost = std::int64_t{1} << 61;

Result<Numbering::Offset> parse(const std::string& key, const std::string& text) {
  Numbering::Offset offset{.number = 0, .text = text};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), offset.number);
  if (error == std::errc() && end == text.data() + text.size() && offset.number >= 0 && offset.number <= kMost) {
    return offset;
  }
  return fail(Code::corrupt, "key {} in etcd does not hold the offset of the revisions", key);
}

}  // namespace

Numbering::Offset Numbering::offset() const {
  const std::lock_guard lock(mutex_);
  return offset_;
}

etcd::Compare Numbering::guard(const Offset& offset) const {
  return {.target = etcd::Compare::Target::value, .op = etcd::Compare::Op::equal, .key = key_, .value = offset.text};
}

Result<Revision> Numbering::refresh() {
  for (int i = 0; i < kTries; ++i) {
    Revision revision = 0;
    HF_ASSIGN(const bool settled, settle(revision));
    if (settled) return revision;
  }
  return fail(Code::unavailable, "the offset of the revisions in etcd keeps changing");
}

// False when the offset was just made or raised, by us or somebody else: look again.
Result<bool> Numbering::settle(Revision& revision) {
  const Revision before = floor_.reached();
  HF_ASSIGN(const etcd::RangeResponse answer, client_.range({.key = key_}));
  if (answer.kvs.empty()) {
    HF_TRY(replace("", before > 0 ? floor_.reserved() : 0));
    return false;
  }
  HF_ASSIGN(const Offset found, parse(key_, answer.kvs[0].value));
  if (went_back(found, answer.revision, before)) {
    HF_TRY(replace(found.text, floor_.reserved()));
    return false;
  }
  {
    const std::lock_guard lock(mutex_);
    offset_ = found;
  }
  HF_ASSIGN(revision, hand_out(found, answer.revision));
  return true;
}

// `from` empty: the key must not exist. Another server may be faster, which is fine.
Status Numbering::replace(const std::string& from, std::int64_t to) {
  etcd::TxnRequest request;
  if (from.empty()) {
    request.compare.push_back({.target = etcd::Compare::Target::version, .key = key_, .number = 0});
  } else {
    request.compare.push_back(guard({.text = from}));
  }
  request.success.push_back({.kind = etcd::TxnOp::Kind::put, .put = {.key = key_, .value = std::to_string(to)}});
  HF_TRY(client_.txn(request));
  return {};
}

bool Numbering::went_back(const Offset& offset, std::int64_t etcds, Revision before) const {
  return offset.ours(etcds) < before;
}

Result<Revision> Numbering::hand_out(const Offset& offset, std::int64_t etcds) {
  const Revision revision = offset.ours(etcds);
  HF_TRY(floor_.reserve(revision));
  floor_.note(revision);
  return revision;
}

}  // namespace holdfast::store
