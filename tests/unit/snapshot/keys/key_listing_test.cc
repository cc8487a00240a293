// The listing of a snapshot is what etcd's Range would show: against a model, in any layout of pages, with and without
// a temporary file.
#include <gmock/gmock.h>
#include <rapidcheck.h>

#include "unit/snapshot/keys/keys_support.h"

#include "support/faulty_file_system.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

using namespace holdfast::snapshot;
using ::testing::HasSubstr;

ListOptions options_in(const TempDir& directory, std::size_t memory = 32 * kMiB) {
  return {.spool_directory = directory.file("."), .memory = memory, .digest_seed = kSeed};
}

std::string random_key() {
  const int i = *rc::gen::inRange(0, 40);
  const int kind = *rc::gen::inRange(0, 4);
  if (kind == 0) return fmt::format("/registry/pods/ns-{}/pod-{}", i % 3, i);
  if (kind == 1) return fmt::format("k{}", i);
  if (kind == 2) return std::string(static_cast<std::size_t>(i % 5) + 1, '\xff') + std::string(1, '\0');
  return std::string(static_cast<std::size_t>(i) * 20 + 1, 'k');  // each the beginning of the next
}

void change(ModelledKeys& keys) {
  const std::string key = random_key();
  const int what = *rc::gen::inRange(0, 10);
  if (what < 3 && keys.has(key)) return keys.remove(key);
  // Now and then a value of several pages.
  const std::size_t size = *rc::gen::inRange<std::size_t>(0, what == 9 ? 9000 : 200);
  keys.put(key, std::string(size, static_cast<char>('a' + what)), what == 8 ? 4711 : 0);
}

ModelledKeys random_history() {
  ModelledKeys keys;
  const int changes = *rc::gen::inRange(0, 150);
  for (int i = 0; i < changes; ++i) {
    if (i % 13 == 5) {
      keys.begin();
      keys.put("txn-a", std::to_string(i));
      keys.put("txn-b", std::to_string(i));
      keys.commit();
    }
    change(keys);
    if (*rc::gen::inRange(0, 40) == 0) keys.database.compact(keys.database.revision());
  }
  if (*rc::gen::arbitrary<bool>()) keys.database.bump(1000);
  return keys;
}

// Old leaves with other records in the free pages: nothing of them may be seen.
Bytes random_file(const ModelledKeys& keys) {
  EtcdModel old;
  for (int i = 0; i < 30; ++i)
    old.put(fmt::format("/registry/pods/ns-{}/pod-{}", i % 3, i), "stale");
  const BoltFile stale = write_bolt(old.buckets(), {.page_size = 1024});
  BoltLayout layout{.page_size = *rc::gen::element<std::size_t>(1024, 4096, 65536),
                    .leaf_fill = *rc::gen::inRange<std::size_t>(0, 900),
                    .fanout = *rc::gen::inRange<std::size_t>(2, 60),
                    .seed = *rc::gen::inRange<std::uint64_t>(0, 1000),
                    .free_pages = *rc::gen::inRange<std::size_t>(0, 6)};
  layout.fill_free = [&stale](PageId id, ByteSpan page) {
    const std::size_t at = (2 + id % (stale.bytes.size() / 1024 - 2)) * 1024;
    std::copy_n(stale.bytes.begin() + static_cast<std::ptrdiff_t>(at), 1024, page.begin());
    PageHeader header = read_page_header(page);
    header.id = id;
    write_page_header(header, page);
  };
  auto buckets = keys.database.buckets();
  const bool may_be_inline = *rc::gen::arbitrary<bool>();
  for (BoltBucket& bucket : buckets)
    bucket.may_be_inline = may_be_inline;
  return with_trailer(write_bolt(std::move(buckets), layout).bytes);
}

TEST(KeyListing, is_what_range_shows) {
  const TempDir directory;
  EXPECT_TRUE(rc::check([&] {
    const ModelledKeys keys = random_history();
    const auto listing = list_bytes(random_file(keys), os::real_file_system(), options_in(directory));
    if (!listing) RC_FAIL(listing.error().to_string());
    const auto listed = keys_of(*listing);
    if (!listed) RC_FAIL(listed.error().to_string());
    RC_ASSERT(texts_of(*listed) == texts_of(keys.keys()));
    RC_ASSERT(listing->revision() == keys.database.revision());
    RC_ASSERT(texts_of(keys_of(*listing).value()) == texts_of(keys.keys()));  // a second time as well
  }));
}

TEST(KeyListing, knows_leases_and_members) {
  for (const bool may_be_inline : {true, false}) {
    ModelledKeys keys;
    for (int i = 0; i < 300; ++i)
      keys.database.grant(1000 - 3 * i);
    for (std::uint64_t i = 1; i <= 3; ++i)
      keys.database.add_member(0x10 * i, fmt::format("m{}", i));
    auto buckets = keys.database.buckets();
    for (BoltBucket& bucket : buckets)
      bucket.may_be_inline = may_be_inline;
    const TempDir directory;
    const auto listing = list_bytes(write_bolt(std::move(buckets), {.page_size = 1024, .seed = 3}).bytes,
                                    os::real_file_system(), options_in(directory));
    ASSERT_TRUE(listing) << listing.error().to_string();
    EXPECT_EQ(listing->leases().size(), 300U);
    EXPECT_EQ(listing->facts().lease_count, 300U);
    ASSERT_EQ(listing->members().size(), 4U);  // the model begins with one
    EXPECT_EQ(listing->members()[1].id, 0x20U);
    EXPECT_EQ(listing->members()[1].name, "m2");
  }
}

