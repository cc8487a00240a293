#include "repository/listing.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "repository/naming.h"

namespace holdfast::repository {
namespace {

std::vector<Pair> paired(std::vector<std::string> keys, bool include_foreign = false,
                         PairFinder::IsForeign also_foreign = {}) {
  std::sort(keys.begin(), keys.end());
  PairFinder finder(include_foreign, std::move(also_foreign));
  for (const std::string& key : keys)
    finder.add({.key = key, .size = key.size(), .modified = {}, .etag = {}, .metadata = {}});
  return finder.finish();
}

TEST(Listing, ObjectAndManifestFindEachOther) {
  const auto pairs = paired({"a/x.db", "a/x.db.manifest.json"});
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_EQ(pairs[0].object_key, "a/x.db");
  EXPECT_TRUE(pairs[0].object);
  EXPECT_TRUE(pairs[0].has_manifest);
}

TEST(Listing, KeysBetweenTheTwoDoNotPartThem) {
  const auto pairs =
      paired({"x.db", "x.db.age", "x.db.age.manifest.json", "x.db.gz", "x.db.manifest.json", "x.db.zst"});
  ASSERT_EQ(pairs.size(), 2U);
  EXPECT_EQ(pairs[0].object_key, "x.db.age");
  EXPECT_EQ(pairs[1].object_key, "x.db");
}

TEST(Listing, AManifestWithoutObjectIsKept) {
  const auto pairs = paired({"x.db.manifest.json"});
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_FALSE(pairs[0].object);
}

TEST(Listing, OtherObjectsAreIgnoredUnlessAskedFor) {
  const std::vector<std::string> keys{"readme.txt", "x.db", "y.db.gz", "z/", "manifest.json"};
  EXPECT_TRUE(paired(keys).empty());
  const auto pairs = paired(keys, true);
  ASSERT_EQ(pairs.size(), 2U);
  EXPECT_FALSE(pairs[0].has_manifest);
}

TEST(Listing, OtherObjectsAreFoundWhenTheyAreKnown) {
  const auto pairs = paired({"old-2021", "readme.txt"}, false, [](std::string_view key) { return key == "old-2021"; });
  ASSERT_EQ(pairs.size(), 1U);
  EXPECT_EQ(pairs[0].object_key, "old-2021");
}

// The stack must give what a map of all keys would give.
TEST(Listing, AgreesWithPairingOverAllKeys) {
  EXPECT_TRUE(rc::check([] {
    const auto parts = *rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
        "a", "a.db", "a.db.manifest.json", "a.db.age", "a/b", "a/b.manifest.json", "a.manifest.json",
        "a.db.age.manifest.json", "b.manifest.json.manifest.json", "b.manifest.json", "b"));
    std::vector<std::string> keys = parts;
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    std::vector<std::string> expected;
    for (const std::string& key : keys) {
      if (const auto object = object_key_of_manifest(key)) expected.push_back(*object);
    }
    std::vector<std::string> found;
    for (const Pair& pair : paired(keys)) {
      found.push_back(pair.object_key);
      const bool there = std::find(keys.begin(), keys.end(), pair.object_key) != keys.end();
      // A manifest is never taken for somebody's object.
      RC_ASSERT(pair.object.has_value() == (there && !object_key_of_manifest(pair.object_key)));
    }
    std::sort(expected.begin(), expected.end());
    std::sort(found.begin(), found.end());
    RC_ASSERT(found == expected);
  }));
}

}  // namespace
}  // namespace holdfast::repository
