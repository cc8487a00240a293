#include "pipeline/spool.h"

#include <filesystem>
#include <thread>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "test_streams.h"

#include "support/faulty_file_system.h"
#include "support/temp_dir.h"

namespace holdfast::pipeline {
namespace {

constexpr std::size_t kMemory = 64 * kKiB;  // sixteen blocks of 4 KiB

SpoolOptions with_file(const test::TempDir& directory) {
  return {.memory_bytes = kMemory, .directory = directory.path(), .file_limit = 0, .keep_free = 0};
}
SpoolOptions memory_only() {
  return {.memory_bytes = kMemory, .directory = {}};
}

// Reads everything on a thread of its own while the caller writes.
class BackgroundReader {
 public:
  explicit BackgroundReader(Spool& spool, std::vector<std::size_t> pieces = {})
      : thread_([this, &spool, pieces = std::move(pieces)] { result_ = read_in_pieces(spool.reader(), pieces); }) {}
  Result<Bytes> join() {
    thread_.join();
    return result_;
  }

 private:
  Result<Bytes> result_;
  std::jthread thread_;
};

TEST(Spool, GivesOutWhatWasWrittenWithoutAFileWhenItFits) {
  const test::TempDir directory;
  Spool spool(with_file(directory), os::real_file_system());
  const Bytes bytes = noise(kMemory - 8 * kKiB);
  ASSERT_TRUE(write_in_pieces(spool.writer(), bytes, {1000}));
  EXPECT_EQ(spool.spilled_bytes(), 0U);
  EXPECT_EQ(read_in_pieces(spool.reader(), {777}), bytes);
}

TEST(Spool, NeverMakesTheWriterWaitWhileThereIsDisk) {
  const test::TempDir directory;
  Spool spool(with_file(directory), os::real_file_system());
  const Bytes bytes = noise(10 * kMiB);
  ASSERT_TRUE(write_in_pieces(spool.writer(), bytes, {100'000}));  // nobody reads yet
  EXPECT_GT(spool.spilled_bytes(), 9 * kMiB);
  EXPECT_EQ(read_in_pieces(spool.reader()), bytes);
}

TEST(Spool, EndsAtOnceWhenNothingWasWritten) {
  Spool spool(memory_only(), os::real_file_system());
  ASSERT_TRUE(spool.writer().finish());
  Bytes buffer(10);
  EXPECT_EQ(spool.reader().read(buffer), 0U);
  EXPECT_EQ(spool.reader().read(buffer), 0U);
}

TEST(Spool, KeepsTheOrderBetweenMemoryAndFile) {
  const test::TempDir directory;
  EXPECT_TRUE(rc::check([&] {
    Spool spool(with_file(directory), os::real_file_system());
    const Bytes bytes = noise(*rc::gen::inRange<std::size_t>(0, 2'000'000));
    std::size_t written = 0;
    Bytes got;
    Bytes buffer(200'000);
    const auto read_up_to = [&](std::size_t limit) {  // never more than is there for sure: whole blocks
      while (got.size() + 4 * kKiB <= limit) {
        const auto count = *spool.reader().read(ByteSpan(buffer).first(std::min(buffer.size(), limit - got.size())));
        got.insert(got.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(count));
      }
    };
    while (written < bytes.size()) {
      const auto piece = std::min(*rc::gen::inRange<std::size_t>(1, 200'000), bytes.size() - written);
      RC_ASSERT(spool.writer().write(ByteView(bytes).subspan(written, piece)).has_value());
      written += piece;
      read_up_to(*rc::gen::inRange<std::size_t>(0, written / (4 * kKiB) * (4 * kKiB) + 1));
    }
    RC_ASSERT(spool.writer().finish().has_value());
    const Bytes rest = *read_in_pieces(spool.reader());
    got.insert(got.end(), rest.begin(), rest.end());
    RC_ASSERT(got == bytes);
  }));
}

// Two threads at random speeds, with memory only, with a file, and with a file that is too small.
TEST(Spool, GivesOutTheSameBytesWhateverTheSpeeds) {
  const test::TempDir directory;
  EXPECT_TRUE(rc::check([&] {
    SpoolOptions options = *rc::gen::arbitrary<bool>() ? with_file(directory) : memory_only();
    options.file_limit = *rc::gen::element<std::uint64_t>(0, 4096, 100'000);
    const auto any_size = rc::gen::inRange<std::size_t>(200, 50'000);
    const auto any_pieces = rc::gen::nonEmpty(rc::gen::container<std::vector<std::size_t>>(any_size));
    const auto writes = *any_pieces;
    const Bytes bytes = noise(*rc::gen::inRange<std::size_t>(0, 1'000'000));
    Spool spool(options, os::real_file_system());
    BackgroundReader reader(spool, *any_pieces);
    const Status written = write_in_pieces(spool.writer(), bytes, writes);
    const auto got = reader.join();
    RC_ASSERT(written.has_value());
    RC_ASSERT(got.has_value());
    RC_ASSERT(*got == bytes);
  }));
}

TEST(Spool, WithoutAFileMakesTheWriterWaitForTheReader) {
  Spool spool(memory_only(), os::real_file_system());
  const Bytes bytes = noise(3 * kMiB);
  BackgroundReader reader(spool, {1000});
  ASSERT_TRUE(write_in_pieces(spool.writer(), bytes));
  EXPECT_EQ(reader.join(), bytes);
  EXPECT_EQ(spool.spilled_bytes(), 0U);
}

TEST(Spool, LeavesNoNameInTheDirectory) {
  const test::TempDir directory;
  Spool spool(with_file(directory), os::real_file_system());
  ASSERT_TRUE(write_in_pieces(spool.writer(), noise(kMiB)));
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(Spool, LeavesNoNameWhereNamelessFilesAreUnknown) {
  const test::TempDir directory;
  test::FaultyFileSystem files(os::real_file_system());  // makes them by name and removes the name
  Spool spool(with_file(directory), files);
  EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
  ASSERT_TRUE(write_in_pieces(spool.writer(), noise(kMiB)));
  EXPECT_EQ(read_in_pieces(spool.reader()), noise(kMiB));
}

TEST(Spool, StaysWithinItsFileLimit) {
  const test::TempDir directory;
  SpoolOptions options = with_file(directory);
  options.file_limit = 20 * kKiB;
  Spool spool(options, os::real_file_system());
  const Bytes bytes = noise(kMemory + 20 * kKiB - 8 * kKiB);
  ASSERT_TRUE(write_in_pieces(spool.writer(), bytes));  // memory and file, less the reader's block
  EXPECT_LE(spool.spilled_bytes(), 20 * kKiB);
  EXPECT_EQ(read_in_pieces(spool.reader()), bytes);
}

TEST(Spool, GivesFileSpaceBackAsItIsRead) {
  const test::TempDir directory;
  SpoolOptions options = with_file(directory);
  options.file_limit = 40 * kKiB;
  Spool spool(options, os::real_file_system());
  const Bytes bytes = noise(4 * kMiB);
  BackgroundReader reader(spool, {3000});
  ASSERT_TRUE(write_in_pieces(spool.writer(), bytes, {30'000}));
  EXPECT_EQ(reader.join(), bytes);  // far more went through than the limit
}

TEST(Spool, LeavesTheFreeSpaceAloneThatItWasToldTo) {
  const test::TempDir directory;
  test::FaultyFileSystem files(os::real_file_system());
  files.limit_space(kMiB);
  SpoolOptions options = with_file(directory);
  options.keep_free = kMiB - 40 * kKiB;
  Spool spool(options, files);
  BackgroundReader reader(spool);
  ASSERT_TRUE(write_in_pieces(spool.writer(), noise(2 * kMiB)));
  EXPECT_EQ(reader.join(), noise(2 * kMiB));
  EXPECT_LE(spool.spilled_bytes(), 40 * kKiB);
}

}  // namespace
}  // namespace holdfast::pipeline