// As many as do not fit, many of them changed or deleted.
ModelledKeys many_keys(int count) {
  ModelledKeys keys;
  const auto name = [](int i) { return fmt::format("/registry/events/ns-{}/event-{:08}", i % 17, i * 7919 % 1000003); };
  for (int i = 0; i < count; ++i)
    keys.put(name(i), "v");
  for (int i = 0; i < count; i += 3)
    keys.put(name(i), "w");
  for (int i = 0; i < count; i += 5)
    keys.remove(name(i));
  for (int i = 0; i < count; i += 10)
    keys.put(name(i), "again");
  return keys;
}

TEST(KeyListing, of_200000_keys_needs_no_more_memory_than_it_is_given) {
  const TempDir directory;
  const ModelledKeys keys = many_keys(200000);
  // 40 MB of items through 256 KiB: some 150 runs, more than are merged at once.
  const auto listing = list_bytes(write_bolt(keys.database.buckets(), {.seed = 7}).bytes, os::real_file_system(),
                                  options_in(directory, 256 * kKiB));
  ASSERT_TRUE(listing) << listing.error().to_string();
  EXPECT_TRUE(listing->spilled());
  const auto listed = keys_of(*listing);
  ASSERT_TRUE(listed) << listed.error().to_string();
  EXPECT_TRUE(texts_of(*listed) == texts_of(keys.keys()));
  EXPECT_EQ(os::real_file_system().list(directory.file(".")).value(), std::vector<std::string>{});
}

TEST(KeyListing, a_full_disk_is_said_with_the_directory) {
  const TempDir directory;
  FaultyFileSystem files(os::real_file_system());
  files.limit_space(200 * kKiB);
  const auto listing =
      list_bytes(write_bolt(many_keys(20000).database.buckets()).bytes, files, options_in(directory, 256 * kKiB));
  ASSERT_FALSE(listing);
  EXPECT_EQ(listing.error().code, Code::no_space);
  EXPECT_THAT(listing.error().to_string(), HasSubstr(directory.file(".")));
  EXPECT_THAT(listing.error().hint, HasSubstr("another directory"));
}

TEST(KeyListing, a_disk_that_fails_while_runs_are_read_is_an_error) {
  const TempDir directory;
  FaultyFileSystem files(os::real_file_system());
  auto listing =
      list_bytes(write_bolt(many_keys(20000).database.buckets()).bytes, files, options_in(directory, 256 * kKiB));
  ASSERT_TRUE(listing) << listing.error().to_string();
  const auto cursor = listing->open();
  ASSERT_TRUE(cursor);
  files.fail_call(FileCall::read, 3, Code::unavailable);
  const auto listed = read_all_keys(**cursor);
  ASSERT_FALSE(listed);
  EXPECT_EQ(listed.error().code, Code::unavailable);
  EXPECT_EQ(files.unreached_faults(), std::vector<std::string>{});
}

TEST(KeyListing, of_damaged_bytes_is_refused) {
  const TempDir directory;
  const Bytes good = with_trailer(write_bolt(many_keys(2000).database.buckets()).bytes);
  for (const std::size_t at : {std::size_t{4096 + 3000}, good.size() / 2, good.size() - 5}) {
    Bytes bytes = good;
    bytes[at] ^= 1;
    const auto listing = list_bytes(bytes, os::real_file_system(), options_in(directory));
    ASSERT_FALSE(listing) << at;
    EXPECT_EQ(listing.error().code, Code::corrupt) << at;
  }
  const auto cut = list_bytes(Bytes(good.begin(), good.begin() + 40960), os::real_file_system(), options_in(directory));
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().code, Code::corrupt);
}

TEST(KeyListing, refuses_a_key_that_is_too_long_only_while_it_is_in_use) {
  const TempDir directory;
  ModelledKeys keys;
  keys.put("short", "v");
  keys.database.put(std::string(70000, 'k'), "v");
  const auto listing =
      list_bytes(write_bolt(keys.database.buckets()).bytes, os::real_file_system(), options_in(directory));
  ASSERT_TRUE(listing) << listing.error().to_string();
  const auto cursor = listing->open();
  ASSERT_FALSE(cursor);
  EXPECT_EQ(cursor.error().code, Code::unsupported);
}

TEST(KeyListing, of_an_empty_etcd_is_empty) {
  const TempDir directory;
  const auto listing =
      list_bytes(write_bolt(EtcdModel().buckets()).bytes, os::real_file_system(), options_in(directory));
  ASSERT_TRUE(listing) << listing.error().to_string();
  EXPECT_EQ(listing->revision(), 1);
  EXPECT_TRUE(keys_of(*listing).value().empty());
}

}  // namespace
}  // namespace holdfast::test
