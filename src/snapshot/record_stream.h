// Decodes the value of one record that passes by in pieces, keeping its numbers and a hash of its key: for records of
// any size. Agrees with decode_record() on what is a record. Private to snapshot/.
#pragma once

#include <cstdint>
#include <memory>

#include "base/bytes.h"
#include "snapshot/key_hash.h"
#include "snapshot/mvcc.h"

namespace holdfast::snapshot {

class RecordStream {
 public:
  // A value of `size` bytes begins.
  RecordStream(const HashSeed& seed, std::uint64_t size) : seed_(seed), key_hash_(seed), left_(size) {}

  // Beside the numbers: the key, unless it has more than `max_key` bytes, and size and digest of the user's value, all
  // of which has to be fed then.
  struct Content {
    HashSeed digest_seed;
    std::size_t max_key;
    Bytes key;
    bool key_too_long = false;
    std::uint64_t value_size = 0;
    std::uint64_t value_digest = 0;
    KeyHash digest{digest_seed};
  };
  // Before the first byte.
  void keep_content(const HashSeed& digest_seed, std::size_t max_key);
  const Content& content() const { return *content_; }  // after keep_content(), once left() is 0

  // Takes the next bytes of the value, at most left().
  void feed(ByteView bytes);
  // Passes over bytes without showing them, at most skippable().
  void skip(std::uint64_t count);

  std::uint64_t left() const { return left_; }
  // How many of the next bytes do not matter (the user's value), as far as is known yet.
  std::uint64_t skippable() const;

  // Valid once left() is 0.
  bool decodes() const { return !failed_ && state_ == State::tag && shift_ == 0; }
  std::uint64_t key_hash() const { return key_hash_of_key_; }  // KeyHash of the user's key
  const Record& record() const { return record_; }             // the numbers only
  bool has_key() const { return has_key_; }                    // the user's key is not empty

 private:
  enum class State : std::uint8_t { tag, varint, length, key, value, skipped };

  void take_varint_byte(std::uint8_t byte);
  void on_varint();
  void on_number(std::int64_t number);
  void on_tag(std::uint64_t tag);
  void begin_payload(std::uint64_t size, bool is_key);
  void end_payload();
  std::size_t take_payload(ByteView bytes);
  void keep_key(ByteView bytes);

  HashSeed seed_;
  KeyHash key_hash_;
  std::uint64_t key_hash_of_key_ = KeyHash::of(seed_, {});
  Record record_;
  std::uint64_t left_;         // bytes of the value still to come
  std::uint64_t payload_ = 0;  // bytes of the current field still to come
  std::uint64_t varint_ = 0;
  unsigned shift_ = 0;
  std::uint32_t field_ = 0;
  int fields_ = 0;
  State state_ = State::tag;
  bool has_key_ = false;
  bool failed_ = false;
  std::unique_ptr<Content> content_;
};

}  // namespace holdfast::snapshot
