#include "objectstore/s3/service_request.h"

#include <array>

namespace holdfast::objectstore::s3 {
namespace {

using std::chrono::milliseconds;

constexpr std::array<milliseconds, 2> kPauses{milliseconds(200), milliseconds(800)};
constexpr std::size_t kLongestText = 200;

bool is_worth_another_try(const Result<http::Response>& answer) {
  if (!answer) return answer.error().retryable;
  return answer->head.status == 429 || answer->head.status >= 500;
}

}  // namespace

Result<http::Response> send_patiently(http::Transport& transport, os::Clock& clock, const http::Request& request,
                                      const std::stop_token& stop) {
  auto answer = transport.send(request, kLargestAnswer, stop);
  for (const milliseconds pause : kPauses) {
    if (!is_worth_another_try(answer)) break;
    if (!clock.sleep_for(pause, stop)) return fail(Code::cancelled, "stopped while waiting for credentials");
    answer = transport.send(request, kLargestAnswer, stop);
  }
  return answer;
}

std::string printable(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, kLongestText))
    out += c >= 0x20 && c < 0x7f ? c : ' ';
  return out;
}

}  // namespace holdfast::objectstore::s3
