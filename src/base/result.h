// Errors are values. Every call that can fail returns Result<T>; exceptions of libraries stop at the file that includes
// them.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <tl/expected.hpp>

namespace holdfast {

// What kind of failure it is. The process exit code follows from it (exit_code() below, documented in
// docs/scripting.md).
enum class Code {
  internal,     // our bug: an invariant does not hold
  usage,        // the caller's flags, configuration or input cannot be understood
  not_found,    // the named file, object, bucket or member does not exist
  exists,       // the target is already there and would be overwritten
  refused,      // permission denied, locked, or refused to protect data
  no_space,     // disk, quota or size limit
  corrupt,      // bytes are not what they must be: digest, length, structure, decryption
  unsupported,  // understood, but this version or that server cannot do it
  unavailable,  // the service did not answer, broke off or throttled; trying again may help
  timeout,      // a deadline or a stall limit passed; trying again may help
  cancelled,    // somebody asked us to stop
};

// Stable upper-case name of a code ("NOT_FOUND"), used in JSON output.
std::string_view code_name(Code code);

// Exit code of the process for an error: 1 internal or unsupported, 2 usage, 3 not found, 4 refused (exists, refused,
// no space), 5 verification failed (corrupt), 6 transient (unavailable, timeout), 130 cancelled.
int exit_code(Code code);

// One failure. `message` is the root cause; each layer adds what it was doing with add_context(). Lower case, no full
// stop. Never holds a secret: whoever builds a message from a URL or a header redacts first.
struct Error {
  Code code = Code::internal;
  std::string message;               // why it failed
  std::string hint;                  // what to do about it; may be empty
  bool retryable = false;            // the layer that knows the service says whether trying again can help
  std::vector<std::string> context;  // what was being done, innermost first

  // "save snapshot: upload part 7: connection reset by peer"
  std::string to_string() const;
};

// tl::expected with one difference: the compiler complains when it is ignored.
template <class T>
class [[nodiscard]] Result : public tl::expected<T, Error> {
 public:
  using tl::expected<T, Error>::expected;
};
using Status = Result<void>;

// Builds the error side of a Result: `return fail(Code::corrupt, "page {} has id {}", pos, id);`
template <class... Args>
tl::unexpected<Error> fail(Code code, fmt::format_string<Args...> format, Args&&... args) {
  const bool retryable = code == Code::unavailable || code == Code::timeout;
  return tl::unexpected<Error>(Error{.code = code,
                                     .message = fmt::format(format, std::forward<Args>(args)...),
                                     .hint = {},
                                     .retryable = retryable,
                                     .context = {}});
}

// Same, with advice for the person who reads it.
tl::unexpected<Error> with_hint(tl::unexpected<Error> error, std::string hint);

// Adds what the caller was doing: `return in_context(std::move(result).error(), "read manifest {}", key);`
template <class... Args>
tl::unexpected<Error> in_context(Error error, fmt::format_string<Args...> format, Args&&... args) {
  error.context.push_back(fmt::format(format, std::forward<Args>(args)...));
  return tl::unexpected<Error>(std::move(error));
}

}  // namespace holdfast

#define HF_CONCAT_INNER(a, b) a##b
#define HF_CONCAT(a, b) HF_CONCAT_INNER(a, b)

// Returns the error of `expression` (a Result or Status) to the caller, if it has one.
#define HF_TRY(expression)                                                    \
  do {                                                                        \
    if (auto hf_status = (expression); !hf_status) {                          \
      return tl::unexpected<::holdfast::Error>(std::move(hf_status).error()); \
    }                                                                         \
  } while (false)

// Declares `declaration` with the value of `expression`, or returns its error: `HF_ASSIGN(auto file, fs.open(path));`
#define HF_ASSIGN(declaration, expression) HF_ASSIGN_INNER(HF_CONCAT(hf_result_, __LINE__), declaration, expression)
#define HF_ASSIGN_INNER(result, declaration, expression)                 \
  auto result = (expression);                                            \
  if (!result) {                                                         \
    return tl::unexpected<::holdfast::Error>(std::move(result).error()); \
  }                                                                      \
  declaration = std::move(*result)
