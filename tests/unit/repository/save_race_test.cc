// Two saves to one name at the same time, on a store that keeps conditions for small objects only.
#include "unit/repository/save_race.h"

#include <random>
#include <thread>

#include <gmock/gmock.h>

#include "support/turns.h"

namespace holdfast::repository {
namespace {

using test::RacingStore;

const RaceDatabases& databases() {
  static const RaceDatabases made;
  return made;
}

// In memory.
struct MemoryRace {
  test::FakeClock clock;
  objectstore::MemoryStore store{clock};
  Race race;
  explicit MemoryRace(RaceMode mode) : race(mode, store, databases(), SaveBench().options()) {}
};

TEST(SaveRace, ASaveThatRunsWithinAnotherOneLeavesOneConsistentBackup) {
  for (const RaceMode mode : {RaceMode::fresh, RaceMode::overwrite}) {
    int at = 0;
    for (bool more = true; more; ++at) {
      MemoryRace bench(mode);
      std::string where;
      more = race_at(at, bench.race, where);
      ASSERT_FALSE(::testing::Test::HasFailure()) << "mode " << static_cast<int>(mode) << ", before " << where;
    }
    EXPECT_GE(at, 8);
  }
}

TEST(SaveRace, InWhateverOrderTwoSavesTakeTheirStepsTheManifestIsThatOfTheObject) {
  for (const RaceMode mode : {RaceMode::fresh, RaceMode::overwrite}) {
    for (unsigned seed = 0; seed < 150; ++seed) {
      MemoryRace bench(mode);
      Race& race = bench.race;
      std::mt19937 random(seed);
      test::Turns turns(2, [&random](const std::vector<std::size_t>& waiting) { return random() % waiting.size(); });
      RacingStore one(race.store, kConditionalLimit, [&turns](const std::string&) { turns.step(0); });
      RacingStore two(race.store, kConditionalLimit, [&turns](const std::string&) { turns.step(1); });
      Result<SaveReport> first = fail(Code::internal, "never ran");
      Result<SaveReport> second = first;
      {
        const std::jthread thread([&] {
          first = race.save_first(one);
          turns.leave(0);
        });
        second = race.save_second(two);
        turns.leave(1);
      }
      race.expect_clear_answers(first, second);
      ASSERT_FALSE(::testing::Test::HasFailure()) << "seed " << seed << ", mode " << static_cast<int>(mode);
    }
  }
}

// Lets the other save run before the first step that begins so.
RacingStore::Step before(const std::string& step, const std::function<void()>& other) {
  return [step, other, done = std::make_shared<bool>(false)](const std::string& now) {
    if (*done || !now.starts_with(step)) return;
    *done = true;
    other();
  };
}

TEST(SaveRace, TheFirstToFinishKeepsItsName) {
  MemoryRace bench(RaceMode::fresh);
  Race& race = bench.race;
  RacingStore plain(race.store, kConditionalLimit);
  RacingStore racing(race.store, kConditionalLimit, before("look ", [&] { ASSERT_TRUE(race.save_second(plain)); }));

  const auto first = race.save_first(racing);

  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, Code::exists);
  EXPECT_FALSE(first.error().hint.empty());
  EXPECT_EQ(race.outcome().content, 2);
  EXPECT_TRUE(race.outcome().has_manifest);
}

TEST(SaveRace, ASaveThatFindsItsObjectReplacedWritesNoManifest) {
  MemoryRace bench(RaceMode::overwrite);
  Race& race = bench.race;
  RacingStore plain(race.store, kConditionalLimit);
  bool visible = false;
  bool replaced = false;
  std::vector<std::string> written;
  RacingStore racing(race.store, kConditionalLimit, [&](const std::string& step) {
    if (step.starts_with("put ")) written.push_back(step);
    if (visible && !replaced) {
      replaced = true;
      ASSERT_TRUE(race.save_second(plain));
    }
    visible = visible || step.starts_with("visible ");
  });

  const auto first = race.save_first(racing);

  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, Code::exists);
  EXPECT_THAT(written, testing::IsEmpty());
  EXPECT_EQ(race.outcome().content, 2);
  EXPECT_TRUE(race.outcome().has_manifest);
}

TEST(SaveRace, AnObjectThatIsDeletedBeforeItsManifestIsWrittenIsNotABackup) {
  MemoryRace bench(RaceMode::fresh);
  Race& race = bench.race;
  const std::string manifest = manifest_key(race.options.object_key);
  RacingStore racing(race.store, kConditionalLimit,
                     before("put " + manifest, [&] { ASSERT_TRUE(race.store.remove(race.options.object_key, {})); }));

  const auto first = race.save_first(racing);

  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, Code::not_found);
  EXPECT_EQ(race.store.head(manifest, {}).error().code, Code::not_found);
}

TEST(SaveRace, AnotherSavesManifestOverOursIsReplacedByOurs) {
  MemoryRace bench(RaceMode::overwrite);
  Race& race = bench.race;
  const std::string manifest = manifest_key(race.options.object_key);
  const auto old = objectstore::get_bytes(race.store, manifest, kMiB, {});
  ASSERT_TRUE(old);
  int reads = 0;
  RacingStore racing(race.store, kConditionalLimit, [&](const std::string& step) {
    if (step != "get " + manifest || ++reads != 3) return;  // before it is read back
    ASSERT_TRUE(objectstore::put_bytes(race.store, manifest, *old, {}, {}));
  });

  const auto first = race.save_first(racing);

  ASSERT_TRUE(first) << first.error().to_string();
  EXPECT_EQ(race.outcome().content, 1);
  EXPECT_TRUE(race.outcome().has_manifest);
}

TEST(SaveStopped, BetweenTheObjectAndItsManifestIsABackupAllTheSame) {
  SaveBench bench;
  bool visible = false;
  RacingStore stopping(bench.store, kConditionalLimit, [&](const std::string& step) {
    if (visible) bench.stop.request_stop();
    visible = visible || step.starts_with("visible ");
  });

  const auto report = repository::save(bench.world(stopping), bench.options(), bench.stop.get_token());

  EXPECT_TRUE(bench.stop.stop_requested());
  EXPECT_TRUE(report) << report.error().to_string();
  EXPECT_EQ(Repository(bench.store).find("prod/nightly", {})->state, EntryState::ok);
}

TEST(SaveOverwrite, AFileThatIsNoManifestIsNotReplaced) {
  SaveBench bench;
  ASSERT_TRUE(bench.save(bench.options()));
  const std::string manifest = manifest_key(bench.options().object_key);
  ASSERT_TRUE(objectstore::put_bytes(bench.store, manifest, as_bytes("mine"), {}, {}));
  SaveOptions options = bench.options();
  options.overwrite = true;

  const auto report = bench.save(options);

  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::refused);
  EXPECT_EQ(*objectstore::get_bytes(bench.store, manifest, kMiB, {}), to_bytes("mine"));
}

TEST(SaveOverwrite, ADamagedManifestIsReplaced) {
  SaveBench bench;
  ASSERT_TRUE(bench.save(bench.options()));
  const std::string manifest = manifest_key(bench.options().object_key);
  auto text = objectstore::get_bytes(bench.store, manifest, kMiB, {});
  ASSERT_TRUE(text);
  text->at(text->size() / 2) ^= 1U;
  ASSERT_TRUE(objectstore::put_bytes(bench.store, manifest, *text, {}, {}));
  SaveOptions options = bench.options();
  options.overwrite = true;

  const auto report = bench.save(options);

  EXPECT_TRUE(report) << report.error().to_string();
}

}  // namespace
}  // namespace holdfast::repository
