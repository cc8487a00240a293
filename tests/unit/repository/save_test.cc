#include "repository/save.h"

#include <thread>

#include <gtest/gtest.h>

#include "unit/repository/save_bench.h"

#include "snapshot/bolt_format.h"
#include "snapshot/hash_kv.h"
#include "support/memory_file.h"

namespace holdfast::repository {
namespace {

using Kind = test::SnapshotFault::Kind;
using pipeline::Compression;

test::SnapshotFault fault(Kind kind, std::uint64_t at) {
  test::SnapshotFault planned;
  planned.kind = kind;
  planned.at = at;
  return planned;
}

TEST(Save, WhatWasSavedIsReadBackBitForBitInEveryForm) {
  for (const Compression compression : {Compression::none, Compression::gzip, Compression::zstd}) {
    SaveBench bench;
    const Bytes database = small_database().bytes;
    SaveOptions options = bench.options();
    options.compression = compression;

    const auto report = bench.save(options);

    ASSERT_TRUE(report) << report.error().to_string();
    const auto back = bench.read_back(options.object_key);
    ASSERT_TRUE(back) << back.error().to_string();
    EXPECT_EQ(*back, test::with_trailer(database));
  }
}

TEST(Save, TheManifestDescribesWhatIsStored) {
  SaveBench bench;
  const auto report = bench.save(bench.options());
  ASSERT_TRUE(report) << report.error().to_string();

  const auto entry = Repository(bench.store).find("prod/nightly", {});

  ASSERT_TRUE(entry) << entry.error().to_string();
  EXPECT_EQ(entry->state, EntryState::ok) << entry->problem;
  const Manifest& manifest = *entry->manifest;
  const Bytes plain = test::with_trailer(small_database().bytes);
  EXPECT_EQ(manifest.cluster, "prod-1");
  EXPECT_EQ(manifest.snapshot.size, plain.size());
  EXPECT_EQ(manifest.snapshot.sha256, to_hex(Sha256::of(plain)));
  EXPECT_EQ(manifest.snapshot.database_sha256, to_hex(ByteView(plain).last(32)));
  EXPECT_EQ(manifest.stored.size, entry->stored_size);
  const auto object = objectstore::get_bytes(bench.store, entry->key, kMiB, {});
  EXPECT_EQ(manifest.stored.sha256, to_hex(Sha256::of(*object)));
  EXPECT_EQ(manifest.etcd.cluster_id, 0xc1U);
}

TEST(Save, AFollowerIsAskedFirstAndTheLeaderWhenItsStreamBreaks) {
  SaveBench bench;
  bench.etcd.plan("m2", fault(Kind::break_off, 70'000));

  const auto report = bench.save(bench.options());

  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_EQ(bench.etcd.snapshot_calls(), (std::vector<std::string>{"m2", "m1"}));
  ASSERT_EQ(report->failed_members.size(), 1U);
  EXPECT_EQ(report->manifest.etcd.endpoint, "m1");
  EXPECT_EQ(bench.etcd.faults_left(), 0U);
  EXPECT_TRUE(bench.read_back("prod/nightly"));
}

TEST(Save, AnEndpointThatDoesNotAnswerIsReportedThoughNothingIsStored) {
  SaveBench bench;
  ASSERT_TRUE(bench.save(bench.options("first")));
  bench.etcd.set_status("m1", fail(Code::unavailable, "connection refused"));
  SaveOptions options = bench.options("second");
  options.skip_unchanged = true;

  const auto report = bench.save(options);

  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_FALSE(report->stored);
  EXPECT_EQ(report->failed_members, (std::vector<std::string>{"m1: connection refused"}));
}

TEST(Save, AMemberThatSeesNoLeaderIsReported) {
  SaveBench bench;
  bench.etcd.set_status("m1", fail(Code::unavailable, "connection refused"));
  etcd::MemberStatus alone = bench.etcd.status("m2").value();
  const auto sees_leader = bench.save(bench.options("before"));
  alone.leader = 0;
  bench.etcd.set_status("m2", alone);

  const auto report = bench.save(bench.options("after"));

  ASSERT_TRUE(sees_leader);
  EXPECT_FALSE(sees_leader->saw_no_leader);
  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_TRUE(report->saw_no_leader);
}

TEST(Save, NothingIsVisibleWhenEveryStreamFails) {
  for (const Kind kind :
       {Kind::break_off, Kind::stall, Kind::end_early, Kind::wrong_trailer, Kind::flip_bit, Kind::wrong_count}) {
    SaveBench bench;
    bench.etcd.plan("m1", fault(kind, 40'000));
    bench.etcd.plan("m2", fault(kind, 80'000));

    const auto report = bench.save(bench.options());

    ASSERT_FALSE(report) << static_cast<int>(kind);
    EXPECT_TRUE(bench.keys().empty());
    EXPECT_EQ(bench.etcd.faults_left(), 0U);
  }
}

TEST(Save, APageThatCannotBeRightIsNeverCalledABackup) {
  test::BoltFile database = small_database();
  // The root of bucket "key" now claims another page number; the trailer etcd sends is that of the damaged bytes.
  store_le<std::uint64_t>(database.page(database.roots.at("key")).data(), 1);
  SaveBench bench(database.bytes);

  const auto report = bench.save(bench.options());

  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::corrupt);
  EXPECT_TRUE(bench.keys().empty());
}

TEST(Save, ANameThatIsTakenIsRefusedAndLeftAlone) {
  SaveBench bench;
  ASSERT_TRUE(bench.save(bench.options()));
  const auto before = objectstore::get_bytes(bench.store, "prod/nightly.db.zst", kMiB, {});

  const auto again = bench.save(bench.options());

  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, Code::exists);
  EXPECT_EQ(*objectstore::get_bytes(bench.store, "prod/nightly.db.zst", kMiB, {}), *before);
}

TEST(Save, OverwriteReplacesObjectAndManifest) {
  SaveBench bench;
  ASSERT_TRUE(bench.save(bench.options()));
  bench.etcd.serve_database(small_database(90).bytes);
  SaveOptions options = bench.options();
  options.overwrite = true;

  const auto report = bench.save(options);

  ASSERT_TRUE(report) << report.error().to_string();
  EXPECT_EQ(*bench.read_back("prod/nightly"), test::with_trailer(small_database(90).bytes));
}

TEST(Save, NobodyLooksForUnchangedBackupsUnasked) {
  SaveBench bench;
  ASSERT_TRUE(bench.save(bench.options("first")));

  const auto second = bench.save(bench.options("second"));

  ASSERT_TRUE(second);
  EXPECT_FALSE(second->unchanged_since);
  EXPECT_TRUE(second->stored);
}

TEST(Save, AnUnchangedDatabaseIsNotStoredAgainWhenAskedSo) {
  SaveBench bench;
  ASSERT_TRUE(bench.save(bench.options("first")));
  SaveOptions options = bench.options("second");
  options.skip_unchanged = true;

  const auto second = bench.save(options);

  ASSERT_TRUE(second) << second.error().to_string();
  EXPECT_FALSE(second->stored);
  EXPECT_EQ(second->key, "prod/first.db.zst");
  EXPECT_EQ(second->manifest.name, "first");
  EXPECT_EQ(second->unchanged_since, "first");
  EXPECT_EQ(bench.keys().size(), 2U);
}

TEST(Save, AChangedDatabaseIsStoredThoughUnchangedOnesAreSkipped) {
  SaveBench bench;
  ASSERT_TRUE(bench.save(bench.options("first")));
  bench.etcd.serve_database(small_database(61).bytes);
  SaveOptions options = bench.options("second");
  options.skip_unchanged = true;

  const auto second = bench.save(options);

  ASSERT_TRUE(second);
  EXPECT_TRUE(second->stored);
  EXPECT_FALSE(second->unchanged_since);
}

SaveOptions as_plain(SaveOptions options) {
  options.object_key = "prod/nightly.db";
  options.compression = Compression::none;
  options.only_form = true;
  return options;
}

TEST(Save, AnotherFormOfTheNameIsRefused) {
  SaveBench bench;
  ASSERT_TRUE(bench.save(bench.options()));

  const auto report = bench.save(as_plain(bench.options()));

  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::exists);
  EXPECT_NE(report.error().message.find("prod/nightly.db.zst"), std::string::npos);
}

TEST(Save, OverwritingReplacesAnotherFormOfTheName) {
  SaveBench bench;
  ASSERT_TRUE(bench.save(bench.options()));
  SaveOptions options = as_plain(bench.options());
  options.overwrite = true;

  ASSERT_TRUE(bench.save(options));

  EXPECT_EQ(bench.keys(), (std::vector<std::string>{"prod/nightly.db", "prod/nightly.db.manifest.json"}));
}

TEST(Save, AFailedOverwriteLeavesAnotherFormOfTheName) {
  SaveBench bench;
  ASSERT_TRUE(bench.save(bench.options()));
  for (const char* member : {"m1", "m2"})
    bench.etcd.plan(member, fault(Kind::break_off, 20'000));
  SaveOptions options = as_plain(bench.options());
  options.overwrite = true;

  ASSERT_FALSE(bench.save(options));

  EXPECT_EQ(bench.keys(), (std::vector<std::string>{"prod/nightly.db.zst", "prod/nightly.db.zst.manifest.json"}));
}

TEST(Save, OverwritingWithoutAManifestTakesTheOldOneAway) {
  SaveBench bench;
  ASSERT_TRUE(bench.save(bench.options()));
  SaveOptions options = bench.options();
  options.overwrite = true;
  options.write_manifest = false;

  ASSERT_TRUE(bench.save(options));

  EXPECT_EQ(bench.keys(), std::vector<std::string>{"prod/nightly.db.zst"});
}

TEST(Save, AForeignFileWhereTheManifestWouldLieIsNotReplaced) {
  SaveBench bench;
  ASSERT_TRUE(objectstore::put_bytes(bench.store, "prod/nightly.db.zst.manifest.json", as_bytes("mine"), {}, {}));

  const auto report = bench.save(bench.options());

  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::exists);
  EXPECT_EQ(bench.keys().size(), 1U);
}

TEST(Save, AClusterNameThatIsNotUtf8IsRefused) {
  SaveBench bench;
  SaveOptions options = bench.options();
  options.cluster = "caf\xe9";

  const auto report = bench.save(options);

  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::usage);
  EXPECT_TRUE(bench.keys().empty());
}

// A database in which one bit of a bucket's name is another.
Bytes without_bucket(const std::string& name) {
  test::EtcdModel model;
  model.put("a", "x");
  auto buckets = model.buckets();
  for (test::BoltBucket& bucket : buckets) {
    if (bucket.name == name) bucket.name.back() = static_cast<char>(bucket.name.back() ^ 1);
  }
  return test::write_bolt(buckets, {}).bytes;
}

TEST(Save, ADatabaseWithoutTheBucketOfKeysIsNotABackup) {
  for (const char* bucket : {"key", "meta", "lease"}) {
    SaveBench bench(without_bucket(bucket));

    const auto report = bench.save(bench.options());

    ASSERT_FALSE(report) << bucket;
    EXPECT_EQ(report.error().code, Code::corrupt);
    EXPECT_TRUE(bench.keys().empty());
  }
}

TEST(Save, StoppingLeavesNothing) {
  SaveBench bench;
  bench.etcd.plan("m2", fault(Kind::hang, 50'000));
  std::jthread stopper([&] {
    while (bench.etcd.snapshot_calls().empty())
      std::this_thread::yield();
    bench.stop.request_stop();
  });

  const auto report = bench.save(bench.options());

  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::cancelled);
  EXPECT_TRUE(bench.keys().empty());
}

TEST(Save, NoHealthyMemberIsOneErrorThatNamesThemAll) {
  SaveBench bench;
  for (const char* endpoint : {"m1", "m2"})
    bench.etcd.set_status(endpoint, fail(Code::unavailable, "{}: connection refused", endpoint));

  const auto report = bench.save(bench.options());

  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::unavailable);
  EXPECT_NE(report.error().message.find("m1"), std::string::npos);
  EXPECT_NE(report.error().message.find("m2"), std::string::npos);
}

TEST(Save, DroppedFreePagesHoldNoDeletedDataAndTheSnapshotIsSound) {
  SaveBench bench;
  SaveOptions options = bench.options();
  options.object_key = "prod/nightly.db";
  options.compression = Compression::none;
  options.drop_free_pages = true;

  const auto report = bench.save(options);

  ASSERT_TRUE(report) << report.error().to_string();
  const auto back = bench.read_back("prod/nightly");
  ASSERT_TRUE(back);
  EXPECT_EQ(as_text(*back).find(std::string(1000, 'x')), std::string::npos);
  EXPECT_NE(as_text(test::with_trailer(small_database().bytes)).find(std::string(1000, 'x')), std::string::npos);
  EXPECT_TRUE(report->manifest.snapshot.free_pages_dropped);
  EXPECT_EQ(report->manifest.snapshot.source_sha256, to_hex(Sha256::of(small_database().bytes)));
  const auto verified = bench.verify("prod/nightly");
  ASSERT_TRUE(verified);
  EXPECT_TRUE(verified->ok());
}

// What the live member would say of the small database.
std::uint32_t live_hash() {
  test::MemoryFile file(small_database().bytes);
  return *snapshot::hash_kv(file, *file.size(), 1'000'000, 0, {});
}

TEST(SaveWithHashKv, AgreementIsWrittenIntoTheManifest) {
  SaveBench bench;
  bench.etcd.set_hash_kv("m2", etcd::HashKv{.hash = live_hash(), .compact_revision = -1});
  SaveOptions options = bench.options();
  options.verify_hash_kv = true;

  const auto report = bench.save(options);

  ASSERT_TRUE(report) << report.error().to_string();
  const auto entry = Repository(bench.store).find("prod/nightly", {});
  ASSERT_TRUE(entry && entry->manifest->hash_kv);
  EXPECT_EQ(entry->manifest->hash_kv->hash, live_hash());
}

TEST(SaveWithHashKv, ADifferenceIsDamageAndNothingIsStored) {
  SaveBench bench;
  for (const char* member : {"m1", "m2"}) {
    bench.etcd.set_hash_kv(member, etcd::HashKv{.hash = live_hash() + 1, .compact_revision = -1});
  }
  SaveOptions options = bench.options();
  options.verify_hash_kv = true;

  const auto report = bench.save(options);

  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::corrupt);
  EXPECT_TRUE(bench.keys().empty());
}

}  // namespace
}  // namespace holdfast::repository
