#include "snapshot/scan_thread.h"

#include "unit/snapshot/scan_support.h"

#include "support/no_more_threads.h"

namespace holdfast::test {
namespace {

using namespace holdfast::snapshot;

Result<PageFacts> scan_in_blocks(ScanThread& pages, ByteView database) {
  while (!database.empty()) {
    Chunk chunk = pages.chunk();
    chunk.size = std::min<std::size_t>(database.size(), 100 * kKiB);
    std::copy_n(database.begin(), chunk.size, chunk.buffer.begin());
    pages.scan(std::move(chunk));
    database = database.subspan(chunk.size);
  }
  return pages.finish();
}

TEST(ScanThread, GivesWhatTheScannerGives) {
  const EtcdModel model = sample_model(3000, 400);
  ScanThread pages({});
  expect_facts(scan_in_blocks(pages, write_bolt(model.buckets()).bytes), model);
}

TEST(ScanThread, TakesEverythingAfterAnErrorAndGivesIt) {
  const Bytes nothing(2 * kMiB);
  ScanThread pages({});
  const auto facts = scan_in_blocks(pages, nothing);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, Code::corrupt);
}

TEST(ScanThread, NeedsNoThread) {
  const EtcdModel model = sample_model(300, 400);
  const Bytes database = write_bolt(model.buckets()).bytes;
  NoMoreThreads none;
  ScanThread pages({});
  expect_facts(scan_in_blocks(pages, database), model);
}

}  // namespace
}  // namespace holdfast::test
