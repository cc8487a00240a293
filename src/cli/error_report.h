// Errors on standard error: one line of what, one of why, one of what to do; or one JSON object.
#pragma once

#include <ostream>
#include <string>

#include "base/result.h"

namespace holdfast::cli {

//   holdfast: cannot save snapshot to s3://b/x
//     because: upload part 7: connection reset by peer
//     try: run it again; nothing was stored
//
// The outermost context of the error is what, the rest why. An error without context is one line and its hint. What a
// server says in several lines (up to eight) stays so, indented by six blanks.
void report_error(std::ostream& err, const Error& error);

// {"error":{"code":"UNAVAILABLE","message":"…","hint":"…","retryable":true}} and a newline.
void report_error_json(std::ostream& err, const Error& error);

}  // namespace holdfast::cli
