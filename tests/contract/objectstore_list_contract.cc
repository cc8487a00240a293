// Promises about list: every key with the prefix, once, in byte order, with its size.
#include <algorithm>
#include <thread>

#include <gmock/gmock.h>

#include "objectstore_contract.h"

namespace holdfast::test {

using objectstore::ObjectInfo;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

TEST_P(ObjectStoreContract, NothingWithThePrefixListsNothing) {
  put("a", pattern(1));

  EXPECT_THAT(list("b"), IsEmpty());
  EXPECT_THAT(list("a/b/"), IsEmpty());
  EXPECT_THAT(list("../"), IsEmpty());
}

TEST_P(ObjectStoreContract, KeysComeInByteOrderNotInFolderOrder) {
  // '-' and '.' sort before '/', digits and letters after it; "é" sorts last.
  const std::vector<std::string> keys{"a-b", "a.b", "a/b", "a/b.c", "a0", "ab/c", "b", "é"};
  for (auto key = keys.rbegin(); key != keys.rend(); ++key)
    put(*key, pattern(1));

  EXPECT_THAT(list(), ElementsAreArray(keys));
}

TEST_P(ObjectStoreContract, PrefixIsTextNotAFolder) {
  for (const char* key : {"prod/a", "prod/ab/c", "prod-2/a", "pro", "test/prod/a"})
    put(key, pattern(1));

  EXPECT_THAT(list("prod"), ElementsAre("prod-2/a", "prod/a", "prod/ab/c"));
  EXPECT_THAT(list("prod/"), ElementsAre("prod/a", "prod/ab/c"));
  EXPECT_THAT(list("prod/a"), ElementsAre("prod/a", "prod/ab/c"));
  EXPECT_THAT(list("prod/ab/"), ElementsAre("prod/ab/c"));
}

TEST_P(ObjectStoreContract, OddCharactersSurvive) {
  const std::vector<std::string> keys{
      "a b/c d",         "plus+plus",      "per%cent%20",  "equals=sign",   "amp&and",
      "question?mark",   "hash#mark",      "colon:semi;",  "quote'\"",      "brackets[(<{}>)]",
      "back\\slash",     "tilde~star*",    "unicode/äöü✓", "dollar$comma,", "at@",
      "trailing space ", " leading space", "...",          "caret^pipe|",   "grave`",
      "日本語",          "-dash",          "e\xcc\x81"};
  for (const std::string& key : keys)
    put(key, as_bytes(key));

  auto sorted = keys;
  std::sort(sorted.begin(), sorted.end());
  EXPECT_THAT(list(), ElementsAreArray(sorted));
  for (const std::string& key : keys) {
    EXPECT_EQ(as_text(get(key)), key);
    EXPECT_THAT(list(key), ElementsAre(key));
    EXPECT_TRUE(store_.remove(key, no_stop_)) << key;
  }
  EXPECT_THAT(list(), IsEmpty());
}

TEST_P(ObjectStoreContract, MoreKeysThanAPageHolds) {
  const std::size_t many = harness_->many();
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < many; ++i)
    keys.push_back(fmt::format("list/{}/{:05}", i % 7, i));
  {
    std::vector<std::jthread> writers;
    for (std::size_t w = 0; w < 4; ++w) {
      writers.emplace_back([&, w] {
        for (std::size_t i = w; i < many; i += 4)
          put(keys[i], {});
      });
    }
  }
  std::sort(keys.begin(), keys.end());

  EXPECT_THAT(list("list/"), ElementsAreArray(keys));
}

TEST_P(ObjectStoreContract, EntriesHaveSizeTimeAndEtag) {
  const auto stored = put("object", pattern(1234));

  std::vector<ObjectInfo> found;
  const auto done = store_.list(
      "",
      [&](const ObjectInfo& info) -> Status {
        found.push_back(info);
        return {};
      },
      no_stop_);

  ASSERT_TRUE(done);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].size, 1234U);
  EXPECT_EQ(found[0].etag, stored.etag);
  EXPECT_LE(std::chrono::abs(found[0].modified - std::chrono::system_clock::now()), std::chrono::minutes(1));
}

TEST_P(ObjectStoreContract, VisitorsErrorEndsTheList) {
  for (const char* key : {"a", "b", "c"})
    put(key, pattern(1));
  int visited = 0;

  const auto done = store_.list(
      "",
      [&](const ObjectInfo&) -> Status {
        ++visited;
        if (visited == 2) return fail(Code::corrupt, "enough");
        return {};
      },
      no_stop_);

  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().message, "enough");
  EXPECT_EQ(visited, 2);
}

TEST_P(ObjectStoreContract, VisitorMayUseTheStore) {
  for (const char* key : {"a", "b", "c"})
    put(key, pattern(1));

  const auto done =
      store_.list("", [&](const ObjectInfo& info) { return store_.remove(info.key, no_stop_); }, no_stop_);

  ASSERT_TRUE(done) << done.error().to_string();
  EXPECT_THAT(list(), IsEmpty());
}

}  // namespace holdfast::test
