// Any text as the record of a launcher's etcd: it is read or refused, and what was read is written the same again.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "launcher/supervise/child/record.h"

#include "base/bytes.h"
#include "base/sha256.h"
#include "model/json.h"

namespace {

// With its digest made right, so that more than the digest is tried.
std::string with_digest(std::string_view text) {
  using namespace holdfast;
  const auto value = json::parse(text, launcher::kMostOfRecord);
  if (!value || !value->is_object()) return std::string(text);
  json::Object object = value->get_object();
  const auto record = json::get_object(object, "record");
  if (!record) return std::string(text);
  object["sha256"] = to_hex(Sha256::of(as_bytes(json::to_string(*record))));
  return json::to_string(object);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const std::string_view text = as_text({data, size});
  for (const std::string& each : {std::string(text), with_digest(text)}) {
    const auto record = launcher::parse_record(each);
    if (!record) {
      if (record.error().code != Code::corrupt && record.error().code != Code::unsupported) std::abort();
      continue;
    }
    if (record->process && record->process->identity.pid <= 0) std::abort();
    const std::string written = launcher::format_record(*record);
    const auto again = launcher::parse_record(written);
    if (!again || launcher::format_record(*again) != written) std::abort();
  }
  return 0;
}
