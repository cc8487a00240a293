// Shows a RecordSink what a complete leaf page holds. Private to snapshot/.
#pragma once

#include "snapshot/page_summary.h"
#include "snapshot/record_sink.h"

namespace holdfast::snapshot {

// `image` is a complete leaf page, `summary` what was made of it: records, leases, members, or buckets with any of
// these inline. Whatever the page does not fit to is left out.
void list_leaf(PageId page, ByteView image, const PageSummary& summary, RecordSink& sink);

}  // namespace holdfast::snapshot
