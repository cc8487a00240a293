#include "objectstore_contract.h"

#include <algorithm>
#include <thread>

namespace holdfast::test {

using objectstore::ByteRange;
using objectstore::ObjectInfo;
using objectstore::PutOptions;

void StoreHarness::wait_until(WallTime time) {
  std::this_thread::sleep_until(time);
}

ObjectInfo ObjectStoreContract::put(const std::string& key, ByteView bytes, const PutOptions& options) {
  auto stored = objectstore::put_bytes(store_, key, bytes, options, no_stop_);
  if (!stored) ADD_FAILURE() << "put " << key << ": " << stored.error().to_string();
  return stored.value_or(ObjectInfo{});
}

Bytes ObjectStoreContract::get(const std::string& key, const ByteRange& range) {
  auto opened = store_.get(key, range, no_stop_);
  if (!opened) {
    ADD_FAILURE() << "get " << key << ": " << opened.error().to_string();
    return {};
  }
  auto bytes = read_all(*opened->source, 1 * kGiB);
  if (!bytes) ADD_FAILURE() << "read " << key << ": " << bytes.error().to_string();
  return bytes.value_or(Bytes{});
}

std::vector<std::string> ObjectStoreContract::list(const std::string& prefix) {
  std::vector<std::string> keys;
  const auto collect = [&](const ObjectInfo& info) -> Status {
    keys.push_back(info.key);
    return {};
  };
  const auto done = store_.list(prefix, collect, no_stop_);
  if (!done) ADD_FAILURE() << "list " << prefix << ": " << done.error().to_string();
  return keys;
}

bool ObjectStoreContract::exists(const std::string& key) {
  const auto info = store_.head(key, no_stop_);
  if (!info && info.error().code != Code::not_found)
    ADD_FAILURE() << "head " << key << ": " << info.error().to_string();
  return info.has_value();
}

std::string store_name(const ::testing::TestParamInfo<StoreKind>& info) {
  return info.param.name;
}

Bytes pattern(std::size_t size, unsigned seed) {
  Bytes bytes(size);
  std::uint32_t state = seed * 2654435761U + 1;
  for (auto& byte : bytes) {
    state = state * 1664525U + 1013904223U;
    byte = static_cast<std::uint8_t>(state >> 24U);
  }
  return bytes;
}

Result<std::size_t> BreakingSource::read(ByteSpan into) {
  if (rest_ == 0) return fail(Code::unavailable, "planned break of the source");
  const std::size_t count = std::min(into.size(), rest_);
  std::fill_n(into.begin(), count, std::uint8_t{7});
  rest_ -= count;
  return count;
}

Result<std::size_t> PatternSource::read(ByteSpan into) {
  if (at_) at_(given_);
  const std::uint64_t piece = 1 + given_ % 65521;
  const auto count = static_cast<std::size_t>(std::min({piece, size_ - given_, std::uint64_t{into.size()}}));
  for (std::size_t i = 0; i < count; ++i)
    into[i] = static_cast<std::uint8_t>((given_ + i) % 251);
  given_ += count;
  return count;
}

}  // namespace holdfast::test
