// A save in a bottle: a fake etcd with a small real database, a store in memory, and the world around them.
#pragma once

#include <string>

#include "objectstore/memory/memory_store.h"
#include "os/file_system.h"
#include "pipeline/progress.h"
#include "repository/repository.h"
#include "repository/save.h"
#include "repository/snapshot_source.h"
#include "repository/verify.h"
#include "support/etcd_model.h"
#include "support/fake_clock.h"
#include "support/fake_etcd.h"
#include "support/fixed_random.h"
#include "support/temp_dir.h"

namespace holdfast::repository {

// A database with history: overwritten and deleted keys, a lease, free pages with old data in them.
inline test::BoltFile small_database(int keys = 60) {
  test::EtcdModel model;
  model.grant(7);
  for (int i = 0; i < keys; ++i) {
    model.put(fmt::format("/registry/pods/default/web-{}", i),
              std::string(static_cast<std::size_t>(100 + i * 37 % 900), 'v'), 7);
  }
  for (int i = 0; i < keys; i += 7)
    model.put(fmt::format("/registry/pods/default/web-{}", i), "changed");
  for (int i = 3; i < keys; i += 11)
    model.remove(fmt::format("/registry/pods/default/web-{}", i));
  test::BoltLayout layout;
  layout.free_pages = 4;
  layout.fill_free = [](snapshot::PageId, ByteSpan page) { std::fill(page.begin(), page.end(), std::uint8_t{'x'}); };
  return test::write_bolt(model.buckets(), layout);
}

struct SaveBench {
  test::FakeClock clock;
  test::FixedRandom random;
  objectstore::MemoryStore store{clock};
  test::FakeEtcd etcd;
  test::TempDir directory;
  std::stop_source stop;

  explicit SaveBench(Bytes database = small_database().bytes) {
    etcd.add_member("m1");
    etcd.add_member("m2");
    etcd.serve_database(std::move(database));
  }

  SaveWorld world(objectstore::ObjectStore& to) {
    return {.etcd = etcd,
            .store = to,
            .clock = clock,
            .files = os::real_file_system(),
            .random = random,
            .progress = pipeline::silent_progress()};
  }

  SaveOptions options(const std::string& name = "nightly") const {
    SaveOptions options;
    options.name = name;
    options.object_key = "prod/" + name + ".db.zst";
    options.cluster = "prod-1";
    options.spool.directory = directory.path();
    return options;
  }

  Result<SaveReport> save(const SaveOptions& options) {
    return repository::save(world(store), options, stop.get_token());
  }

  std::vector<std::string> keys() {
    std::vector<std::string> keys;
    EXPECT_TRUE(store.list("",
                           [&](const objectstore::ObjectInfo& info) -> Status {
                             keys.push_back(info.key);
                             return {};
                           },
                           {}));
    return keys;
  }

  Result<Bytes> read_back(const std::string& key, const pipeline::age::DecryptWith& with = {}) {
    HF_ASSIGN(const Entry entry, Repository(store).find(key, {}));
    HF_ASSIGN(const auto source,
              open_snapshot(store, entry, {.keys = with, .ignore_manifest = false, .bytes_per_second = 0}, clock, {}));
    return read_all(*source, 64 * kMiB);
  }

  Result<VerifyStoredReport> verify(const std::string& key, const pipeline::age::DecryptWith& with = {},
                                    const std::string& deep = {}) {
    HF_ASSIGN(const Entry entry, Repository(store).find(key, {}));
    const VerifyStoredOptions options{.open = {.keys = with, .ignore_manifest = false, .bytes_per_second = 0},
                                      .deep_directory = deep};
    return verify_stored(store, entry, options,
                         {.files = os::real_file_system(), .clock = clock, .progress = pipeline::silent_progress()},
                         {});
  }
};

}  // namespace holdfast::repository
