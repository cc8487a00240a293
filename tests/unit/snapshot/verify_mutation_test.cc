// Bits of a good snapshot are flipped, one at a time.
#include <gmock/gmock.h>

#include "unit/snapshot/damage_support.h"

#include "snapshot/verify.h"
#include "support/memory_file.h"

namespace holdfast::test {
namespace {

using namespace holdfast::snapshot;

class BitFlips : public ::testing::Test {
 protected:
  static constexpr int kFlips = 5000;
  static constexpr std::size_t kPageSize = 1024;

  BitFlips() {
    EtcdModel model = sample_model(60, 150, 5);
    model.put("long", std::string(4000, 'x'));
    model.enable_auth();
    model.grant(70);
    model.put("leased", "value", 70);
    model.compact(20);
    database_ =
        write_bolt(model.buckets(), {.page_size = kPageSize, .leaf_fill = 400, .fanout = 4, .seed = 6, .free_pages = 5})
            .bytes;
    hash_ = model.hash();
  }

  VerifyReport flipped(Bytes bytes, std::size_t bit, const VerifyOptions& options = {}) {
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    MemoryFile file(std::move(bytes));
    auto report = verify(file, options);
    EXPECT_TRUE(report) << report.error().to_string();
    return report ? std::move(*report) : VerifyReport();
  }

  std::size_t random_bit(std::size_t bytes) { return random_() % (bytes * 8); }

  Bytes database_;
  std::uint32_t hash_ = 0;
  std::mt19937_64 random_{20261121};
};

TEST_F(BitFlips, AreAllFoundWithATrailer) {
  const Bytes snapshot = with_trailer(database_);
  for (int i = 0; i < kFlips; ++i) {
    const std::size_t bit = random_bit(snapshot.size());
    ASSERT_FALSE(flipped(snapshot, bit).ok()) << "bit " << bit;
  }
}

TEST_F(BitFlips, AreAllFoundInTheMetaPagesAndTheTrailer) {
  const Bytes snapshot = with_trailer(database_);
  for (std::size_t bit = 0; bit < snapshot.size() * 8; ++bit) {
    if (bit == 80 * 8) bit = kPageSize * 8;
    if (bit == (kPageSize + 80) * 8) bit = database_.size() * 8;
    ASSERT_FALSE(flipped(snapshot, bit).ok()) << "bit " << bit;
  }
}

TEST_F(BitFlips, NeverStopVerifyWithoutATrailer) {
  for (int i = 0; i < kFlips; ++i)
    flipped(database_, random_bit(database_.size()), {.require_trailer = false});
}

// Headers and elements say where things are. When one of them is changed and the SHA-256 is made anew, the damage
// shows, or the content is the same as before.
TEST_F(BitFlips, OfPageStructureAreFoundOrHarmlessUnderANewTrailer) {
  std::vector<std::size_t> heads;
  for (std::size_t at = 2 * kPageSize; at < database_.size(); at += kPageSize) {
    if (read_page_header(ByteView(database_).subspan(at)).id == at / kPageSize) heads.push_back(at);
  }
  int found = 0;
  for (int i = 0; i < kFlips; ++i) {
    const std::size_t at = heads[random_() % heads.size()];
    const PageHeader header = read_page_header(ByteView(database_).subspan(at));
    const std::size_t bit = at * 8 + random_bit(kPageHeaderSize + header.count * kElementSize);
    Bytes bytes = database_;
    bytes[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    MemoryFile file(with_trailer(std::move(bytes)));
    const auto report = verify(file, {});
    ASSERT_TRUE(report);
    const bool harmless = report->status.facts.hash == hash_;
    ASSERT_TRUE(harmless || !report->findings.empty()) << "page " << at / kPageSize << ", bit " << bit - at * 8;
    if (!report->ok()) ++found;
  }
  EXPECT_GT(found, 1000);
}

}  // namespace
}  // namespace holdfast::test
