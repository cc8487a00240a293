// Any bytes as the answer of a service that hands out credentials (STS in XML, metadata in JSON): never a crash, and
// never half a key pair.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/bytes.h"
#include "objectstore/s3/credential_document.h"
#include "objectstore/s3/sts_reply.h"

namespace {

namespace s3 = holdfast::objectstore::s3;

void require_complete(const holdfast::Result<s3::Credentials>& credentials) {
  if (credentials && (credentials->access_key_id.empty() || credentials->secret_access_key.empty())) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = holdfast::as_text({data, size});
  require_complete(s3::parse_assumed_role(text));
  require_complete(s3::parse_credential_document(text));
  const s3::StsFailure failure = s3::parse_sts_failure(text);
  if (failure.code.size() > size || failure.message.size() > size) std::abort();
  return 0;
}
