// What every object store must do, whoever implements it: one suite, run against each of them. A new store adds a
// StoreHarness of about 25 lines and an INSTANTIATE_TEST_SUITE_P.
#pragma once

#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "objectstore/object_store.h"

namespace holdfast::test {

// A store that is empty at first, and what the suite must know about it.
class StoreHarness {
 public:
  virtual ~StoreHarness() = default;
  virtual objectstore::ObjectStore& store() = 0;
  // Sizes at which the store changes its way of storing (part sizes); tried with one byte less and more.
  virtual std::vector<std::uint64_t> boundaries() const { return {}; }
  // May "a" and "a/b" both be objects?
  virtual bool flat() const { return true; }
  // Lets time pass until then, as the store sees it.
  virtual void wait_until(WallTime time);
  // How many objects the test of long lists makes.
  virtual std::size_t many() const { return 1100; }
};

struct StoreKind {
  std::string name;
  std::function<std::unique_ptr<StoreHarness>()> make;
};

inline void PrintTo(const StoreKind& kind, std::ostream* out) {
  *out << kind.name;
}

class ObjectStoreContract : public ::testing::TestWithParam<StoreKind> {
 protected:
  ObjectStoreContract() : harness_(GetParam().make()), store_(harness_->store()) {}

  // Shorthands that fail the test when the call fails.
  objectstore::ObjectInfo put(const std::string& key, ByteView bytes, const objectstore::PutOptions& options = {});
  Bytes get(const std::string& key, const objectstore::ByteRange& range = {});
  std::vector<std::string> list(const std::string& prefix = "");
  bool exists(const std::string& key);

  const std::unique_ptr<StoreHarness> harness_;
  objectstore::ObjectStore& store_;
  const std::stop_token no_stop_;
};

std::string store_name(const ::testing::TestParamInfo<StoreKind>& info);

// Bytes that look random and are the same for the same seed.
Bytes pattern(std::size_t size, unsigned seed = 1);

// Gives `good` bytes of a pattern, then fails as a broken connection would.
class BreakingSource final : public ByteSource {
 public:
  explicit BreakingSource(std::size_t good) : rest_(good) {}
  Result<std::size_t> read(ByteSpan into) override;

 private:
  std::size_t rest_;
};

// Gives `size` bytes in small, uneven pieces, calling `at` with the count before each of them.
class PatternSource final : public ByteSource {
 public:
  explicit PatternSource(std::uint64_t size, std::function<void(std::uint64_t)> at = {})
      : size_(size), at_(std::move(at)) {}
  Result<std::size_t> read(ByteSpan into) override;

 private:
  const std::uint64_t size_;
  const std::function<void(std::uint64_t)> at_;
  std::uint64_t given_ = 0;
};

}  // namespace holdfast::test
