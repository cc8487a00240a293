// Any text, as the journal of a member and as a staged.json: decoding never crashes, what it accepts names a restore
// that is fit for a file name, and is encoded as a text that decodes to the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "launcher/member/journal.h"
#include "launcher/member/place.h"
#include "launcher/member/staged_facts.h"

#include "base/bytes.h"

namespace {

using namespace holdfast::launcher;

void require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = holdfast::as_text({data, size});
  if (const auto journal = decode_journal(text)) {
    require(is_restore_id(journal->id));
    const auto again = decode_journal(encode_journal(*journal));
    require(again.has_value() && *again == *journal);
  }
  if (const auto facts = decode_staged_facts(text)) {
    require(is_restore_id(facts->id));
    const std::string encoded = encode_staged_facts(*facts);
    if (encoded.size() > kMaxStagedFactsSize) return 0;  // control characters grow when they are escaped
    const auto again = decode_staged_facts(encoded);
    require(again.has_value() && *again == *facts);
  }
  return 0;
}
