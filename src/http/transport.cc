#include "http/transport.h"

#include <strings.h>

namespace holdfast::http {

std::string ResponseHead::header(std::string_view name) const {
  for (const Header& header : headers) {
    if (header.name.size() == name.size() && ::strncasecmp(header.name.data(), name.data(), name.size()) == 0) {
      return header.value;
    }
  }
  return {};
}

Result<Response> Transport::send(const Request& request, std::size_t limit, const std::stop_token& stop) {
  Response response;
  const auto keep_head = [&](const ResponseHead& head) -> Status {
    response.head = head;
    return {};
  };
  const auto collect = [&](ByteView piece) -> Status {
    if (piece.size() > limit - response.body.size()) {
      return fail(Code::no_space, "the answer is larger than the {} bytes allowed", limit);
    }
    response.body.insert(response.body.end(), piece.begin(), piece.end());
    return {};
  };
  HF_TRY(stream(request, keep_head, collect, stop));
  return response;
}

}  // namespace holdfast::http
