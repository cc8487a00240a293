#include "snapshot/mvcc.h"

#include <gtest/gtest.h>

#include "snapshot/record_stream.h"
#include "support/etcd_model.h"

namespace holdfast::snapshot {
namespace {

using test::encode_record;
using test::revision_key;

TEST(RecordKey, ReadsARevision) {
  const auto key = read_record_key(as_bytes(revision_key(88, 3)));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->revision, (Revision{.main = 88, .sub = 3}));
  EXPECT_FALSE(key->tombstone);
}

TEST(RecordKey, ReadsATombstone) {
  const auto key = read_record_key(as_bytes(revision_key(88, 0, true)));
  ASSERT_TRUE(key);
  EXPECT_TRUE(key->tombstone);
}

TEST(RecordKey, RefusesWhatIsNotARevision) {
  std::string wrong_separator = revision_key(1, 0);
  wrong_separator[8] = '-';
  for (const std::string& text : {std::string(), std::string("abc"), wrong_separator, revision_key(1, 0) + "x",
                                  revision_key(1, 0, true) + "t", revision_key(-1, 0), revision_key(1, -1)}) {
    EXPECT_FALSE(read_record_key(as_bytes(text))) << to_hex(as_bytes(text));
  }
}

TEST(RecordKey, WritesWhatItReads) {
  std::string bytes(kRevisionKeySize, '\0');
  write_revision({.main = 1234567890123, .sub = 7}, reinterpret_cast<std::uint8_t*>(bytes.data()));
  EXPECT_EQ(bytes, revision_key(1234567890123, 7));
}

TEST(Record, ReadsAllFields) {
  const std::string value = encode_record(
      {.key = "foo", .create_revision = 5, .mod_revision = 500, .version = 70000, .value = "bar", .lease = 1LL << 60});
  const auto record = decode_record(as_bytes(value));
  ASSERT_TRUE(record);
  EXPECT_EQ(as_text(record->key), "foo");
  EXPECT_EQ(record->create_revision, 5);
  EXPECT_EQ(record->mod_revision, 500);
  EXPECT_EQ(record->version, 70000);
  EXPECT_EQ(as_text(record->value), "bar");
  EXPECT_EQ(record->lease, 1LL << 60);
}

TEST(Record, ReadsTheEmptyMarker) {
  const auto record = decode_record({});
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->key.empty());
}

TEST(Record, PassesOverFieldsOfLaterVersions) {
  const std::string value("\x0a\x01k\x38\x05\x42\x02xy\x4d\x01\x02\x03\x04\x51\x01\x02\x03\x04\x05\x06\x07\x08", 23);
  const auto record = decode_record(as_bytes(value));
  ASSERT_TRUE(record);
  EXPECT_EQ(as_text(record->key), "k");
}

const std::vector<std::string> kDamaged{
    std::string("\x0a"),          // no length
    std::string("\x0a\x05xx"),    // shorter than said
    std::string("\x08\x01"),      // key as a number
    std::string("\x12\x01x"),     // create revision as bytes
    std::string("\x02\x00", 2),   // field number 0
    std::string("\x3b\x3c"),      // a group
    std::string("\x10\xff\xff"),  // number without an end
    std::string("\x10"
                "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"),  // number of eleven bytes
    std::string("\xff\xff\xff\xff\xff\x01\x01"),                  // field number beyond 32 bits
};

TEST(Record, RefusesDamage) {
  for (const std::string& value : kDamaged)
    EXPECT_FALSE(decode_record(as_bytes(value))) << to_hex(as_bytes(value));
}

TEST(Record, RefusesAFloodOfFields) {
  std::string value;
  for (int i = 0; i < 65; ++i)
    value += std::string("\x38\x01");
  EXPECT_FALSE(decode_record(as_bytes(value)));
}

// Feeds `value` in two pieces, cut at `cut`, skipping what may be skipped.
RecordStream stream_of(const std::string& value, std::size_t cut) {
  RecordStream stream({.low = 1, .high = 2}, value.size());
  const ByteView bytes = as_bytes(value);
  std::size_t at = 0;
  for (const std::size_t stop : {cut, value.size()}) {
    while (at < stop) {
      stream.feed(bytes.subspan(at, std::min<std::size_t>(3, stop - at)));
      at += std::min<std::size_t>(3, stop - at);
      const auto skip = static_cast<std::size_t>(stream.skippable());
      stream.skip(skip);
      at += skip;
    }
  }
  return stream;
}

TEST(RecordStream, AgreesWithDecodingWhereverTheValueIsCut) {
  const std::string value = encode_record({.key = "/registry/pods/default/nginx",
                                           .create_revision = 300,
                                           .mod_revision = 70000,
                                           .version = 12,
                                           .value = std::string(300, 'v'),
                                           .lease = 99});
  const std::uint64_t hash = KeyHash::of({.low = 1, .high = 2}, as_bytes("/registry/pods/default/nginx"));
  for (std::size_t cut = 0; cut <= value.size(); ++cut) {
    const RecordStream stream = stream_of(value, cut);
    EXPECT_EQ(stream.left(), 0U);
    EXPECT_TRUE(stream.decodes()) << cut;
    EXPECT_EQ(stream.key_hash(), hash) << cut;
    EXPECT_EQ(stream.record().create_revision, 300);
    EXPECT_EQ(stream.record().mod_revision, 70000);
    EXPECT_EQ(stream.record().version, 12);
    EXPECT_EQ(stream.record().lease, 99);
  }
}

TEST(RecordStream, RefusesDamageWhereverTheValueIsCut) {
  for (const std::string& value : kDamaged) {
    for (std::size_t cut = 0; cut <= value.size(); ++cut) {
      const RecordStream stream = stream_of(value, cut);
      EXPECT_EQ(stream.left(), 0U);
      EXPECT_FALSE(stream.decodes()) << to_hex(as_bytes(value)) << " cut at " << cut;
    }
  }
}

TEST(RecordStream, TakesTheEmptyMarkerForAnEmptyKey) {
  const RecordStream stream({.low = 1, .high = 2}, 0);
  EXPECT_TRUE(stream.decodes());
  EXPECT_EQ(stream.key_hash(), KeyHash::of({.low = 1, .high = 2}, {}));
}

TEST(KeyHash, IsTheSameInPieces) {
  const std::string text = "the quick brown fox jumps over the lazy dog";
  const std::uint64_t whole = KeyHash::of({}, as_bytes(text));
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    KeyHash hash({});
    hash.update(as_bytes(text).first(cut));
    hash.update(as_bytes(text).subspan(cut));
    EXPECT_EQ(hash.finish(), whole);
  }
}

TEST(KeyHash, DependsOnTheSeed) {
  EXPECT_NE(KeyHash::of({.low = 1}, as_bytes("key")), KeyHash::of({.low = 2}, as_bytes("key")));
}

}  // namespace
}  // namespace holdfast::snapshot
