// The scan of a passing stream and the walk over a file judge alike: thousands of databases are damaged in one place
// each, and whatever makes the walk speak of an error keeps the scan from calling them good, and the other way round.
// The one exception are the histories of keys, whose records may lie in any page: only the walk follows them.
#include <functional>
#include <map>

#include "unit/snapshot/verify_support.h"

namespace holdfast::test {
namespace {

using namespace holdfast::snapshot;

struct Shape {
  std::string name;
  std::function<BoltFile()> write;
};

// Every bucket has many items.
EtcdModel full_model() {
  EtcdModel model = sample_model(120, 40, 3);
  for (int i = 0; i < 40; ++i) {
    model.begin();
    for (int j = 0; j < 1 + i % 7; ++j)
      model.put("/txn/" + std::to_string(i) + "/" + std::to_string(j), std::string(30, 't'));
    model.commit();
  }
  model.enable_auth();
  for (int i = 0; i < 60; ++i) {
    const std::string n = std::to_string(i);
    model.add_user("user-" + n + std::string(static_cast<std::size_t>(i % 40), 'u'));
    std::string role = "\x0a" + std::string(1, static_cast<char>(5 + n.size())) + "role-" + n;
    role += std::string("\x12\x08\x08\x02\x12\x01", 6) + "a" + std::string("\x1a\x01", 2) + "b";
    model.bucket("authRoles")["role-" + n] = role;
    model.grant(1000 + 77 * i);
    model.add_member(0x1000000000000000U + static_cast<std::uint64_t>(i) * 7919, "m" + n);
    model.bucket("members_removed")["9" + n] = "removed";
  }
  model.raise_alarm(5);
  model.raise_alarm(6);
  model.compact(60);
  model.set_storage_version("3.6.0");
  return model;
}

BoltFile write_trees(BoltLayout layout) {
  auto buckets = full_model().buckets();
  for (BoltBucket& bucket : buckets)
    bucket.may_be_inline = false;
  return write_bolt(std::move(buckets), layout);
}

std::vector<Shape> shapes() {
  return {
      {"inline buckets and a deep tree", [] { return damage_sample(); }},
      {"small buckets as deep trees",
       [] { return write_trees({.page_size = 1024, .leaf_fill = 250, .fanout = 3, .seed = 4, .free_pages = 4}); }},
      {"pages of 4 KiB", [] { return write_trees({.seed = 5, .free_pages = 2}); }},
      {"a root of many leaves", [] { return write_bolt(full_model().buckets(), {.root_fill = 300, .seed = 6}); }},
      {"long values and long names",
       [] {
         EtcdModel model = sample_model(30, 3000, 8);
         model.enable_auth();
         for (int i = 0; i < 12; ++i)
           model.add_user(std::string(100, 'n') + std::to_string(i) + std::string(1200, 'x'));
         return write_bolt(model.buckets(), {.page_size = 1024, .seed = 8, .free_pages = 3});
       }},
      {"a stored free list",
       [] {
         return write_bolt(sample_model(60, 60).buckets(),
                           {.page_size = 1024, .seed = 9, .free_pages = 20, .store_freelist = true});
       }},
  };
}

// What the walk says, histories left out.
bool walk_finds(const VerifyReport& report) {
  return std::any_of(report.findings.begin(), report.findings.end(), [](const Finding& finding) {
    return finding.severity == Severity::error && finding.check != "key-history";
  });
}

class ScanAndWalk : public ::testing::Test {
 protected:
  static constexpr int kMutations = 300;  // of each kind and shape

  // Damages copies of each shape, and compares what both say of them.
  void compare(const std::function<void(BoltFile&)>& damage) {
    for (const Shape& shape : shapes()) {
      SCOPED_TRACE(shape.name);
      const BoltFile plain = shape.write();
      for (int i = 0; i < kMutations && !HasFailure(); ++i) {
        BoltFile file = plain;
        damage(file);
        judge(file, i);
      }
    }
    EXPECT_GT(bad_, 200);
  }

  void judge(const BoltFile& file, int number) {
    const VerifyReport report = verified(with_trailer(file.bytes), {.max_findings = 100000});
    auto scanned = scan(file.bytes);
    Status judged = scanned ? check_snapshot_facts(*scanned) : Status(tl::unexpected<Error>(scanned.error()));
    // What cannot be judged in one pass is never called good, and it is nothing that somebody would write.
    if (!judged && judged.error().code == Code::unsupported) {
      EXPECT_FALSE(report.findings.empty()) << "mutation " << number << ": " << judged.error().to_string();
      return;
    }
    const bool walked_bad = walk_finds(report);
    if (walked_bad) ++bad_;
    EXPECT_EQ(!judged, walked_bad) << "mutation " << number
                                   << "\nscan: " << (judged ? "good" : judged.error().to_string()) << "\nwalk:\n"
                                   << listed(report);
  }

  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }

