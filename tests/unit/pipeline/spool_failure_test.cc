#include <chrono>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "test_streams.h"

#include "pipeline/spool.h"
#include "support/faulty_file_system.h"
#include "support/temp_dir.h"

namespace holdfast::pipeline {
namespace {

using test::FaultyFileSystem;
using test::FileCall;

constexpr std::size_t kMemory = 64 * kKiB;

Error broken(const char* what) {
  return fail(Code::unavailable, "{}", what).value();
}

SpoolOptions options_for(const std::string& directory) {
  return {.memory_bytes = kMemory, .directory = directory, .file_limit = 0, .keep_free = 0};
}

TEST(SpoolFailure, OfTheWriterReachesAWaitingReader) {
  Spool spool(options_for(""), os::real_file_system());
  Result<Bytes> got;
  std::jthread reader([&] { got = read_in_pieces(spool.reader()); });
  spool.fail_writer(broken("etcd went away"));
  reader.join();
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().message, "etcd went away");
}

TEST(SpoolFailure, OfTheWriterComesBeforeWhatIsQueued) {
  Spool spool(options_for(""), os::real_file_system());
  ASSERT_TRUE(spool.writer().write(noise(20'000)));
  spool.fail_writer(broken("etcd went away"));
  EXPECT_EQ(read_in_pieces(spool.reader()).error().message, "etcd went away");
  EXPECT_EQ(read_in_pieces(spool.reader()).error().message, "etcd went away");
}

TEST(SpoolFailure, OfTheReaderReachesAWaitingWriter) {
  Spool spool(options_for(""), os::real_file_system());
  Status written;
  std::jthread writer([&] { written = write_in_pieces(spool.writer(), noise(kMiB)); });
  spool.fail_reader(broken("the bucket went away"));
  writer.join();
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().message, "the bucket went away");
}

TEST(SpoolFailure, OfTheWriterEndsItsOwnWaitingWriteToo) {
  Spool spool(options_for(""), os::real_file_system());
  Status written;
  std::jthread writer([&] { written = write_in_pieces(spool.writer(), noise(kMiB)); });  // nobody reads
  spool.fail_writer(broken("stopped"));
  writer.join();
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().message, "stopped");
}

TEST(SpoolFailure, IsTheFirstOneForBothSides) {
  Spool spool(options_for(""), os::real_file_system());
  spool.fail_reader(broken("the bucket went away"));
  spool.fail_writer(broken("stopped"));
  EXPECT_EQ(read_in_pieces(spool.reader()).error().message, "the bucket went away");
  EXPECT_EQ(spool.writer().write(as_bytes("x")).error().message, "the bucket went away");
}

TEST(SpoolFailure, OfTheReaderIsGivenByTheNextWriteAndByFinish) {
  Spool spool(options_for(""), os::real_file_system());
  spool.fail_reader(broken("the bucket went away"));
  EXPECT_EQ(spool.writer().write(as_bytes("x")).error().message, "the bucket went away");
  EXPECT_EQ(spool.writer().finish().error().message, "the bucket went away");
}

TEST(SpoolFailure, OfEitherSideAtAnyMomentEndsBoth) {
  const test::TempDir directory;
  EXPECT_TRUE(rc::check([&] {
    SpoolOptions options = options_for(*rc::gen::arbitrary<bool>() ? directory.path() : "");
    options.file_limit = *rc::gen::element<std::uint64_t>(0, 4096);
    const auto pause = std::chrono::microseconds(*rc::gen::inRange(0, 300));
    const bool writer_fails = *rc::gen::arbitrary<bool>();
    Spool spool(options, os::real_file_system());
    Status written;
    Result<Bytes> got;
    std::jthread writer([&] {
      written = write_in_pieces(spool.writer(), noise(kMiB), {3000});
      if (!written) spool.fail_writer(written.error());
    });
    std::jthread reader([&] {
      got = read_in_pieces(spool.reader(), {500});
      if (!got) spool.fail_reader(got.error());
    });
    std::this_thread::sleep_for(pause);
    writer_fails ? spool.fail_writer(broken("etcd")) : spool.fail_reader(broken("bucket"));
    writer.join();
    reader.join();
    RC_ASSERT(!got || *got == noise(kMiB));
  }));
}

TEST(SpoolFailure, OfTheDirectoryIsToldByTheFirstWrite) {
  const test::TempDir directory;
  Spool spool(options_for(directory.file("missing")), os::real_file_system());
  const Status written = spool.writer().write(as_bytes("x"));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::not_found);
  EXPECT_NE(written.error().to_string().find("missing"), std::string::npos);
}

TEST(SpoolFailure, AFullDiskSlowsTheWriterDownAndLosesNothing) {
  const test::TempDir directory;
  FaultyFileSystem files(os::real_file_system());
  for (const int nth : {3, 4, 9})
    files.fail_call(FileCall::write, nth, Code::no_space);
  Spool spool(options_for(directory.path()), files);
  Result<Bytes> got;
  std::jthread reader([&] { got = read_in_pieces(spool.reader(), {2000}); });
  ASSERT_TRUE(write_in_pieces(spool.writer(), noise(3 * kMiB)));
  reader.join();
  EXPECT_EQ(got, noise(3 * kMiB));
  EXPECT_EQ(files.unreached_faults(), std::vector<std::string>{});
}

TEST(SpoolFailure, ADiskThatStaysFullLeavesTheMemory) {
  const test::TempDir directory;
  FaultyFileSystem files(os::real_file_system());
  files.limit_space(50'000);
  Spool spool(options_for(directory.path()), files);
  Result<Bytes> got;
  std::jthread reader([&] { got = read_in_pieces(spool.reader(), {2000}); });
  ASSERT_TRUE(write_in_pieces(spool.writer(), noise(3 * kMiB)));
  reader.join();
  EXPECT_EQ(got, noise(3 * kMiB));
  EXPECT_LE(spool.spilled_bytes(), 50'000U);
}

TEST(SpoolFailure, OfWritingTheFileReachesBothSides) {
  const test::TempDir directory;
  FaultyFileSystem files(os::real_file_system());
  files.fail_call(FileCall::write, 2, Code::internal);
  Spool spool(options_for(directory.path()), files);
  const Status written = write_in_pieces(spool.writer(), noise(kMiB));
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Code::internal);
  EXPECT_EQ(read_in_pieces(spool.reader()).error().code, Code::internal);
}

TEST(SpoolFailure, OfReadingTheFileReachesBothSides) {
  const test::TempDir directory;
  FaultyFileSystem files(os::real_file_system());
  files.fail_call(FileCall::read, 1, Code::internal);
  Spool spool(options_for(directory.path()), files);
  ASSERT_TRUE(spool.writer().write(noise(kMiB)));
  EXPECT_EQ(read_in_pieces(spool.reader()).error().code, Code::internal);
  EXPECT_EQ(spool.writer().write(as_bytes("x")).error().code, Code::internal);
}

TEST(SpoolFailure, OfAskingForFreeSpaceIsAnError) {
  const test::TempDir directory;
  FaultyFileSystem files(os::real_file_system());
  files.fail_call(FileCall::free_bytes, 1, Code::refused);
  Spool spool(options_for(directory.path()), files);
  EXPECT_EQ(write_in_pieces(spool.writer(), noise(kMiB)).error().code, Code::refused);
}

// Gives back other bytes than were written, as a disk with a lost write does.
class ForgetfulFile final : public os::File {
 public:
  explicit ForgetfulFile(bool short_reads) : short_reads_(short_reads) {}
  Result<std::size_t> read_at(std::uint64_t, ByteSpan into) override {
    if (short_reads_) return 0U;
    std::fill(into.begin(), into.end(), std::uint8_t{0});
    return into.size();
  }
  Status write_at(std::uint64_t, ByteView) override { return {}; }
  Result<std::uint64_t> size() override { return 0U; }
  Status truncate(std::uint64_t) override { return {}; }
  Status allocate(std::uint64_t) override { return {}; }
  Status sync() override { return {}; }
  void begin_writeback(std::uint64_t, std::uint64_t) override {}
  void will_read(std::uint64_t, std::uint64_t) override {}
  Status copy_range(std::uint64_t, std::uint64_t, os::File&, std::uint64_t) override { return {}; }

 private:
  const bool short_reads_;
};

// The real file system, but for nameless files.
class ForgetfulFileSystem final : public os::FileSystem {
 public:
  explicit ForgetfulFileSystem(bool short_reads) : short_reads_(short_reads) {}
  Result<std::unique_ptr<os::File>> open_anonymous(const std::string&) override {
    return std::unique_ptr<os::File>(std::make_unique<ForgetfulFile>(short_reads_));
  }
  Result<std::unique_ptr<os::File>> open(const std::string& path, os::OpenMode mode, unsigned permissions) override {
    return real_.open(path, mode, permissions);
  }
  Result<std::optional<os::FileInfo>> stat(const std::string& path) override { return real_.stat(path); }
  Result<std::vector<std::string>> list(const std::string& path) override { return real_.list(path); }
  Status make_directories(const std::string& path, unsigned mode) override {
    return real_.make_directories(path, mode);
  }
  Status rename(const std::string& from, const std::string& to, bool replace) override {
    return real_.rename(from, to, replace);
  }
  Status remove(const std::string& path) override { return real_.remove(path); }
  Status sync_directory(const std::string& path) override { return real_.sync_directory(path); }
  Result<std::uint64_t> free_bytes(const std::string& path) override { return real_.free_bytes(path); }

 private:
  const bool short_reads_;
  os::FileSystem& real_ = os::real_file_system();
};

class SpoolOnAForgetfulDisk : public testing::TestWithParam<bool> {};

TEST_P(SpoolOnAForgetfulDisk, CallsWhatComesBackCorrupt) {
  const test::TempDir directory;
  ForgetfulFileSystem files(GetParam());
  Spool spool(options_for(directory.path()), files);
  ASSERT_TRUE(write_in_pieces(spool.writer(), noise(kMiB)));
  EXPECT_EQ(read_in_pieces(spool.reader()).error().code, Code::corrupt);
}

INSTANTIATE_TEST_SUITE_P(ShortReads, SpoolOnAForgetfulDisk, testing::Bool());

}  // namespace
}  // namespace holdfast::pipeline
