#include "api/path.h"

#include <fmt/format.h>

namespace holdfast::api {
namespace {

constexpr std::size_t kMostNameBytes = 200;

}  // namespace

std::string Path::to_string() const {
  if (parent_ == nullptr) return "";
  std::string text = parent_->to_string();
  if (is_index_) return text + fmt::format("[{}]", index_);
  if (!text.empty()) text += '.';
  return text + shortened(name_, kMostNameBytes);
}

std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
    --end;
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace holdfast::api