  // A page that carries its own number.
  PageId any_page(BoltFile& file) {
    while (true) {
      const PageId page = 2 + below(file.meta.high_water_mark - 2);
      if (read_page_header(file.page(page)).id == page) return page;
    }
  }
  PageId any_branch(BoltFile& file) {
    for (int i = 0; i < 10000; ++i) {
      const PageId page = any_page(file);
      if (read_page_header(file.page(page)).flags == kBranchPage) return page;
    }
    return any_page(file);
  }
  std::size_t elements(BoltFile& file, PageId page) {
    return std::max<std::size_t>(1, std::min<std::size_t>(read_page_header(file.page(page)).count, 30));
  }

  std::mt19937_64 random_{20261121};
  int bad_ = 0;
};

TEST_F(ScanAndWalk, AgreeOnUndamagedDatabases) {
  for (const Shape& shape : shapes()) {
    SCOPED_TRACE(shape.name);
    const BoltFile file = shape.write();
    EXPECT_TRUE(verified(with_trailer(file.bytes)).ok()) << listed(verified(with_trailer(file.bytes)));
    const auto facts = scan(file.bytes);
    EXPECT_TRUE(facts) << facts.error().to_string();
  }
}

TEST_F(ScanAndWalk, AgreeOnFlippedBits) {
  compare([&](BoltFile& file) { file.bytes[below(file.bytes.size())] ^= static_cast<std::uint8_t>(1U << below(8)); });
}

TEST_F(ScanAndWalk, AgreeOnChangedHeadersAndElements) {
  compare([&](BoltFile& file) {
    const PageId page = any_page(file);
    const std::size_t at = below(kPageHeaderSize + elements(file, page) * kElementSize);
    file.page(page)[at] ^= static_cast<std::uint8_t>(1U << below(8));
  });
}

TEST_F(ScanAndWalk, AgreeOnElementsWithOtherNumbers) {
  compare([&](BoltFile& file) {
    const PageId page = any_page(file);
    const std::size_t field = below(4) * 4;
    const std::size_t index = below(elements(file, page));
    const std::size_t at = kPageHeaderSize + index * kElementSize + field;
    const auto now = load_le<std::uint32_t>(file.page(page).data() + at);
    set_element(file, page, index, field, static_cast<std::uint32_t>(now + below(9) - 4));
  });
}

// Fewer elements than there were: the rest of the page would be lost without a word.
TEST_F(ScanAndWalk, AgreeOnPagesThatLostItems) {
  compare([&](BoltFile& file) {
    const PageId page = any_page(file);
    PageHeader header = read_page_header(file.page(page));
    if (header.flags != kLeafPage && header.flags != kBranchPage) return;
    if (header.count > 1) header.count = static_cast<std::uint16_t>(1 + below(header.count - 1U));
    write_page_header(header, file.page(page));
  });
}

TEST_F(ScanAndWalk, AgreeOnChangedKeys) {
  compare([&](BoltFile& file) {
    const PageId page = below(2) == 0 ? any_page(file) : any_branch(file);
    const std::size_t index = below(elements(file, page));
    const std::size_t at = kPageHeaderSize + index * kElementSize;
    const ByteSpan bytes = file.page(page);
    const bool leaf = read_page_header(bytes).flags == kLeafPage;
    const std::size_t key = at + load_le<std::uint32_t>(bytes.data() + at + (leaf ? 4 : 0));
    const auto size = load_le<std::uint32_t>(bytes.data() + at + (leaf ? 8 : 4));
    const std::size_t changed = key + below(std::max<std::uint64_t>(size, 1));
    if (changed < bytes.size()) bytes[changed] = static_cast<std::uint8_t>(bytes[changed] + below(5) - 2);
  });
}

TEST_F(ScanAndWalk, AgreeOnExchangedChildren) {
  compare([&](BoltFile& file) {
    const PageId from = any_branch(file);
    const PageId to = any_branch(file);
    std::uint8_t* const a = file.page(from).data() + kPageHeaderSize + below(elements(file, from)) * kElementSize + 8;
    std::uint8_t* const b = file.page(to).data() + kPageHeaderSize + below(elements(file, to)) * kElementSize + 8;
    const auto child = load_le<std::uint64_t>(a);
    store_le(a, load_le<std::uint64_t>(b));
    store_le(b, child);
  });
}

TEST_F(ScanAndWalk, AgreeOnExchangedPages) {
  compare([&](BoltFile& file) {
    const PageId a = any_page(file);
    const PageId b = any_page(file);
    std::swap_ranges(file.page(a).begin() + 8, file.page(a).end(), file.page(b).begin() + 8);
  });
}

TEST_F(ScanAndWalk, AgreeOnPagesThatBecameCopiesOfOthers) {
  compare([&](BoltFile& file) {
    const PageId from = any_page(file);
    const PageId to = any_page(file);
    std::copy(file.page(from).begin() + 8, file.page(from).end(), file.page(to).begin() + 8);
  });
}

}  // namespace
}  // namespace holdfast::test
