#include "http/server/server.h"
#include "http/server/text_rules.h"

namespace holdfast::http {

std::string ServerRequest::header(std::string_view name) const {
  for (const Header& each : headers) {
    if (equal_without_case(each.name, name)) return each.value;
  }
  return {};
}

std::optional<std::string> ServerRequest::parameter(std::string_view name) const {
  for (const auto& [each, value] : query) {
    if (each == name) return value;
  }
  return std::nullopt;
}

}  // namespace holdfast::http
