// Promises about put: all or nothing, atomic replacement, conditions, sizes.
#include <atomic>
#include <limits>
#include <thread>

#include <gmock/gmock.h>

#include "objectstore_contract.h"

namespace holdfast::test {

using objectstore::PutOptions;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(ObjectStoreContract, PutReturnsWhatIsStored) {
  const Bytes bytes = pattern(1000);

  const auto stored = put("dir/object", bytes);

  EXPECT_EQ(stored.key, "dir/object");
  EXPECT_EQ(stored.size, 1000U);
  const auto info = store_.head("dir/object", no_stop_);
  ASSERT_TRUE(info) << info.error().to_string();
  EXPECT_EQ(info->key, "dir/object");
  EXPECT_EQ(info->size, 1000U);
  EXPECT_EQ(info->etag, stored.etag);
  EXPECT_EQ(get("dir/object"), bytes);
}

TEST_P(ObjectStoreContract, EmptyObjectIsAnObject) {
  put("empty", {});

  EXPECT_TRUE(get("empty").empty());
  EXPECT_THAT(list(), ElementsAre("empty"));
}

TEST_P(ObjectStoreContract, ModifiedTimeIsNow) {
  const auto before = std::chrono::system_clock::now();
  put("object", pattern(10));

  const auto info = store_.head("object", no_stop_);

  ASSERT_TRUE(info) << info.error().to_string();
  EXPECT_GE(info->modified, before - std::chrono::seconds(2));
  EXPECT_LE(info->modified, std::chrono::system_clock::now() + std::chrono::seconds(2));
}

TEST_P(ObjectStoreContract, ReplacingGivesTheNewContent) {
  put("object", pattern(5000, 1));
  const Bytes replacement = pattern(300, 2);

  put("object", replacement);

  EXPECT_EQ(get("object"), replacement);
  EXPECT_THAT(list(), ElementsAre("object"));
}

TEST_P(ObjectStoreContract, SourceThatFailsLeavesNothing) {
  for (const std::size_t good : {std::size_t{0}, std::size_t{1000}, 3 * kMiB}) {
    BreakingSource source(good);

    const auto stored = store_.put("dir/object", source, {}, no_stop_);

    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().code, Code::unavailable);
    EXPECT_THAT(stored.error().to_string(), ::testing::HasSubstr("dir/object"));
    EXPECT_FALSE(exists("dir/object"));
    EXPECT_THAT(list(), IsEmpty());
  }
}

TEST_P(ObjectStoreContract, SourceThatFailsKeepsTheOldObject) {
  const Bytes old = pattern(100);
  put("object", old);
  BreakingSource source(500);

  const auto stored = store_.put("object", source, {}, no_stop_);

  ASSERT_FALSE(stored);
  EXPECT_EQ(get("object"), old);
}

TEST_P(ObjectStoreContract, SourceBeyondItsLimitFailsThePut) {
  PatternSource source(1001);

  const auto stored = store_.put("object", source, PutOptions{.size_limit = 1000}, no_stop_);

  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, Code::no_space);
  EXPECT_FALSE(exists("object"));
}

TEST_P(ObjectStoreContract, SourceOfExactlyItsLimitIsStored) {
  PatternSource source(1000);

  const auto stored = store_.put("object", source, PutOptions{.size_limit = 1000}, no_stop_);

  ASSERT_TRUE(stored) << stored.error().to_string();
  EXPECT_EQ(stored->size, 1000U);
}

TEST_P(ObjectStoreContract, SizesAroundPartBoundariesSurvive) {
  for (const std::uint64_t boundary : harness_->boundaries()) {
    for (const std::uint64_t size : {boundary - 1, boundary, boundary + 1}) {
      PatternSource source(size);
      const auto stored = store_.put("object", source, {}, no_stop_);
      ASSERT_TRUE(stored) << size << ": " << stored.error().to_string();
      EXPECT_EQ(stored->size, size);

      const Bytes bytes = get("object");

      ASSERT_EQ(bytes.size(), size);
      PatternSource again(size);
      EXPECT_EQ(bytes, read_all(again, bytes.size()).value());
    }
  }
}

