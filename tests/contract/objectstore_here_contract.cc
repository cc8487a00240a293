// The suite against the stores that need nothing but this machine.
#include "objectstore_contract.h"

#include "objectstore/local/local_store.h"
#include "objectstore/memory/memory_store.h"
#include "objectstore/prefix_store.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

// The real time, set forward on request.
class ShiftedClock final : public os::Clock {
 public:
  WallTime now() override { return os::real_clock().now() + shift_; }
  os::SteadyTime steady() override { return os::real_clock().steady(); }
  bool sleep_for(Duration duration, const std::stop_token& stop) override {
    return os::real_clock().sleep_for(duration, stop);
  }
  void set_forward_to(WallTime time) { shift_ = time - os::real_clock().now(); }

 private:
  Duration shift_{0};
};

class MemoryHarness final : public StoreHarness {
 public:
  objectstore::ObjectStore& store() override { return store_; }
  void wait_until(WallTime time) override { clock_.set_forward_to(time); }

 private:
  ShiftedClock clock_;
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
  void wait_until(WallTime time) override { clock_.set_forward_to(time); }

 private:
  ShiftedClock clock_;
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
