#include "objectstore/s3/http_date.h"

#include <array>
#include <string>

namespace holdfast::objectstore::s3 {
namespace {

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::size_t kLength = std::string_view("Sun, 06 Nov 1994 08:49:37 GMT").size();

}  // namespace

std::optional<WallTime> parse_http_date(std::string_view text) {
  if (text.size() != kLength || !text.ends_with(" GMT") || text[3] != ',') return std::nullopt;
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (text.substr(8, 3) != kMonths[i]) continue;
    // As RFC 3339, which base/ reads and checks.
    const auto time =
        parse_time(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4), i + 1, text.substr(5, 2), text.substr(17, 8)));
    if (time) return *time;
  }
  return std::nullopt;
}

}  // namespace holdfast::objectstore::s3
