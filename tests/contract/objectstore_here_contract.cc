// The suite against the stores that need nothing but this machine.
#include "objectstore_contract.h"

#include "objectstore/local/local_store.h"
#include "objectstore/memory/memory_store.h"
#include "objectstore/prefix_store.h"
#include "support/fake_clock.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

class MemoryHarness final : public StoreHarness {
 public:
  objectstore::ObjectStore& store() override { return store_; }
  void wait_until(WallTime time) override { clock_.set_wall_time(time); }

 private:
  FakeClock clock_{FakeClock::Sleep::advances, os::real_clock().now()};
  objectstore::MemoryStore store_{clock_};
};

class LocalHarness final : public StoreHarness {
 public:
  LocalHarness() {
    // list() of a root that was never made is not_found; the suite begins with an empty store.
    EXPECT_TRUE(os::real_file_system().make_directories(dir_.file("root")));
  }
  objectstore::ObjectStore& store() override { return store_; }
  std::vector<std::uint64_t> boundaries() const override { return {kMiB}; }
  bool flat() const override { return false; }

 private:
  TempDir dir_;
  objectstore::LocalStore store_{
      {.root = dir_.file("root")}, os::real_file_system(), os::real_clock(), os::real_random()};
};

// Everything must hold behind a prefix too, with strangers on both sides of it.
class PrefixHarness final : public StoreHarness {
 public:
  PrefixHarness() {
    auto memory = std::make_unique<objectstore::MemoryStore>(clock_);
    for (const char* stranger : {"site", "site-", "site/b", "sitf"}) {
      EXPECT_TRUE(objectstore::put_bytes(*memory, stranger, {}, {}, {}));
    }
    store_ = objectstore::PrefixStore::make(std::move(memory), "site/a/").value();
  }
  objectstore::ObjectStore& store() override { return *store_; }
  void wait_until(WallTime time) override { clock_.set_wall_time(time); }

 private:
  FakeClock clock_{FakeClock::Sleep::advances, os::real_clock().now()};
  std::unique_ptr<objectstore::ObjectStore> store_;
};

template <class Harness>
StoreKind kind(const char* name) {
  return {.name = name, .make = [] { return std::make_unique<Harness>(); }};
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Here, ObjectStoreContract,
                         ::testing::Values(kind<MemoryHarness>("Memory"), kind<LocalHarness>("Local"),
                                           kind<PrefixHarness>("Prefix")),
                         store_name);

}  // namespace holdfast::test
