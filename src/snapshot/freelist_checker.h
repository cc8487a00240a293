// Compares the free list that a database stores (etcd's on Linux do not) with the pages that are really free. Private
// to snapshot/.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "snapshot/bolt_format.h"
#include "snapshot/findings.h"
#include "snapshot/page_reader.h"
#include "snapshot/page_walk.h"

namespace holdfast::snapshot {

// `met`: the pages of all trees; the free list's own pages are added. Answers how many these are. An error means that
// the file could not be read.
Result<std::uint64_t> check_freelist(PageReader& reader, const Meta& meta, PageSet& met, Findings& findings);

}  // namespace holdfast::snapshot
