// Any text as a duration: parsing never crashes, and whole seconds survive being written.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/bytes.h"
#include "control/duration.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::control;
  const std::string_view text = holdfast::as_text({data, size});
  const auto own = parse_go_duration(text, DurationUnits::with_days_and_weeks);
  const auto go = parse_go_duration(text);
  if (go && (!own || *own != *go)) std::abort();
  if (!own || own->count() < 0) return 0;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(*own);
  const auto again = parse_go_duration(format_span(seconds), DurationUnits::with_days_and_weeks);
  if (!again || *again != seconds) std::abort();
  return 0;
}
