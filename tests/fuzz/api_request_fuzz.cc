// Any text as the target of a request and as its token: path, verb, parameters.
#include <cstddef>
#include <cstdint>

#include "server/action.h"
#include "server/bearer_token.h"
#include "server/parameters.h"
#include "server/path.h"
#include "server/question.h"

#include "base/bytes.h"
#include "http/server/target.h"

namespace {

void read_all(const holdfast::http::ServerRequest& request, const holdfast::server::Place& place) {
  using namespace holdfast::server;
  for (const std::string_view method : {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}) {
    const auto action = read_action(place, method, is_set(request, "watch"));
    if (!action) continue;
    if (const auto question = question_of(request, *action)) (void)decide({}, *question);
    (void)read_write_parameters(request);
    (void)read_list_parameters(request, *action->kind);
    (void)read_watch_parameters(request, *action->kind);
    (void)read_include_object(request);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const holdfast::api::Kinds kinds = holdfast::api::Kinds::load().value();
  const std::string_view text = holdfast::as_text({data, size});
  (void)holdfast::server::token_name(text);
  const auto target = holdfast::http::parse_target(text);
  if (!target) return 0;
  holdfast::http::ServerRequest request;
  request.path = target->path;
  request.query = target->query;
  const holdfast::server::Place place = holdfast::server::read_path(kinds, request.path);
  if (place.endpoint == holdfast::server::Endpoint::resource) read_all(request, place);
  return 0;
}
