// The suite against SQLite in a temporary directory.
#include <thread>

#include "contract/store_contract.h"

#include "store/sqlite/sqlite_store.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

class SqliteHarness final : public ResourceStoreHarness {
 public:
  SqliteHarness() { open(); }
  store::Store& store() override { return *store_; }
  void reopen() override {
    store_.reset();
    open();
  }
  void let_pass(Duration duration) override { os::real_clock().sleep_for(duration, {}); }
  Duration surely_after(Duration ttl) const override { return ttl; }
  int histories() const override { return 100; }

 private:
  void open() {
    floor_ = std::make_unique<store::RevisionFloor>(os::real_file_system(), directory_.file("revision-floor"));
    store_ = must(store::SqliteStore::open({.path = directory_.file("store.db")}, *floor_, os::real_file_system(),
                                           os::real_clock(), os::real_random()));
  }

  TempDir directory_;
  std::unique_ptr<store::RevisionFloor> floor_;
  std::unique_ptr<store::SqliteStore> store_;
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(Sqlite, StoreContract,
                         ::testing::Values(ResourceStoreKind{"File", [] { return std::make_unique<SqliteHarness>(); }}),
                         resource_store_name);

}  // namespace holdfast::test
