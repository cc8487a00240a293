#include "launcher/supervise/log_tail.h"

#include <algorithm>

#include "base/bytes.h"

namespace holdfast::launcher {

std::string last_lines(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return std::string(text);
  if (limit == 0) return "";
  // One byte more: when that one ends a line, the rest begins with a whole one.
  const std::string_view end = text.substr(text.size() - limit - 1);
  const std::size_t cut = end.find('\n');
  const bool whole_line_left = cut != std::string_view::npos && cut + 1 < end.size();
  return std::string(end.substr(whole_line_left ? cut + 1 : 1));
}

Result<std::string> log_tail(os::FileSystem& files, const std::string& path, std::size_t limit) {
  HF_ASSIGN(const auto info, files.stat(path));
  if (!info) return std::string();
  HF_ASSIGN(const auto file, files.open(path, os::OpenMode::read));
  HF_ASSIGN(const std::uint64_t size, file->size());
  Bytes bytes(static_cast<std::size_t>(std::min<std::uint64_t>(size, std::uint64_t{limit} + 1)));
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const std::uint64_t from = size - bytes.size() + filled;
    HF_ASSIGN(const std::size_t count, file->read_at(from, ByteSpan(bytes).subspan(filled)));
    if (count == 0) break;  // it was cut off meanwhile
    filled += count;
  }
  return last_lines(as_text(ByteView(bytes).first(filled)), limit);
}

}  // namespace holdfast::launcher
