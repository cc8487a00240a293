#include "snapshot/record_stream.h"

#include <algorithm>

#include "base/proto_reader.h"

namespace holdfast::snapshot {
namespace {

constexpr std::uint32_t kKeyField = 1;
constexpr std::uint32_t kValueField = 5;
constexpr std::uint32_t kLastKnownField = 6;

}  // namespace

void RecordStream::keep_content(const HashSeed& digest_seed, std::size_t max_key) {
  content_ = std::make_unique<Content>(Content{.digest_seed = digest_seed, .max_key = max_key, .key = {}});
  content_->value_digest = KeyHash::of(digest_seed, {});
}

std::uint64_t RecordStream::skippable() const {
  if (failed_) return left_;
  return state_ == State::skipped ? payload_ : 0;
}

void RecordStream::skip(std::uint64_t count) {
  left_ -= count;
  if (failed_ || count == 0) return;
  payload_ -= count;
  if (payload_ == 0) end_payload();
}

void RecordStream::feed(ByteView bytes) {
  while (!bytes.empty()) {
    if (failed_) {
      left_ -= bytes.size();
      return;
    }
    if (state_ == State::key || state_ == State::value || state_ == State::skipped) {
      bytes = bytes.subspan(take_payload(bytes));
    } else {
      --left_;
      take_varint_byte(bytes.front());
      bytes = bytes.subspan(1);
    }
  }
}

std::size_t RecordStream::take_payload(ByteView bytes) {
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(payload_, bytes.size()));
  if (state_ == State::key) {
    key_hash_.update(bytes.first(count));
    if (content_) keep_key(bytes.first(count));
  }
  if (state_ == State::value) content_->digest.update(bytes.first(count));
  payload_ -= count;
  left_ -= count;
  if (payload_ == 0) end_payload();
  return count;
}

void RecordStream::keep_key(ByteView bytes) {
  Bytes& key = content_->key;
  if (content_->key_too_long || bytes.size() > content_->max_key - key.size()) {
    content_->key_too_long = true;
    return;
  }
  key.insert(key.end(), bytes.begin(), bytes.end());
}

void RecordStream::take_varint_byte(std::uint8_t byte) {
  if (shift_ >= 70) {
    failed_ = true;
    return;
  }
  varint_ |= static_cast<std::uint64_t>(byte & 0x7FU) << shift_;
  shift_ += 7;
  if (byte < 0x80) on_varint();
}

void RecordStream::on_varint() {
  const std::uint64_t value = varint_;
  varint_ = 0;
  shift_ = 0;
  switch (state_) {
    case State::tag:
      return on_tag(value);
    case State::varint:
      state_ = State::tag;
      return on_number(static_cast<std::int64_t>(value));
    default:
      return begin_payload(value, field_ == kKeyField);
  }
}

void RecordStream::on_number(std::int64_t number) {
  switch (field_) {
    case 2:
      record_.create_revision = number;
      break;
    case 3:
      record_.mod_revision = number;
      break;
    case 4:
      record_.version = number;
      break;
    case 6:
      record_.lease = number;
      break;
    default:
      break;
  }
}

void RecordStream::on_tag(std::uint64_t tag) {
  field_ = static_cast<std::uint32_t>(tag >> 3U);
  const auto type = static_cast<WireType>(tag & 7U);
  const bool holds_bytes = field_ == kKeyField || field_ == kValueField;
  const bool type_fits = field_ > kLastKnownField || type == (holds_bytes ? WireType::bytes : WireType::varint);
  if (tag < 8 || tag > 0xFFFFFFFF || !type_fits || ++fields_ > kMaxRecordFields) {
    failed_ = true;
    return;
  }
  switch (type) {
    case WireType::varint:
      state_ = State::varint;
      return;
    case WireType::bytes:
      state_ = State::length;
      return;
    case WireType::fixed64:
      return begin_payload(8, false);
    case WireType::fixed32:
      return begin_payload(4, false);
  }
  failed_ = true;
}

void RecordStream::begin_payload(std::uint64_t size, bool is_key) {
  if (size > left_) {
    failed_ = true;
    return;
  }
  payload_ = size;
  state_ = is_key ? State::key : State::skipped;
  if (is_key) {
    key_hash_ = KeyHash(seed_);
    has_key_ = size > 0;
    if (content_) {
      content_->key.clear();
      content_->key_too_long = false;
    }
  } else if (content_ && field_ == kValueField) {
    state_ = State::value;
    content_->digest = KeyHash(content_->digest_seed);
    content_->value_size = size;
  }
  if (size == 0) end_payload();
}

void RecordStream::end_payload() {
  if (state_ == State::key) key_hash_of_key_ = key_hash_.finish();
  if (state_ == State::value) content_->value_digest = content_->digest.finish();
  state_ = State::tag;
}

}  // namespace holdfast::snapshot
