// The head of a write-ahead log: no crash, and an identity only when both ids are there.
#include <cstdlib>

#include "snapshot/wal_identity.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto identity = holdfast::snapshot::read_wal_identity({data, size});
  if (identity && (identity->member_id == 0 || identity->cluster_id == 0)) std::abort();
  return 0;
}
