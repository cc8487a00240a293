#include "cli/error_report.h"

#include "cli/text.h"
#include "model/json.h"

namespace holdfast::cli {
namespace {

// Servers may have several lines to say, with a place marked by carets below another line: a line stays a line, behind
// an indentation that none of ours has. More than that is no explanation any more.
std::string printable_lines(std::string_view text) {
  constexpr int kMostLines = 8;
  std::string out;
  int lines = 1;
  while (lines < kMostLines) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;
    out += printable(text.substr(0, end)) + "\n      ";
    text.remove_prefix(end + 1);
    ++lines;
  }
  return out + printable(text);
}

}  // namespace

void report_error(std::ostream& err, const Error& error) {
  if (error.context.empty()) {
    err << "holdfast: " << printable_lines(error.message) << '\n';
  } else {
    Error why = error;
    why.context.pop_back();
    err << "holdfast: cannot " << printable(error.context.back()) << '\n';
    err << "  because: " << printable_lines(why.to_string()) << '\n';
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
