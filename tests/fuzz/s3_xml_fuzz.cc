// Whatever a server answers: bounded work, no crash, and an error that is fit to be shown.
#include <cstdlib>

#include "objectstore/s3/failure.h"
#include "objectstore/s3/http_date.h"
#include "objectstore/s3/object_headers.h"
#include "objectstore/s3/xml.h"

using namespace holdfast::objectstore::s3;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

void explain(std::string_view body, int status) {
  const holdfast::http::ResponseHead head{.status = status,
                                          .headers = {{"Retry-After", std::string(body.substr(0, 40))}}};
  const auto failure = explain_answer(head, body, {.place = "s3://bucket", .endpoint = "https://host", .region = "r"});
  for (const char c : failure.error.message + failure.error.hint) {
    require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
  }
  require(failure.error.message.size() < 4096);
  require(failure.retry_after >= holdfast::Duration(0));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view body(reinterpret_cast<const char*>(data), size);
  static_cast<void>(parse_error(body));
  if (const auto page = parse_list(body)) require(!page->truncated || !page->next_token.empty());
  if (const auto id = parse_upload_id(body)) require(!id->empty());
  static_cast<void>(parse_completed(body));
  static_cast<void>(parse_uploads(body));
  static_cast<void>(parse_http_date(body));
  static_cast<void>(content_range({.status = 206, .headers = {{"Content-Range", std::string(body)}}}));
  for (const int status : {200, 301, 403, 503})
    explain(body, status);
  return 0;
}
