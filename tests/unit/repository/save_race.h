// Two saves to one name, and what must hold however they meet.
#pragma once

#include <string>
#include <utility>

#include "unit/repository/save_bench.h"

#include "support/racing_store.h"

namespace holdfast::repository {

constexpr std::uint64_t kConditionalLimit = 64 * kKiB;  // manifests are smaller, snapshots may be larger

enum class RaceMode {
  fresh,      // nothing is there, neither may replace
  overwrite,  // a backup is there, both may replace it
};

struct RaceDatabases {
  Bytes old = small_database(30).bytes;
  Bytes first = small_database(50).bytes;
  Bytes second = small_database(70).bytes;
};

struct Race {
  const RaceDatabases& databases;
  SaveBench first{databases.first};
  SaveBench second{databases.second};
  objectstore::ObjectStore& store;
  SaveOptions options;

  Race(RaceMode mode, objectstore::ObjectStore& to, const RaceDatabases& with, SaveOptions how)
      : databases(with), store(to), options(std::move(how)) {
    options.spool.directory = first.directory.path();
    if (mode == RaceMode::fresh) return;
    SaveBench before(databases.old);
    const auto saved = repository::save(before.world(store), options, {});
    EXPECT_TRUE(saved) << saved.error().to_string();
    options.overwrite = true;
  }

  Result<SaveReport> save_first(objectstore::ObjectStore& through) {
    return repository::save(first.world(through), options, {});
  }
  Result<SaveReport> save_second(objectstore::ObjectStore& through) {
    return repository::save(second.world(through), options, {});
  }

  struct Outcome {
    int content = 0;  // whose database lies there: 1, 2, or 0 for another
    bool has_manifest = false;
  };
  // What lies there is sound, and the manifest, if any, is its own.
  Outcome outcome() {
    Outcome outcome;
    const auto entry = Repository(store).find(options.object_key, {});
    EXPECT_TRUE(entry) << entry.error().to_string();
    if (!entry) return outcome;
    EXPECT_TRUE(entry->state == EntryState::ok || entry->state == EntryState::foreign) << entry->problem;
    outcome.has_manifest = entry->state == EntryState::ok;
    const auto source = open_snapshot(store, *entry, {}, first.clock, {});
    EXPECT_TRUE(source);
    const auto bytes = source ? read_all(**source, 64 * kMiB) : Bytes();
    EXPECT_TRUE(bytes) << bytes.error().to_string();
    if (bytes && *bytes == test::with_trailer(databases.first)) outcome.content = 1;
    if (bytes && *bytes == test::with_trailer(databases.second)) outcome.content = 2;
    return outcome;
  }

  // Somebody won, what lies there is a winner's, and a loser was told so.
  void expect_clear_answers(const Result<SaveReport>& one, const Result<SaveReport>& two) {
    EXPECT_TRUE(one || two);
    for (const auto* result : {&one, &two}) {
      if (*result) continue;
      EXPECT_EQ(result->error().code, Code::exists) << result->error().to_string();
    }
    const Outcome now = outcome();
    EXPECT_NE(now.content, 0);
    EXPECT_TRUE(now.content == 1 ? one.has_value() : two.has_value()) << "what lies there is a loser's";
    // publication.h says which moment stays open when both replace a manifest.
    EXPECT_TRUE(now.has_manifest || options.overwrite);
  }
};

// The whole of the second save happens before step `at` of the first. False when the first has fewer steps.
inline bool race_at(int at, Race& race, std::string& where) {
  test::RacingStore plain(race.store, kConditionalLimit);
  Result<SaveReport> second = fail(Code::internal, "never ran");
  int steps = 0;
  test::RacingStore racing(race.store, kConditionalLimit, [&](const std::string& step) {
    if (steps++ != at) return;
    where = step;
    second = race.save_second(plain);
  });
  const auto first = race.save_first(racing);
  if (steps <= at) return false;
  race.expect_clear_answers(first, second);
  return true;
}

}  // namespace holdfast::repository
