// Bytes on their way to one client: pieces of our own and pieces shared with other clients, sent in order. One thread.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::http {

class OutQueue {
 public:
  void add(std::string bytes);
  void add_shared(std::shared_ptr<const std::string> bytes);
  // One chunk of a chunked body (RFC 9112, 7.1). Not for empty ones: that would be the last.
  void add_chunk(std::shared_ptr<const std::string> bytes);
  void add_last_chunk() { add("0\r\n\r\n"); }

  bool empty() const { return bytes_ == 0; }
  std::size_t bytes() const { return bytes_; }
  // Fills `views` with what is next, in order, and returns how many are used. Valid until the queue changes.
  std::size_t next(std::span<std::string_view> views) const;
  void consume(std::size_t bytes);  // that many were sent; at most bytes()

 private:
  struct Piece {
    std::string own;
    std::shared_ptr<const std::string> shared;  // instead of `own`
    std::string_view view() const { return shared ? std::string_view(*shared) : std::string_view(own); }
  };
  void push(Piece piece);

  // A vector and an index: an empty std::deque costs half a kilobyte, and thousands of idle streams have one.
  std::vector<Piece> pieces_;
  std::size_t first_ = 0;  // pieces before it are sent
  std::size_t sent_ = 0;   // bytes of the first piece that are sent
  std::size_t bytes_ = 0;
};

}  // namespace holdfast::http
