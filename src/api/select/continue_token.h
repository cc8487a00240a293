// Where a list that was given in pieces goes on. The form is that of Kubernetes: JSON {"v","rv","start"} in base64url
// without padding; clients take it as it is.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "api/status.h"

namespace holdfast::api {

struct ContinueToken {
  std::uint64_t revision = 0;  // of the first piece; greater than 0
  std::string start;           // the first key that may follow: the last one given and a zero byte. UTF-8, not empty

  std::string to_string() const;
  // 400, "continue key is not valid: …".
  static ApiResult<ContinueToken> parse(std::string_view text);
  friend bool operator==(const ContinueToken&, const ContinueToken&) = default;
};

}  // namespace holdfast::api
