#include "api/patch/unprocessable.h"

#include <utility>

#include <fmt/format.h>

#include "api/path.h"

namespace holdfast::api {

ApiError unprocessable(std::vector<Cause> causes) {
  std::string message;
  for (const Cause& cause : causes) {
    message += fmt::format("{}{}: {}", message.empty() ? "" : ", ", cause.field, cause.message);
  }
  ApiError error{.code = 422, .reason = "Invalid", .message = std::move(message)};
  error.causes = std::move(causes);
  return error;
}

ApiError inapplicable_patch(std::string message) {
  return unprocessable(
      {Cause{.reason = "FieldValueInvalid", .message = "Invalid value: " + std::move(message), .field = "patch"}});
}

ApiError complete(ApiError error, const Kind& kind, std::string_view name) {
  return error.code == 422 ? invalid(kind, name, std::move(error.causes)) : std::move(error);
}

std::string quoted(std::string_view text) {
  return fmt::format("\"{}\"", shortened(text, 100));
}

}  // namespace holdfast::api
