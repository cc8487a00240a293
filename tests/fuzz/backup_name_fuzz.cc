// Any text as a backup's name and as an object's key: parsing never crashes, and nothing of a name is lost.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/bytes.h"
#include "control/schedule/backup_name.h"

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast::control;
  const std::string_view text = holdfast::as_text({data, size});
  const auto name = backup_name_of_key("zvc78xnnz7", text);
  require(!name || backup_key("zvc78xnnz7", *name) == text);
  const auto as_key = parse_backup_name(backup_key("a", text));
  require(check_config_name("a", text).has_value() || text.size() > 100 || as_key->slot.has_value());
  const auto parsed = parse_backup_name(text);
  if (!parsed) return 0;
  require(!parsed->config.empty());
  if (!parsed->slot) {
    require(parsed->config + parsed->suffix == text);
    return 0;
  }
  // Written anew it may look different, but it is the same backup.
  require(parse_backup_name(backup_base_name(parsed->config, parsed->slot) + parsed->suffix) == parsed);
  return 0;
}
