// Any text as continue token: reading never crashes, and what it accepts can be written and read again.
#include "fuzz/patch_input.h"

#include "api/select/continue_token.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace holdfast;
  const auto token = api::ContinueToken::parse(as_text({data, size}));
  if (!token) {
    fuzz::require(token.error().code == 400);
    return 0;
  }
  const auto again = api::ContinueToken::parse(token->to_string());
  fuzz::require(again && *again == *token);
  return 0;
}
