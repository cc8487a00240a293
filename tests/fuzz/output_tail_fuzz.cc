// Any output, in pieces of any size: what is shown is bounded text, and a secret in it is not.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "work/container/output_tail.h"

#include "base/bytes.h"
#include "base/utf8.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  if (size < 2) return 0;
  constexpr std::string_view kSecret = "hunter2/hunter2";
  const std::size_t step = std::size_t{data[0]} + 1;
  const std::size_t copies = std::size_t{data[1]} * 8;  // so that little input fills it
  std::string_view text = as_text({data + 2, size - 2});
  work::OutputTail tail(work::shown_forms(Secret(kSecret)));
  for (std::size_t i = 0; i <= copies; ++i) {
    for (std::size_t at = 0; at < text.size(); at += step)
      tail.add(text.substr(at, step));
  }
  const std::string shown = tail.text();
  if (shown.size() > work::kOutputTail || !is_utf8(shown)) std::abort();
  if (shown.find(kSecret) != std::string::npos) std::abort();
  if (tail.last_line().find('\n') != std::string::npos) std::abort();
  return 0;
}