TEST_P(ObjectStoreContract, SourceThatFailsAtAPartBoundaryLeavesNothing) {
  for (const std::uint64_t boundary : harness_->boundaries()) {
    BreakingSource source(boundary + 10);

    const auto stored = store_.put("object", source, {}, no_stop_);

    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().code, Code::unavailable);
    EXPECT_FALSE(exists("object"));
  }
}

TEST_P(ObjectStoreContract, OnlyIfAbsentStoresWhatIsAbsent) {
  if (store_.features({}).conditional_put_limit == 0) {
    const auto stored = objectstore::put_bytes(store_, "object", pattern(10), {.only_if_absent = true}, no_stop_);
    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().code, Code::unsupported);
    return;
  }
  put("object", pattern(10), {.only_if_absent = true});

  EXPECT_EQ(get("object"), pattern(10));
}

TEST_P(ObjectStoreContract, AvoidReplacingKeepsWhatIsThereWhateverTheStoreCanPromise) {
  std::vector<std::uint64_t> sizes = harness_->boundaries();
  sizes.push_back(5000);
  for (const std::uint64_t size : sizes) {
    const std::string key = fmt::format("object-{}", size);
    const Bytes old = pattern(static_cast<std::size_t>(size) + 1, 1);
    put(key, old, {.avoid_replacing = true});
    PatternSource source(size + 1);

    const auto stored = store_.put(key, source, PutOptions{.size_limit = size + 1, .avoid_replacing = true}, no_stop_);

    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().code, Code::exists);
    EXPECT_EQ(get(key), old);
  }
}

TEST_P(ObjectStoreContract, OnlyIfAbsentKeepsWhatIsThere) {
  if (store_.features({}).conditional_put_limit == 0) return;  // the test above says what must happen then
  put("object", pattern(10, 1));

  const auto stored = objectstore::put_bytes(store_, "object", pattern(10, 2), {.only_if_absent = true}, no_stop_);

  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, Code::exists);
  EXPECT_EQ(get("object"), pattern(10, 1));
}

TEST_P(ObjectStoreContract, OnlyOneOfManyConditionalPutsWins) {
  if (store_.features({}).conditional_put_limit == 0) return;
  std::atomic<int> won = 0;
  std::atomic<int> lost = 0;
  {
    std::vector<std::jthread> writers;
    for (unsigned i = 0; i < 6; ++i) {
      writers.emplace_back([&, i] {
        const auto stored =
            objectstore::put_bytes(store_, "object", pattern(5000, i), {.only_if_absent = true}, no_stop_);
        if (stored) ++won;
        if (!stored && stored.error().code == Code::exists) ++lost;
      });
    }
  }

  EXPECT_EQ(won, 1);
  EXPECT_EQ(lost, 5);
}

TEST_P(ObjectStoreContract, OnlyIfAbsentHoldsForLargeObjectsOrIsRefused) {
  for (const std::uint64_t boundary : harness_->boundaries()) {
    put("object", pattern(10));
    PatternSource source(boundary + 1);

    const auto stored =
        store_.put("object", source, PutOptions{.size_limit = boundary + 1, .only_if_absent = true}, no_stop_);

    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().code, store_.features({}).conditional_put ? Code::exists : Code::unsupported);
    EXPECT_EQ(get("object"), pattern(10));
  }
}

TEST_P(ObjectStoreContract, MetadataComesBack) {
  const std::map<std::string, std::string> metadata{{"cluster", "prod-1"}, {"revision", "4711"}};

  put("object", pattern(10), {.metadata = metadata});

  const auto info = store_.head("object", no_stop_);
  ASSERT_TRUE(info);
  const auto opened = store_.get("object", {}, no_stop_);
  ASSERT_TRUE(opened);
  const auto expected = store_.features({}).metadata ? metadata : std::map<std::string, std::string>{};
  EXPECT_EQ(info->metadata, expected);
  EXPECT_EQ(opened->info.metadata, expected);
}

