// Walks the page table of a complete pass in the order of the tree and puts the summaries together. Private to
// snapshot/.
#pragma once

#include "base/result.h"
#include "snapshot/page_pass.h"
#include "snapshot/page_scanner.h"

namespace holdfast::snapshot {

// Code::corrupt when the tree is damaged, Code::unsupported when a page of it was not remembered well enough (see
// PageScanner).
Result<PageFacts> summarise_tree(const PagePass& pass);

}  // namespace holdfast::snapshot
