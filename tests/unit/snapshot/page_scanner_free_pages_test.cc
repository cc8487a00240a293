// Nothing that lies in a free page or inside a value may change what the scanner says.
#include <gmock/gmock.h>

#include "unit/snapshot/scan_support.h"

#include "snapshot/mvcc.h"
#include "snapshot/page_scanner.h"

namespace holdfast::test {
namespace {

using namespace holdfast::snapshot;

// A leaf or branch header with that page's own number.
void forge_header(ByteSpan page, PageId id, std::uint16_t flags, std::uint16_t count, std::uint32_t overflow) {
  write_page_header({.id = id, .flags = flags, .count = count, .overflow = overflow}, page);
}

// A leaf of `count` items as bbolt lays them out, whose last value reaches to the end of `overflow` further pages.
void forge_leaf(ByteSpan page, PageId id, std::uint32_t overflow, std::uint16_t count = 2) {
  forge_header(page, id, kLeafPage, count, overflow);
  std::size_t at = kPageHeaderSize + count * kElementSize;
  const std::uint64_t end = (std::uint64_t{overflow} + 1) * page.size();
  for (std::uint16_t i = 0; i < count; ++i) {
    std::uint8_t* const element = page.data() + kPageHeaderSize + i * kElementSize;
    const std::uint64_t value = i + 1 == count ? end - at - kRevisionKeySize : 10;
    store_le(element, 0U);
    store_le(element + 4, static_cast<std::uint32_t>(at - kPageHeaderSize - i * kElementSize));
    store_le(element + 8, static_cast<std::uint32_t>(kRevisionKeySize));
    store_le(element + 12, static_cast<std::uint32_t>(value));
    const std::string key = revision_key(i + 1, 0);
    std::copy(key.begin(), key.end(), page.data() + at);
    at += kRevisionKeySize + 10;
  }
}

TEST(PageScannerFreePages, StaleCopiesOfLivePagesChangeNothing) {
  const EtcdModel model = sample_model(400, 400);
  BoltLayout layout{.page_size = 1024, .seed = 2, .free_pages = 200};
  const BoltFile plain = write_bolt(model.buckets(), layout);
  // Copies of other pages under the free page's own number: roots, branches, leaves, long ones too.
  layout.fill_free = [&plain, n = std::size_t{0}](PageId id, ByteSpan page) mutable {
    const std::size_t from = 2 + (n++ * 7) % (plain.bytes.size() / 1024 - 2);
    std::copy_n(plain.bytes.begin() + static_cast<std::ptrdiff_t>(from * 1024), 1024, page.begin());
    store_le(page.data(), id);
  };
  expect_facts(scan(write_bolt(model.buckets(), layout).bytes, 3000), model);
}

TEST(PageScannerFreePages, RandomBytesChangeNothing) {
  const EtcdModel model = sample_model(100, 400);
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    std::mt19937_64 random(seed);
    BoltLayout layout{.page_size = 1024, .seed = seed, .free_pages = 60};
    layout.fill_free = [&random](PageId id, ByteSpan page) {
      for (std::uint8_t& byte : page)
        byte = static_cast<std::uint8_t>(random());
      const std::uint16_t flags = random() % 2 == 0 ? kLeafPage : kBranchPage;
      forge_header(page, id, flags, static_cast<std::uint16_t>(random() % 100),
                   static_cast<std::uint32_t>(random() % 5));
    };
    expect_facts(scan(write_bolt(model.buckets(), layout).bytes), model);
  }
}

TEST(PageScannerFreePages, StaleHeadsThatReachOverLivePagesChangeNothing) {
  const EtcdModel model = sample_model(200, 600);
  BoltLayout layout{.page_size = 1024, .seed = 3, .free_pages = 40};
  const PageId pages = write_bolt(model.buckets(), layout).meta.high_water_mark;
  layout.fill_free = [pages](PageId id, ByteSpan page) {
    forge_leaf(page, id, static_cast<std::uint32_t>(pages - id - 1));  // up to the end of the file
  };
  expect_facts(scan(write_bolt(model.buckets(), layout).bytes, 1000), model);
}

TEST(PageScannerFreePages, StaleRootsChangeNothing) {
  EtcdModel model = sample_model(20, 100);
  model.enable_auth();
  for (const std::size_t root_fill : {0U, 300U}) {
    BoltLayout layout{.root_fill = root_fill, .seed = 4, .free_pages = 100};
    BoltFile plain = write_bolt(model.buckets(), layout);
    layout.fill_free = [&plain](PageId id, ByteSpan page) {
      const ByteSpan root = plain.page(plain.roots.at(""));
      std::copy(root.begin(), root.end(), page.begin());
      store_le(page.data(), id);
    };
    expect_facts(scan(write_bolt(model.buckets(), layout).bytes), model);
  }
}

// A value in which every page begins with a header of its own number, as somebody may write it who can guess the
// numbers.
class ForgedValues : public ::testing::Test {
 protected:
  static constexpr std::size_t kPageSize = 1024;

