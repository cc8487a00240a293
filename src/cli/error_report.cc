#include "cli/error_report.h"

#include "cli/text.h"
#include "model/json.h"

namespace holdfast::cli {

void report_error(std::ostream& err, const Error& error) {
  if (error.context.empty()) {
    err << "holdfast: " << printable(error.message) << '\n';
  } else {
    Error why = error;
    why.context.pop_back();
    err << "holdfast: cannot " << printable(error.context.back()) << '\n';
    err << "  because: " << printable(why.to_string()) << '\n';
  }
  if (!error.hint.empty()) err << "  try: " << printable(error.hint) << '\n';
  err.flush();
}

void report_error_json(std::ostream& err, const Error& error) {
  const json::Value document{{"error",
                              {{"code", code_name(error.code)},
                               {"message", printable(error.to_string())},
                               {"hint", printable(error.hint)},
                               {"retryable", error.retryable}}}};
  err << json::to_string(document) << '\n';
  err.flush();
}

}  // namespace holdfast::cli
