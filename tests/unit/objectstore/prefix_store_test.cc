#include "objectstore/prefix_store.h"

#include <gmock/gmock.h>

#include "objectstore/memory/memory_store.h"

namespace holdfast::test {
namespace {

using objectstore::MemoryStore;
using objectstore::ObjectInfo;
using objectstore::PrefixStore;

std::vector<std::string> list(objectstore::ObjectStore& store, const std::string& prefix = "") {
  std::vector<std::string> keys;
  const auto collect = [&](const ObjectInfo& info) -> Status {
    keys.push_back(info.key);
    return {};
  };
  EXPECT_TRUE(store.list(prefix, collect, {}));
  return keys;
}

TEST(PrefixStore, StoresBelowThePrefixAndSeesNothingElse) {
  auto memory = std::make_unique<MemoryStore>(os::real_clock());
  MemoryStore& inner = *memory;
  ASSERT_TRUE(objectstore::put_bytes(inner, "site/other", {}, {}, {}));
  const auto store = PrefixStore::make(std::move(memory), "site/a/").value();

  ASSERT_TRUE(objectstore::put_bytes(*store, "backup", as_bytes("x"), {}, {}));

  EXPECT_THAT(list(inner), ::testing::ElementsAre("site/a/backup", "site/other"));
  EXPECT_THAT(list(*store), ::testing::ElementsAre("backup"));
}

TEST(PrefixStore, CannotBeLeftUpwards) {
  auto memory = std::make_unique<MemoryStore>(os::real_clock());
  ASSERT_TRUE(objectstore::put_bytes(*memory, "other", {}, {}, {}));
  const auto store = PrefixStore::make(std::move(memory), "site/").value();

  EXPECT_EQ(store->head("../other", {}).error().code, Code::usage);
}

TEST(PrefixStore, RefusesAPrefixNoKeyCouldFollow) {
  for (const char* prefix : {"/", "a//", "../", "a\n", "\xff"}) {
    auto memory = std::make_unique<MemoryStore>(os::real_clock());
    const auto store = PrefixStore::make(std::move(memory), prefix);
    ASSERT_FALSE(store) << prefix;
    EXPECT_EQ(store.error().code, Code::usage);
  }
}

TEST(PrefixStore, KeyAndPrefixTogetherMustFit) {
  const auto store =
      PrefixStore::make(std::make_unique<MemoryStore>(os::real_clock()), std::string(1000, 'p') + "/").value();

  EXPECT_TRUE(objectstore::put_bytes(*store, std::string(23, 'k'), {}, {}, {}));
  EXPECT_EQ(objectstore::put_bytes(*store, std::string(24, 'k'), {}, {}, {}).error().code, Code::usage);
}

TEST(PrefixStore, PassesOverNamesThatAreNoKeysBehindThePrefix) {
  auto memory = std::make_unique<MemoryStore>(os::real_clock());
  ASSERT_TRUE(objectstore::put_bytes(*memory, "a/b", {}, {}, {}));
  ASSERT_TRUE(objectstore::put_bytes(*memory, "a", {}, {}, {}));
  const auto store = PrefixStore::make(std::move(memory), "a").value();

  EXPECT_TRUE(list(*store).empty());  // behind "a" they are "" and "/b"
}

TEST(PrefixStore, DescribesTheWholePlace) {
  const auto store = PrefixStore::make(std::make_unique<MemoryStore>(os::real_clock()), "site/").value();

  EXPECT_EQ(store->describe(), "memory:/site/");
}

}  // namespace
}  // namespace holdfast::test
