// Looks at the items of one long leaf page of bucket "key" that passes by in pieces: are the keys in order, do records
// decode, which keys are there. Keeps the sizes of the items and the state of one record. Private to snapshot/.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "snapshot/key_log.h"
#include "snapshot/mvcc.h"
#include "snapshot/page_summary.h"
#include "snapshot/record_sink.h"
#include "snapshot/record_stream.h"

namespace holdfast::snapshot {

struct ItemSize {
  std::uint32_t key = 0;
  std::uint32_t value = 0;
};

class ItemChecker {
 public:
  // Items of page `page` lie without gaps from stream position `data_at` on. `sink` (may be null) is shown the records.
  ItemChecker(const HashSeed& seed, PageId page, std::uint64_t data_at, std::vector<ItemSize> items, RecordSink* sink);

  // The next stream position that has to be fed; end() when nothing more is wanted.
  std::uint64_t wanted() const { return wanted_; }
  static constexpr std::uint64_t end() { return ~std::uint64_t{0}; }

  // Takes bytes whose first is at `position`, which is not beyond wanted(); looks at those from wanted() on.
  void feed(std::uint64_t position, ByteView bytes);

  // Adds what was found once wanted() is end(), and tells `log` about the records.
  void finish(PageSummary& summary, KeyLog& log) const;

  std::size_t items() const { return items_.size(); }

 private:
  // Enough of a key to compare it: revisions are shorter.
  struct KeyHead {
    std::array<std::uint8_t, 32> bytes{};
    std::uint32_t size = 0;  // of the whole key
    ByteView view() const { return ByteView(bytes).first(std::min<std::size_t>(size, bytes.size())); }
  };
  struct SeenRecord {
    std::uint64_t key_hash;
    bool tombstone;
  };

  std::size_t take_key(ByteView bytes);
  std::size_t take_value(ByteView bytes);
  void end_key();
  void end_item();
  void show_record() const;

  HashSeed seed_;
  PageId page_;
  RecordSink* sink_;
  std::vector<ItemSize> items_;
  std::size_t item_ = 0;
  std::uint64_t wanted_;
  std::uint32_t key_got_ = 0;
  KeyHead key_;
  KeyHead previous_;
  std::optional<RecordKey> record_key_;
  std::optional<RecordStream> record_;
  std::uint64_t value_left_ = 0;
  bool in_value_ = false;
  std::vector<SeenRecord> seen_;
  RecordKey first_;
  RecordKey last_;
  std::uint32_t record_keys_ = 0;
  std::uint16_t flags_ = 0;
};

}  // namespace holdfast::snapshot
