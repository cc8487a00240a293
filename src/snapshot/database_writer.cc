#include "snapshot/database_writer.h"

#include <algorithm>

#include "snapshot/bolt_format.h"

namespace holdfast::snapshot {

Result<std::optional<Chunk>> DatabaseWriter::take(Chunk chunk) {
  if (held_ && chunk.size < kTrailerSize) {
    short_tail_.insert(short_tail_.end(), chunk.bytes().begin(), chunk.bytes().end());
    return std::optional<Chunk>(std::move(chunk));
  }
  std::optional<Chunk> done = std::exchange(held_, std::move(chunk));
  if (done) HF_TRY(consume(done->bytes()));
  return done;
}

Result<DatabaseWriter::Outcome> DatabaseWriter::finish() {
  Bytes rest;
  if (held_) rest.assign(held_->bytes().begin(), held_->bytes().end());
  rest.insert(rest.end(), short_tail_.begin(), short_tail_.end());
  Outcome outcome;
  outcome.snapshot_size = consumed_ + rest.size();
  if (has_trailer(outcome.snapshot_size)) {
    outcome.trailer.assign(rest.end() - kTrailerSize, rest.end());
    rest.resize(rest.size() - kTrailerSize);
  }
  HF_TRY(consume(rest));
  outcome.digest = hash_.finish();
  return outcome;
}

Status DatabaseWriter::consume(ByteView bytes) {
  hash_.update(bytes);
  const std::uint64_t room = database_size_ - std::min(database_size_, consumed_);
  const ByteView pages = bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>(room, bytes.size())));
  if (!pages.empty()) HF_TRY(file_.write_at(consumed_, pages));
  consumed_ += bytes.size();
  writeback_.advance(std::min(consumed_, database_size_));
  return {};
}

}  // namespace holdfast::snapshot
