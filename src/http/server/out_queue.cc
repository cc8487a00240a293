#include "http/server/out_queue.h"

#include <fmt/format.h>

namespace holdfast::http {

constexpr std::size_t kKeptPieces = 8;  // of an empty queue's memory

void OutQueue::push(Piece piece) {
  const std::size_t size = piece.view().size();
  if (size == 0) return;
  bytes_ += size;
  pieces_.push_back(std::move(piece));
}

void OutQueue::add(std::string bytes) {
  push({.own = std::move(bytes), .shared = nullptr});
}

void OutQueue::add_shared(std::shared_ptr<const std::string> bytes) {
  push({.own = {}, .shared = std::move(bytes)});
}

void OutQueue::add_chunk(std::shared_ptr<const std::string> bytes) {
  add(fmt::format("{:x}\r\n", bytes->size()));
  add_shared(std::move(bytes));
  add("\r\n");
}

std::size_t OutQueue::next(std::span<std::string_view> views) const {
  std::size_t used = 0;
  for (std::size_t at = first_; at < pieces_.size() && used < views.size(); ++at) {
    views[used++] = pieces_[at].view().substr(at == first_ ? sent_ : 0);
  }
  return used;
}

void OutQueue::consume(std::size_t bytes) {
  bytes_ -= bytes;
  while (bytes > 0) {
    Piece& piece = pieces_[first_];
    const std::size_t rest = piece.view().size() - sent_;
    if (bytes < rest) {
      sent_ += bytes;
      return;
    }
    bytes -= rest;
    piece = {};
    sent_ = 0;
    ++first_;
  }
  if (first_ < pieces_.size()) return;
  first_ = 0;
  pieces_.clear();
  if (pieces_.capacity() > kKeptPieces) std::vector<Piece>().swap(pieces_);
}

}  // namespace holdfast::http
