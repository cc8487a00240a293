// Any bytes as a snapshot: verify() never crashes, and what it finds no fault with the one-pass scan reads with the
// same result.
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

void compare_with_scan(test::MemoryFile& file, const PageFacts& walked) {
  const auto layout = read_snapshot_file(file);
  require(layout.has_value());
  PageScanner scanner;
  require(scanner.write(ByteView(file.bytes()).first(static_cast<std::size_t>(layout->database_size))).has_value());
  const auto scanned = scanner.finish();
  if (!scanned) return require(scanned.error().code == Code::unsupported);
  require(scanned->hash == walked.hash && scanned->revision == walked.revision);
  require(scanned->total_items == walked.total_items && scanned->size_in_use == walked.size_in_use);
  if (scanned->live_keys) require(scanned->live_keys == walked.live_keys);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  test::MemoryFile file(fuzz::repaired(data, size));
  const auto report = verify(file, {.require_trailer = false, .max_findings = 10});
  require(report.has_value());
  bool damaged = report->findings_dropped > 0;
  for (const Finding& finding : report->findings) {
    if (finding.check != "trailer") damaged = damaged || finding.severity == Severity::error;
  }
  if (!damaged) compare_with_scan(file, report->status.facts);
  return 0;
}