TEST_P(ObjectStoreContract, ConcurrentPutsOfDifferentKeysAllArrive) {
  constexpr unsigned kWriters = 8;
  {
    std::vector<std::jthread> writers;
    for (unsigned i = 0; i < kWriters; ++i) {
      writers.emplace_back([&, i] { put(fmt::format("dir-{}/object", i % 3) + std::to_string(i), pattern(70000, i)); });
    }
  }

  EXPECT_EQ(list().size(), kWriters);
  for (unsigned i = 0; i < kWriters; ++i) {
    EXPECT_EQ(get(fmt::format("dir-{}/object", i % 3) + std::to_string(i)), pattern(70000, i));
  }
}

TEST_P(ObjectStoreContract, ConcurrentPutsOfOneKeyLeaveOneOfThemWhole) {
  {
    std::vector<std::jthread> writers;
    for (unsigned i = 0; i < 6; ++i) {
      writers.emplace_back([&, i] { put("object", pattern(50000 + i, i)); });
    }
  }

  const Bytes bytes = get("object");

  ASSERT_GE(bytes.size(), 50000U);
  EXPECT_EQ(bytes, pattern(bytes.size(), static_cast<unsigned>(bytes.size() - 50000)));
}

TEST_P(ObjectStoreContract, PutStoppedInTheMiddleLeavesNothing) {
  std::stop_source stop;
  PatternSource source(20 * kMiB, [&](std::uint64_t given) {
    if (given > 2 * kMiB) stop.request_stop();
  });

  const auto stored = store_.put("object", source, {}, stop.get_token());

  ASSERT_FALSE(stored);
  EXPECT_EQ(stored.error().code, Code::cancelled);
  EXPECT_FALSE(exists("object"));
}

TEST_P(ObjectStoreContract, BadKeysAreRefusedEverywhere) {
  const std::string long_key(1025, 'x');
  for (const std::string& key :
       {std::string(), std::string("/a"), std::string("a/"), std::string("a//b"), std::string("../a"),
        std::string("a/./b"), std::string("a\nb"), std::string("\xff"), std::string("a\0b", 3), long_key}) {
    EXPECT_EQ(objectstore::put_bytes(store_, key, {}, {}, no_stop_).error().code, Code::usage) << key;
    EXPECT_EQ(store_.get(key, {}, no_stop_).error().code, Code::usage) << key;
    EXPECT_EQ(store_.head(key, no_stop_).error().code, Code::usage) << key;
    EXPECT_EQ(store_.remove(key, no_stop_).error().code, Code::usage) << key;
  }
}

TEST_P(ObjectStoreContract, FolderAndObjectOfOneNameAreBothKeptOrRefused) {
  put("a/b", pattern(10, 1));

  const auto stored = objectstore::put_bytes(store_, "a", pattern(10, 2), {}, no_stop_);

  EXPECT_EQ(stored.has_value(), harness_->flat());
  if (!stored) {
    EXPECT_EQ(stored.error().code, Code::refused);
    EXPECT_FALSE(stored.error().hint.empty());
  }
  EXPECT_EQ(get("a/b"), pattern(10, 1));
}

TEST_P(ObjectStoreContract, RetentionHoldsOrIsRefused) {
  const WallTime until = std::chrono::system_clock::now() + std::chrono::seconds(6);
  const auto stored = objectstore::put_bytes(store_, "object", pattern(10), {.retain_until = until}, no_stop_);
  if (!stored) {
    EXPECT_EQ(stored.error().code, Code::unsupported) << stored.error().to_string();
    EXPECT_FALSE(stored.error().hint.empty()) << stored.error().to_string();
    EXPECT_FALSE(exists("object"));
    return;
  }
  EXPECT_TRUE(store_.features({}).object_lock);

  const auto removed = store_.remove("object", no_stop_);

  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code, Code::refused);
  EXPECT_EQ(get("object"), pattern(10));
  harness_->wait_until(until + std::chrono::seconds(1));
  EXPECT_TRUE(store_.remove("object", no_stop_));
}

}  // namespace holdfast::test
