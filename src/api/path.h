// Private to api/: where in an object a walk stands. Costs nothing until somebody asks for the text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace holdfast::api {

// A chain on the stack: a child must not outlive its parent.
class Path {
 public:
  Path() = default;
  Path(const Path& parent, std::string_view name) : parent_(&parent), name_(name) {}
  Path(const Path& parent, std::size_t index) : parent_(&parent), index_(index), is_index_(true) {}

  // "spec.list[2].name"; names longer than 200 bytes are cut, as they may come from a hostile client.
  std::string to_string() const;

 private:
  const Path* parent_ = nullptr;
  std::string_view name_;
  std::size_t index_ = 0;
  bool is_index_ = false;
};

// At most `most` bytes of `text`, with "…" when something was left out, never half a character.
std::string shortened(std::string_view text, std::size_t most);

}  // namespace holdfast::api
