// Private to s3/: requests to the small services that hand out credentials.
#pragma once

#include <stop_token>
#include <string>
#include <string_view>

#include "http/transport.h"
#include "os/clock.h"

namespace holdfast::objectstore::s3 {

inline constexpr std::size_t kLargestAnswer = 64 * kKiB;  // of any of these services

// Sends the request, and again after a short pause when the connection failed or the service says that it is busy (429,
// 5xx); three times at most. The last answer or error is the result.
Result<http::Response> send_patiently(http::Transport& transport, os::Clock& clock, const http::Request& request,
                                      const std::stop_token& stop);

// Printable ASCII of an untrusted text, at most 200 characters: fit for a message.
std::string printable(std::string_view text);

}  // namespace holdfast::objectstore::s3
