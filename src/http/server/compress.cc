#include "http/server/compress.h"

#include <algorithm>
#include <limits>

#include <zlib.h>

#include "http/server/text_rules.h"

namespace holdfast::http {
namespace {

constexpr int kLevel = 1;       // LIST answers shrink to a tenth with it already
constexpr int kGzip = 15 + 16;  // largest window, gzip's frame
constexpr int kMemory = 8;

// Empty when zlib has no memory or the text is larger than it takes in one go.
std::string gzipped(std::string_view text) {
  if (text.size() > std::numeric_limits<uInt>::max() / 2) return {};
  z_stream stream{};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kGzip, kMemory, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  const bool done = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  out.resize(done ? stream.total_out : 0);
  deflateEnd(&stream);
  return out;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(" \t"), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

// "q=0", "q=0.00": not acceptable. Anything else, also what is malformed, is a wish for it.
bool is_refused(std::string_view parameters) {
  const std::size_t equals = parameters.find('=');
  if (equals == std::string_view::npos || !equal_without_case(trimmed(parameters.substr(0, equals)), "q")) return false;
  const std::string_view value = trimmed(parameters.substr(equals + 1));
  return !value.empty() && value.find_first_not_of("0.") == std::string_view::npos;
}

bool has(const ServerResponse& response, std::string_view name) {
  return std::ranges::any_of(response.headers, [&](const Header& each) { return equal_without_case(each.name, name); });
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  bool any = false;
  while (!accept_encoding.empty()) {
    const std::size_t end = std::min(accept_encoding.find(','), accept_encoding.size());
    const std::string_view part = accept_encoding.substr(0, end);
    accept_encoding.remove_prefix(std::min(end + 1, accept_encoding.size()));
    const std::size_t semicolon = std::min(part.find(';'), part.size());
    const std::string_view coding = trimmed(part.substr(0, semicolon));
    const bool refused = is_refused(part.substr(std::min(semicolon + 1, part.size())));
    if (equal_without_case(coding, "gzip")) return !refused;
    if (coding == "*") any = !refused;
  }
  return any;
}

void compress(const ServerRequest& request, ServerResponse& response) {
  if (response.body.size() <= kCompressAbove || has(response, "Content-Encoding")) return;
  response.headers.push_back({.name = "Vary", .value = "Accept-Encoding"});
  if (!accepts_gzip(request.header("Accept-Encoding"))) return;
  std::string smaller = gzipped(response.body);
  if (smaller.empty() || smaller.size() >= response.body.size()) return;
  response.body = std::move(smaller);
  response.headers.push_back({.name = "Content-Encoding", .value = "gzip"});
}

}  // namespace holdfast::http
