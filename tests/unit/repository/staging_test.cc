// A disk that would run full: an error in time, and nothing left on it.
#include "repository/staging.h"

#include <gmock/gmock.h>

#include "save_bench.h"

#include "pipeline/filter.h"
#include "support/faulty_file_system.h"

namespace holdfast::repository {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class StagingTest : public testing::Test {
 protected:
  // Stores `bytes`, zstd-compressed and without a manifest.
  void store_compressed(Bytes bytes) {
    MemorySink sink(64 * kMiB);
    const auto compressor = pipeline::make_compressor(pipeline::Compression::zstd, 0, sink);
    ASSERT_TRUE(compressor->write(bytes));
    ASSERT_TRUE(compressor->finish());
    ASSERT_TRUE(objectstore::put_bytes(bench_.store, "bomb.db.zst", sink.bytes(), {}, {}));
  }
  Result<VerifyStoredReport> verify_deep(const std::string& key) {
    HF_ASSIGN(const Entry entry, Repository(bench_.store).find(key, {}));
    return verify_stored(bench_.store, entry, {.open = {}, .deep_directory = bench_.directory.path()},
                         {.files = files_, .clock = bench_.clock, .progress = pipeline::silent_progress()}, {});
  }
  std::vector<std::string> left() { return os::real_file_system().list(bench_.directory.path()).value(); }

  SaveBench bench_;
  test::FaultyFileSystem files_{os::real_file_system()};
};

TEST_F(StagingTest, stops_at_the_margin_whatever_still_comes) {
  files_.limit_space(kStagingMargin + 20 * kMiB);
  const auto file = files_.open(bench_.directory.file("x"), os::OpenMode::create, 0600);
  ASSERT_TRUE(file);
  StagingSink sink(**file, bench_.directory.path(), files_);
  const Bytes piece(static_cast<std::size_t>(kMiB));
  Status written;
  std::uint64_t count = 0;
  for (; written && count < 100; ++count)
    written = sink.write(piece);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::no_space);
  EXPECT_THAT(written.error().message, HasSubstr("no space for the temporary file"));
  EXPECT_LE(count, 34U);
}

TEST_F(StagingTest, a_deep_look_without_room_fails_and_leaves_nothing) {
  ASSERT_TRUE(bench_.save(bench_.options()));
  files_.limit_space(kStagingMargin);
  const auto report = verify_deep("prod/nightly");
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::no_space);
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(StagingTest, a_save_that_stages_without_room_fails_and_leaves_nothing) {
  files_.limit_space(kStagingMargin + 1000);
  SaveOptions options = bench_.options();
  options.drop_free_pages = true;
  SaveWorld world = bench_.world(bench_.store);
  const SaveWorld tight{world.etcd, world.store, world.clock, files_, world.random, world.progress};
  const auto report = save(tight, options, {});
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::no_space);
  EXPECT_THAT(bench_.keys(), IsEmpty());
  EXPECT_THAT(left(), IsEmpty());
}

TEST_F(StagingTest, a_snapshot_that_decompresses_far_beyond_its_database_is_damaged) {
  Bytes bomb = small_database().bytes;
  bomb.resize(3 * bomb.size() + 80 * kMiB);
  store_compressed(std::move(bomb));
  const auto report = verify_deep("bomb.db.zst");
  ASSERT_TRUE(report) << report.error().to_string();
  ASSERT_FALSE(report->ok());
  EXPECT_THAT(report->findings.front().what, HasSubstr("far behind the end of its database"));
  EXPECT_THAT(left(), IsEmpty());
}

}  // namespace
}  // namespace holdfast::repository
