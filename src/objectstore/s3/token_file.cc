#include "objectstore/s3/token_file.h"

#include <algorithm>

namespace holdfast::objectstore::s3 {
namespace {

constexpr std::size_t kLargestToken = 64 * kKiB;  // STS takes 20,000 characters

bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

}  // namespace

Result<Secret> read_token(os::FileSystem& files, const std::string& path) {
  HF_ASSIGN(const Bytes bytes, os::read_file(files, path, kLargestToken));
  std::string_view token = as_text(bytes);
  while (!token.empty() && is_blank(token.front()))
    token.remove_prefix(1);
  while (!token.empty() && is_blank(token.back()))
    token.remove_suffix(1);
  if (token.empty()) return fail(Code::usage, "the token file {} is empty", path);
  const auto is_visible = [](char c) { return c > 0x20 && c < 0x7f; };
  if (!std::ranges::all_of(token, is_visible)) return fail(Code::usage, "the file {} does not hold a token", path);
  return Secret(token);
}

}  // namespace holdfast::objectstore::s3