  // Forges inside the value that begins with `marker`.
  template <class Forge>
  void forge_in(BoltFile& file, std::string_view marker, std::size_t size, Forge forge) {
    const std::size_t begin = file.find(marker);
    const std::size_t first = (begin + marker.size() + kPageSize - 1) / kPageSize;
    for (std::size_t page = first; (page + 1) * kPageSize <= begin + size; ++page) {
      forge(PageId{page}, ByteSpan(file.bytes).subspan(page * kPageSize, kPageSize));
    }
  }

  // Writes the model's file, forges in it, and gives it together with its true hash.
  template <class Forge>
  void expect_unharmed(Forge forge) {
    const std::string marker = "MARKER-OF-THE-LONG-VALUE";
    constexpr std::size_t kSize = 300 * kPageSize;
    EtcdModel model = sample_model(50, 300);
    model.put("long", marker + std::string(kSize - marker.size(), 'x'));
    for (int i = 0; i < 50; ++i)
      model.put("after-" + std::to_string(i), std::string(700, 'y'));
    BoltFile file = write_bolt(model.buckets(), {.page_size = kPageSize});
    forge_in(file, marker, kSize, forge);

    const std::size_t begin = file.find(marker);
    std::string forged(as_text(ByteView(file.bytes).subspan(begin, kSize)));
    EtcdModel same = sample_model(50, 300);
    same.put("long", forged);
    for (int i = 0; i < 50; ++i)
      same.put("after-" + std::to_string(i), std::string(700, 'y'));
    ASSERT_EQ(write_bolt(same.buckets(), {.page_size = kPageSize}).bytes, file.bytes);
    for (const std::size_t chunk : {std::size_t{100}, kPageSize, 64 * kKiB, kMiB})
      expect_facts(scan(file.bytes, chunk), same);
    pages_ = file.meta.high_water_mark;
  }

  PageId pages_ = 0;
};

TEST_F(ForgedValues, WithLeavesThatEndWithTheirPage) {
  expect_unharmed([](PageId id, ByteSpan page) { forge_leaf(page, id, 0); });
}

TEST_F(ForgedValues, WithLeavesThatReachFarBeyond) {
  expect_unharmed([](PageId id, ByteSpan page) { forge_leaf(page, id, 200); });
}

TEST_F(ForgedValues, WithLeavesOfManyItemsThatReachFarBeyond) {
  expect_unharmed([](PageId id, ByteSpan page) { forge_leaf(page, id, 150, 20); });
}

TEST_F(ForgedValues, WithBranches) {
  expect_unharmed([](PageId id, ByteSpan page) {
    forge_header(page, id, kBranchPage, 10, 3);
    for (std::size_t i = 0; i < 10; ++i) {
      std::uint8_t* const element = page.data() + kPageHeaderSize + i * kElementSize;
      store_le(element, static_cast<std::uint32_t>(160 - i * 16 + 17 * i));
      store_le(element + 4, 17U);
      store_le(element + 8, std::uint64_t{2} + i);
    }
  });
}

TEST_F(ForgedValues, WithRootsAndFacts) {
  const EtcdModel other = sample_model(3, 3);
  BoltFile plain = write_bolt(other.buckets(), {.page_size = kPageSize});
  expect_unharmed([&](PageId id, ByteSpan page) {
    const ByteSpan root = plain.page(plain.roots.at(""));
    std::copy(root.begin(), root.end(), page.begin());
    store_le(page.data(), id);
  });
}

TEST_F(ForgedValues, WithHeadersOfEveryKind) {
  expect_unharmed([](PageId id, ByteSpan page) {
    forge_header(page, id, static_cast<std::uint16_t>(id % 32), static_cast<std::uint16_t>(id * 7919),
                 static_cast<std::uint32_t>(id % 90));
  });
}

// Then the long pages of the tree were not looked at either: that is neither a good database nor a damaged one.
TEST(PageScannerFreePages, MoreLongPagesAtOnceThanAreLookedAtLeaveTheDatabaseUnjudged) {
  EtcdModel model = sample_model(100, 3000);
  BoltLayout layout{.page_size = 1024, .seed = 5, .free_pages = 6000};
  const PageId pages = write_bolt(model.buckets(), layout).meta.high_water_mark;
  layout.fill_free = [pages](PageId id, ByteSpan page) {
    if (id + 1 < pages) forge_leaf(page, id, static_cast<std::uint32_t>(pages - id - 1), 20);
  };
  const auto facts = scan(write_bolt(model.buckets(), layout).bytes);
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, Code::unsupported);
}

}  // namespace
}  // namespace holdfast::test
