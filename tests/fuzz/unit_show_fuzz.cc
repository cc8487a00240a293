// Any text as what systemctl says of a unit: it is read or refused, and what was read can be told.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "launcher/supervise/systemd/unit_show.h"

#include "base/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const auto unit = launcher::parse_unit_show(as_text({data, size}));
  if (!unit) {
    if (unit.error().code != Code::corrupt) std::abort();
    return 0;
  }
  if (unit->main_pid < 0 || (unit->process_runs() && unit->at_rest())) std::abort();
  const auto reason = launcher::exit_reason(*unit);
  if (reason && reason->text.empty()) std::abort();
  return 0;
}
