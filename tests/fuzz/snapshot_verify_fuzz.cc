// Any bytes as a snapshot: verify() never crashes; what it finds no fault with the one-pass scan reads with the same
// result, and pages it finds fault with the scan refuses.
#include <cstdlib>

#include "fuzz/snapshot_input.h"

#include "snapshot/snapshot_file.h"
#include "snapshot/verify.h"
#include "support/memory_file.h"

namespace {

using namespace holdfast;
using namespace holdfast::snapshot;

void require(bool holds) {
  if (!holds) std::abort();
}

Result<PageFacts> scan(const test::MemoryFile& file, const SnapshotFile& layout) {
  PageScanner scanner;
  HF_TRY(scanner.write(ByteView(file.bytes()).first(static_cast<std::size_t>(layout.database_size))));
  HF_ASSIGN(PageFacts facts, scanner.finish());
  HF_TRY(check_snapshot_facts(facts));
  return facts;
}

void expect_the_same(test::MemoryFile& file, const PageFacts& walked) {
  const auto layout = read_snapshot_file(file);
  require(layout.has_value());
  const auto scanned = scan(file, *layout);
  // One damaged meta page is no error in a file without trailer.
  if (!scanned) return require(scanned.error().code == Code::unsupported || !layout->chosen.both_valid);
  require(scanned->hash == walked.hash && scanned->revision == walked.revision);
  require(scanned->total_items == walked.total_items && scanned->size_in_use == walked.size_in_use);
  if (scanned->live_keys) require(scanned->live_keys == walked.live_keys);
}

void expect_refusal(test::MemoryFile& file) {
  const auto layout = read_snapshot_file(file);
  require(!layout || !layout->complete() || !scan(file, *layout));
}

// Histories are followed by the walk alone; the others are not about pages.
bool is_of_pages(const Finding& finding) {
  return finding.severity == Severity::error && finding.check != "key-history" && finding.check != "trailer" &&
         finding.check != "length" && finding.check != "meta";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::MemoryFile file(fuzz::repaired(data, size));
  const auto report = verify(file, {.require_trailer = false, .max_findings = 10});
  require(report.has_value());
  bool damaged = report->findings_dropped > 0;
  bool damaged_pages = false;
  for (const Finding& finding : report->findings) {
    if (finding.check != "trailer") damaged = damaged || finding.severity == Severity::error;
    damaged_pages = damaged_pages || is_of_pages(finding);
  }
  if (!damaged) expect_the_same(file, report->status.facts);
  if (damaged_pages) expect_refusal(file);
  return 0;
}
