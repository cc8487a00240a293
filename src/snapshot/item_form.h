// What etcd's small buckets hold, item by item: can etcd read it back when it starts? Private to snapshot/.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "snapshot/bucket_name.h"

namespace holdfast::snapshot {

// Member ids are keys in hexadecimal.
std::optional<std::uint64_t> member_id(ByteView key);

// The numbers of a protobuf message's first two fields; 0 when it has none. Empty when it does not decode.
struct FirstNumbers {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};
std::optional<FirstNumbers> first_numbers(ByteView message);

// Why an item of `bucket` does not have the form that etcd gives it; empty when it has. Of bucket "key" (see mvcc.h)
// and of buckets that etcd does not have nothing is known: always empty.
std::string_view wrong_form(BucketName bucket, ByteView key, ByteView value);

// For an item of which it is not known whose it is: a bit (1 << BucketName) for each bucket that cannot have it.
// `known` are bits that need not be looked at again.
std::uint16_t unfit_buckets(ByteView key, ByteView value, std::uint16_t known);

constexpr std::uint16_t bucket_bit(BucketName bucket) {
  return static_cast<std::uint16_t>(1U << static_cast<unsigned>(bucket));
}

}  // namespace holdfast::snapshot
