#include "repository/scanning_sink.h"

#include <algorithm>

namespace holdfast::repository {

Status ScanningSink::write(ByteView bytes) {
  const std::uint64_t pages_left = database_size_ - std::min(seen_, database_size_);
  const auto page_bytes = static_cast<std::size_t>(std::min<std::uint64_t>(pages_left, bytes.size()));
  seen_ += bytes.size();
  if (page_bytes > 0) {
    if (auto scanned = scanner_.write(bytes.first(page_bytes)); !scanned) {
      return in_context(std::move(scanned).error(), "check the pages of the snapshot");
    }
  }
  return next_.write(bytes);
}

Status ScanningSink::finish() {
  auto facts = scanner_.finish();
  if (!facts) return in_context(std::move(facts).error(), "check the pages of the snapshot");
  if (Status good = snapshot::check_snapshot_facts(*facts); !good) {
    return with_hint(tl::unexpected<Error>(std::move(good).error()),
                     "the member's database is damaged: save from another member");
  }
  HF_TRY(before_finish_(*facts));
  return next_.finish();
}

}  // namespace holdfast::repository
