#include "objectstore/object_store.h"

#include "base/utf8.h"

namespace holdfast::objectstore {
namespace {

constexpr std::size_t kLongestKey = 1024;  // bytes; what S3 allows

bool has_control_character(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  }
  return false;
}

// What is wrong with the segments; empty when nothing is.
std::string_view wrong_segment(std::string_view key) {
  while (true) {
    const auto slash = key.find('/');
    const std::string_view segment = key.substr(0, slash);
    if (segment.empty()) return "it has an empty segment";
    if (segment == "." || segment == "..") return "it has a segment \".\" or \"..\"";
    if (slash == std::string_view::npos) return {};
    key.remove_prefix(slash + 1);
  }
}

std::string_view wrong_key(std::string_view key) {
  if (key.empty()) return "it is empty";
  if (key.size() > kLongestKey) return "it is longer than 1024 bytes";
  if (!is_utf8(key)) return "it is not UTF-8";
  if (has_control_character(key)) return "it has a control character";
  return wrong_segment(key);
}

// For messages: a hostile key must not reach a terminal as it is.
std::string printable(std::string_view key) {
  std::string text;
  for (const char c : key.substr(0, 100)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte >= 0x7f) {
      text += fmt::format("\\x{:02x}", byte);
    } else {
      text += c;
    }
  }
  return key.size() > 100 ? text + "…" : text;
}

}  // namespace

Status check_key(std::string_view key) {
  const std::string_view wrong = wrong_key(key);
  if (!wrong.empty()) return fail(Code::usage, "\"{}\" cannot name an object: {}", printable(key), wrong);
  return {};
}

Result<ObjectInfo> put_bytes(ObjectStore& store, const std::string& key, ByteView bytes, const PutOptions& options,
                             const std::stop_token& stop) {
  MemorySource source(bytes);
  PutOptions sized = options;
  if (!sized.size_limit) sized.size_limit = bytes.size();
  return store.put(key, source, sized, stop);
}

Result<Bytes> get_bytes(ObjectStore& store, const std::string& key, std::size_t limit, const std::stop_token& stop) {
  HF_ASSIGN(const auto opened, store.get(key, {}, stop));
  if (opened.info.size > limit) {
    return fail(Code::no_space, "{} has {} bytes, more than the {} allowed here", key, opened.info.size, limit);
  }
  auto bytes = read_all(*opened.source, limit);
  if (!bytes) return in_context(std::move(bytes).error(), "read {}", key);
  return bytes;
}

}  // namespace holdfast::objectstore
