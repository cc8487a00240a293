#include "http/server/response_head.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "http/server/text_rules.h"

namespace holdfast::http {
namespace {

struct Reason {
  int status;
  std::string_view text;
};

// RFC 9110, 15, RFC 6585 and RFC 4918: those that an API server gives.
constexpr std::array<Reason, 36> kReasons{{{200, "OK"},
                                           {201, "Created"},
                                           {202, "Accepted"},
                                           {204, "No Content"},
                                           {206, "Partial Content"},
                                           {301, "Moved Permanently"},
                                           {302, "Found"},
                                           {303, "See Other"},
                                           {304, "Not Modified"},
                                           {307, "Temporary Redirect"},
                                           {308, "Permanent Redirect"},
                                           {400, "Bad Request"},
                                           {401, "Unauthorized"},
                                           {403, "Forbidden"},
                                           {404, "Not Found"},
                                           {405, "Method Not Allowed"},
                                           {406, "Not Acceptable"},
                                           {408, "Request Timeout"},
                                           {409, "Conflict"},
                                           {410, "Gone"},
                                           {411, "Length Required"},
                                           {412, "Precondition Failed"},
                                           {413, "Content Too Large"},
                                           {414, "URI Too Long"},
                                           {415, "Unsupported Media Type"},
                                           {416, "Range Not Satisfiable"},
                                           {417, "Expectation Failed"},
                                           {422, "Unprocessable Content"},
                                           {429, "Too Many Requests"},
                                           {431, "Request Header Fields Too Large"},
                                           {500, "Internal Server Error"},
                                           {501, "Not Implemented"},
                                           {502, "Bad Gateway"},
                                           {503, "Service Unavailable"},
                                           {504, "Gateway Timeout"},
                                           {505, "HTTP Version Not Supported"}}};

std::string_view reason_of(int status) {
  const auto found = std::ranges::find(kReasons, status, &Reason::status);
  return found == kReasons.end() ? std::string_view() : found->text;
}

bool is_ours(std::string_view name) {
  constexpr std::array<std::string_view, 6> kOurs{
      "Content-Length", "Transfer-Encoding", "Connection", "Keep-Alive", "Date", "Trailer"};
  return std::ranges::any_of(kOurs, [&](std::string_view each) { return equal_without_case(each, name); });
}

}  // namespace

Status check_response(const ServerResponse& response) {
  if (response.status < 200 || response.status > 599) {
    return fail(Code::internal, "{} is not the status of an answer", response.status);
  }
  for (const Header& header : response.headers) {
    if (!is_token(header.name)) return fail(Code::internal, "an answer has a header field whose name is no token");
    if (!is_field_value(header.value)) {
      return fail(Code::internal, "the header field {} of an answer holds a control character", header.name);
    }
  }
  return {};
}

std::string response_head(const ServerResponse& response, const HeadFraming& framing, std::string_view date) {
  fmt::memory_buffer head;
  const auto out = std::back_inserter(head);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {}\r\n", response.status, reason_of(response.status), date);
  for (const Header& header : response.headers) {
    if (!is_ours(header.name)) fmt::format_to(out, "{}: {}\r\n", header.name, header.value);
  }
  if (framing.length) fmt::format_to(out, "Content-Length: {}\r\n", *framing.length);
  if (framing.chunked) fmt::format_to(out, "Transfer-Encoding: chunked\r\n");
  if (framing.close) fmt::format_to(out, "Connection: close\r\n");
  fmt::format_to(out, "\r\n");
  return fmt::to_string(head);
}

bool has_body(int status) {
  return status != 204 && status != 304;
}

std::string http_date(WallTime at) {
  constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[std::chrono::weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
                     time.seconds().count());
}

}  // namespace holdfast::http
