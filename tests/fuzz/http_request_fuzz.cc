// Bytes of a client, in pieces: reading them never crashes, holds bounded memory, gives the same requests whatever the
// pieces are, and what comes out keeps the promises of ServerRequest.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/utf8.h"
#include "http/server/request_reader.h"
#include "http/server/text_rules.h"

namespace {

using holdfast::http::RequestReader;
using holdfast::http::ServerRequest;

constexpr holdfast::http::ReaderLimits kLimits{.target = 512, .header = 4096, .body = 4096};
constexpr std::size_t kMostHeld = 64 * 1024;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(const ServerRequest& request) {
  require(holdfast::http::is_token(request.method));
  require(request.path.starts_with('/') && holdfast::is_utf8(request.path));
  require(std::ranges::none_of(request.path, holdfast::http::is_control));
  require(("/" + request.path + "/").find("/../") == std::string::npos);
  require(request.raw_target.size() <= kLimits.target && request.body.size() <= kLimits.body);
  for (const auto& [name, value] : request.query)
    require(holdfast::is_utf8(name) && holdfast::is_utf8(value));
  for (const auto& header : request.headers)
    require(holdfast::http::is_token(header.name) && holdfast::http::is_field_value(header.value));
}

std::vector<std::string> read(std::string_view bytes, std::size_t piece) {
  RequestReader reader(kLimits);
  std::vector<std::string> requests;
  while (!bytes.empty() && reader.state() != RequestReader::State::refused) {
    reader.feed(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    while (reader.state() == RequestReader::State::complete) {
      const ServerRequest request = reader.take_request();
      check(request);
      requests.push_back(request.method + ' ' + request.path + '\n' + request.body);
      reader.next();
    }
    require(reader.held_bytes() <= kMostHeld + bytes.size());
  }
  return requests;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes = holdfast::as_text({data + 1, size - 1});
  const auto whole = read(bytes, std::max<std::size_t>(bytes.size(), 1));
  const auto pieces = read(bytes, 1U + data[0] % 16U);
  // What is wrong behind a request may be seen sooner in large pieces, but never changes what came before it.
  require(whole == pieces);
  return 0;
}
