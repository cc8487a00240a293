// Which backups may stand for a new one when unchanged content is skipped.
#include <functional>

#include <gtest/gtest.h>

#include "unit/repository/save_bench.h"

#include "repository/save.h"

namespace holdfast::repository {
namespace {

// A first backup, changed by `spoil`, and a second save of the same database that skips what is unchanged.
Result<SaveReport> save_again_after(
    SaveBench& bench, const std::function<void(SaveBench&)>& spoil,
    const std::function<void(SaveOptions&)>& change = [](SaveOptions&) {}) {
  EXPECT_TRUE(bench.save(bench.options("first")));
  spoil(bench);
  SaveOptions options = bench.options("second");
  options.skip_unchanged = true;
  change(options);
  return bench.save(options);
}

TEST(Save, ABackupWithoutItsObjectDoesNotCountAsUnchanged) {
  SaveBench bench;
  const auto second =
      save_again_after(bench, [](SaveBench& b) { EXPECT_TRUE(b.store.remove("prod/first.db.zst", {})); });
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->stored);
}

TEST(Save, ABackupWhoseObjectWasCutOffDoesNotCountAsUnchanged) {
  SaveBench bench;
  const auto second = save_again_after(bench, [](SaveBench& b) {
    EXPECT_TRUE(objectstore::put_bytes(b.store, "prod/first.db.zst", as_bytes("cut off"), {}, {}));
  });
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->stored);
}

TEST(Save, ABackupUnderAnotherClustersNameDoesNotCountAsUnchanged) {
  SaveBench bench;
  const auto second =
      save_again_after(bench, [](SaveBench&) {}, [](SaveOptions& options) { options.cluster = "prod-2"; });
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->stored);
}

TEST(Save, AReadableBackupDoesNotCountAsUnchangedWhenAnEncryptedOneIsWanted) {
  SaveBench bench;
  const auto second = save_again_after(
      bench, [](SaveBench&) {}, [](SaveOptions& options) { options.encrypt_to.passphrase = Secret("open sesame"); });
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->stored);
}

}  // namespace
}  // namespace holdfast::repository
