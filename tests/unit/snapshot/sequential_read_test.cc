#include "snapshot/sequential_read.h"

#include <atomic>

#include <gmock/gmock.h>

#include "unit/snapshot/damage_support.h"

#include "snapshot/status.h"
#include "snapshot/verify.h"
#include "support/memory_file.h"
#include "support/no_more_threads.h"

namespace holdfast::test {
namespace {

using namespace holdfast::snapshot;
using ::testing::HasSubstr;

constexpr std::size_t kBlock = 512 * kKiB;  // of the reader
constexpr std::size_t kSize = 9 * kMiB + 12345;

Bytes numbered(std::size_t size) {
  Bytes bytes(size);
  for (std::size_t at = 0; at + 8 <= size; at += 8)
    store_le(&bytes[at], std::uint64_t{at});
  return bytes;
}

TEST(SequentialRead, GivesEveryByteInOrder) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kBlock, kBlock + 1, 4 * kMiB, kSize}) {
    MemoryFile file(numbered(size));
    Bytes seen;
    const Status read = read_sequentially(file, size, [&](ByteView block) -> Status {
      seen.insert(seen.end(), block.begin(), block.end());
      return {};
    });
    ASSERT_TRUE(read) << size;
    EXPECT_EQ(seen, file.bytes()) << size;
  }
}

TEST(SequentialRead, NeverTakesTwoBlocksAtOnce) {
  MemoryFile file(numbered(kSize));
  std::atomic<int> inside = 0;
  int most = 0;
  const Status read = read_sequentially(file, kSize, [&](ByteView) -> Status {
    most = std::max(most, ++inside);
    --inside;
    return {};
  });
  ASSERT_TRUE(read);
  EXPECT_EQ(most, 1);
}

TEST(SequentialRead, EndsAtTheFirstErrorOfWhoeverTakes) {
  MemoryFile file(numbered(kSize));
  int taken = 0;
  const Status read = read_sequentially(file, kSize, [&](ByteView) -> Status {
    if (++taken == 7) return fail(Code::cancelled, "block 7");
    return {};
  });
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Code::cancelled);
  EXPECT_EQ(taken, 7);
}

TEST(SequentialRead, TakesWhatLiesBeforeTheEndOfAFileThatIsTooShort) {
  MemoryFile file(numbered(kSize));
  std::size_t seen = 0;
  const Status read = read_sequentially(file, kSize + kMiB, [&](ByteView block) -> Status {
    seen += block.size();
    return {};
  });
  ASSERT_FALSE(read);
  EXPECT_THAT(read.error().message, HasSubstr("too early"));
  EXPECT_EQ(seen, kSize / kBlock * kBlock);
}

TEST(SequentialRead, NeedsNoSecondThread) {
  const EtcdModel model = sample_model(3000, 2000);
  MemoryFile file(with_trailer(write_bolt(model.buckets()).bytes));
  const NoMoreThreads limit;
  const auto status = read_status(file, true);
  ASSERT_TRUE(status) << status.error().to_string();
  EXPECT_EQ(status->facts.hash, model.hash());
  EXPECT_TRUE(status->trailer_matches);
  const auto report = verify(file, {});
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_TRUE(report->ok());
  EXPECT_TRUE(report->status.trailer_matches);
}

}  // namespace
}  // namespace holdfast::test
