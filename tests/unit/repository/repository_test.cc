#include "repository/repository.h"

#include <gtest/gtest.h>

#include "unit/repository/save_bench.h"

namespace holdfast::repository {
namespace {

std::vector<std::string> names(const std::vector<Entry>& entries) {
  std::vector<std::string> names;
  for (const Entry& entry : entries)
    names.push_back(entry.name());
  return names;
}

Status put_text(SaveBench& bench, const std::string& key, std::string_view text) {
  HF_TRY(objectstore::put_bytes(bench.store, key, as_bytes(text), {}, {}));
  return {};
}

TEST(RepositoryList, ShowsBackupsOldestFirstAndNothingElse) {
  SaveBench bench;
  for (const char* name : {"c", "a", "b"}) {
    ASSERT_TRUE(bench.save(bench.options(name)));
    bench.clock.advance(std::chrono::hours(1));
  }
  ASSERT_TRUE(put_text(bench, "prod/readme.txt", "hello"));
  ASSERT_TRUE(put_text(bench, "prod/foreign.db.gz", "hello"));

  const auto entries = Repository(bench.store).list("prod/", {}, {});

  ASSERT_TRUE(entries);
  EXPECT_EQ(names(*entries), (std::vector<std::string>{"c", "a", "b"}));
}

TEST(RepositoryList, ShowsForeignSnapshotsWhenAsked) {
  SaveBench bench;
  ASSERT_TRUE(put_text(bench, "prod/foreign.db.gz", "hello"));
  const auto entries =
      Repository(bench.store).list("", {.include_foreign = true, .recursive = true, .cluster = {}}, {});
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 1U);
  EXPECT_EQ(entries->front().state, EntryState::foreign);
  EXPECT_EQ(entries->front().name(), "foreign");
}

TEST(RepositoryList, KeepsToTheFolderAndTheCluster) {
  SaveBench bench;
  SaveOptions deeper = bench.options("deep");
  deeper.object_key = "prod/west/deep.db.zst";
  deeper.cluster = "prod-2";
  ASSERT_TRUE(bench.save(bench.options("flat")));
  ASSERT_TRUE(bench.save(deeper));
  Repository repository(bench.store);
  EXPECT_EQ(names(*repository.list("prod/", {.include_foreign = false, .recursive = false, .cluster = {}}, {})),
            std::vector<std::string>{"flat"});
  EXPECT_EQ(names(*repository.list("prod/", {.include_foreign = false, .recursive = true, .cluster = "prod-2"}, {})),
            std::vector<std::string>{"deep"});
}

TEST(RepositoryList, ShowsWhatIsWrongInsteadOfHidingIt) {
  SaveBench bench;
  for (const char* name : {"gone", "cut", "torn"})
    ASSERT_TRUE(bench.save(bench.options(name)));
  ASSERT_TRUE(bench.store.remove("prod/gone.db.zst", {}));
  ASSERT_TRUE(put_text(bench, "prod/cut.db.zst", "short"));
  ASSERT_TRUE(put_text(bench, "prod/torn.db.zst.manifest.json", "{"));

  const auto entries = Repository(bench.store).list("prod/", {}, {});

  ASSERT_TRUE(entries);
  std::map<std::string, EntryState> states;
  for (const Entry& entry : *entries) {
    states[entry.name()] = entry.state;
    EXPECT_FALSE(entry.problem.empty());
  }
  EXPECT_EQ(states["gone"], EntryState::missing);
  EXPECT_EQ(states["cut"], EntryState::size_differs);
  EXPECT_EQ(states["torn"], EntryState::damaged);
}

TEST(RepositoryFind, AcceptsNameKeyAndManifestKey) {
  SaveBench bench;
  ASSERT_TRUE(bench.save(bench.options()));
  Repository repository(bench.store);
  for (const char* key : {"prod/nightly", "prod/nightly.db.zst", "prod/nightly.db.zst.manifest.json"}) {
    const auto entry = repository.find(key, {});
    ASSERT_TRUE(entry) << key;
    EXPECT_EQ(entry->key, "prod/nightly.db.zst");
  }
}

TEST(RepositoryFind, ANameThatFitsSeveralIsAQuestionNotAGuess) {
  SaveBench bench;
  ASSERT_TRUE(bench.save(bench.options()));
  SaveOptions plain = bench.options();
  plain.object_key = "prod/nightly.db";
  plain.compression = pipeline::Compression::none;
  ASSERT_TRUE(bench.save(plain));
  const auto entry = Repository(bench.store).find("prod/nightly", {});
  ASSERT_FALSE(entry);
  EXPECT_EQ(entry.error().code, Code::usage);
  EXPECT_NE(entry.error().message.find("nightly.db.zst"), std::string::npos);
}

TEST(RepositoryFind, ByTheNameThatTheManifestGives) {
  SaveBench bench;
  SaveOptions options = bench.options();
  options.object_key = "prod/c1-nightly.db.zst";
  ASSERT_TRUE(bench.save(options));
  ASSERT_TRUE(bench.save(bench.options("nightly-2")));

  const auto entries = Repository(bench.store).find_by_manifest("prod/nightly", {});
  ASSERT_TRUE(entries);
  ASSERT_EQ(entries->size(), 1U);
  EXPECT_EQ(entries->front().key, "prod/c1-nightly.db.zst");

  const auto names = Repository(bench.store).names_beside("prod/other", {});
  ASSERT_TRUE(names);
  EXPECT_EQ(*names, (std::vector<std::string>{"c1-nightly", "nightly-2"}));
}

TEST(RepositoryFind, WhatIsNotThereIsNotFound) {
  SaveBench bench;
  ASSERT_TRUE(bench.save(bench.options("nightly-2")));
  const auto entry = Repository(bench.store).find("prod/nightly", {});
  ASSERT_FALSE(entry);
  EXPECT_EQ(entry.error().code, Code::not_found);
}

TEST(RepositoryRemove, TakesObjectAndManifest) {
  SaveBench bench;
  ASSERT_TRUE(bench.save(bench.options()));
  Repository repository(bench.store);
  ASSERT_TRUE(repository.remove(*repository.find("prod/nightly", {}), {}));
  EXPECT_TRUE(bench.keys().empty());
}

TEST(RepositoryRemove, ALockedObjectKeepsItsManifest) {
  SaveBench bench;
  SaveOptions options = bench.options();
  options.retain_until = bench.clock.now() + std::chrono::hours(24);
  ASSERT_TRUE(bench.save(options));
  Repository repository(bench.store);
  const Status removed = repository.remove(*repository.find("prod/nightly", {}), {});
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code, Code::refused);
  EXPECT_EQ(bench.keys().size(), 2U);
}

}  // namespace
}  // namespace holdfast::repository
