// A vector that grows by chunks: never moves what it holds and never takes twice its size while growing. Private to
// snapshot/.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <vector>

namespace holdfast::snapshot {

template <class T, std::size_t kChunk = 16384>
class ChunkedVector {
 public:
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  T& operator[](std::size_t at) { return (*chunks_[at / kChunk])[at % kChunk]; }
  const T& operator[](std::size_t at) const { return (*chunks_[at / kChunk])[at % kChunk]; }

  void push_back(const T& value) {
    if (size_ == chunks_.size() * kChunk) chunks_.push_back(std::make_unique_for_overwrite<std::array<T, kChunk>>());
    (*this)[size_] = value;
    ++size_;
  }

  // Forgets everything from `size` on.
  void truncate(std::size_t size) {
    size_ = size;
    chunks_.resize((size + kChunk - 1) / kChunk);
  }

  void clear() {
    size_ = 0;
    chunks_.clear();
    chunks_.shrink_to_fit();
  }

 private:
  std::vector<std::unique_ptr<std::array<T, kChunk>>> chunks_;
  std::size_t size_ = 0;
};

}  // namespace holdfast::snapshot
