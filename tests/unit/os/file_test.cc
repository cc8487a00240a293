#include <cstdio>
#include <stdexcept>
#include <thread>

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file_system.h"
#include "support/temp_dir.h"

namespace holdfast::os {
namespace {

class FileTest : public testing::Test {
 protected:
  std::unique_ptr<File> open(const std::string& name, OpenMode mode) {
    auto file = files_.open(directory_.file(name), mode);
    if (!file) throw std::runtime_error(file.error().to_string());
    return std::move(*file);
  }
  std::string contents(const std::string& name) {
    return std::string(as_text(read_file(files_, directory_.file(name), kMiB).value()));
  }

  test::TempDir directory_;
  FileSystem& files_ = real_file_system();
};

TEST_F(FileTest, ReadsBackWhatWasWrittenAtAnyOffset) {
  const auto file = open("a", OpenMode::create);
  ASSERT_TRUE(file->write_at(3, as_bytes("def")));
  ASSERT_TRUE(file->write_at(0, as_bytes("abc")));
  Bytes into(10);
  EXPECT_EQ(file->read_at(1, into).value(), 5U);
  EXPECT_EQ(as_text(ByteView(into).first(5)), "bcdef");
  EXPECT_EQ(file->read_at(6, into).value(), 0U);
  EXPECT_EQ(file->read_at(1000, into).value(), 0U);
  EXPECT_EQ(file->size().value(), 6U);
}

TEST_F(FileTest, AllocateReservesBlocksAndNeverShrinks) {
  const auto file = open("a", OpenMode::create);
  ASSERT_TRUE(file->allocate(1 * kMiB));
  EXPECT_EQ(file->size().value(), 1 * kMiB);
  struct stat info{};
  ASSERT_EQ(::stat(directory_.file("a").c_str(), &info), 0);
  EXPECT_GE(static_cast<std::uint64_t>(info.st_blocks) * 512, 1 * kMiB);
  ASSERT_TRUE(file->allocate(100));
  EXPECT_EQ(file->size().value(), 1 * kMiB);
}

TEST_F(FileTest, APipeIsReadToItsEnd) {
  const std::string path = directory_.file("pipe");
  ASSERT_EQ(::mkfifo(path.c_str(), 0600), 0);
  const std::string text(100'000, 'x');
  const std::jthread writer([&] {
    const auto pipe = std::fopen(path.c_str(), "w");
    std::fwrite(text.data(), 1, text.size(), pipe);
    std::fclose(pipe);
  });
  const auto bytes = read_file(files_, path, kMiB);
  ASSERT_TRUE(bytes) << bytes.error().to_string();
  EXPECT_EQ(as_text(*bytes), text);
}

TEST_F(FileTest, SeesWhetherSomebodyElseHoldsIt) {
  auto holder = files_.open_held(directory_.file("a"));
  ASSERT_TRUE(holder && *holder);
  const auto file = open("a", OpenMode::read);
  EXPECT_TRUE(file->held_elsewhere().value());
  holder->reset();
  EXPECT_FALSE(file->held_elsewhere().value());
  EXPECT_NE(files_.open_held(directory_.file("a")).value(), nullptr) << "looking must not hold it";
}

TEST_F(FileTest, TruncatesAndSyncs) {
  const auto file = open("a", OpenMode::create);
  ASSERT_TRUE(file->write_at(0, as_bytes("abcdef")));
  ASSERT_TRUE(file->truncate(2));
  ASSERT_TRUE(file->sync());
  EXPECT_EQ(contents("a"), "ab");
}

TEST_F(FileTest, CopiesARangeIntoAnotherFile) {
  const auto from = open("from", OpenMode::create);
  const auto to = open("to", OpenMode::create);
  ASSERT_TRUE(from->write_at(0, as_bytes("0123456789")));
  ASSERT_TRUE(to->write_at(0, as_bytes("xx")));
  ASSERT_TRUE(from->copy_range(3, 4, *to, 2));
  EXPECT_EQ(contents("to"), "xx3456");
}

TEST_F(FileTest, CopiesARangeBetweenFileSystems) {
  const auto from = files_.open("/dev/shm/holdfast-copy-" + std::to_string(::getpid()), OpenMode::overwrite);
  ASSERT_TRUE(from) << from.error().to_string();
  ASSERT_TRUE(files_.remove("/dev/shm/holdfast-copy-" + std::to_string(::getpid())));
  const auto to = open("to", OpenMode::create);
  const Bytes bytes(3 * kMiB + 17, 0x42);
  ASSERT_TRUE((*from)->write_at(0, bytes));
  ASSERT_TRUE((*from)->copy_range(0, bytes.size(), *to, 0));
  EXPECT_EQ(to->size().value(), bytes.size());
}

TEST_F(FileTest, ACopyBeyondTheEndIsAnError) {
  const auto from = open("from", OpenMode::create);
  const auto to = open("to", OpenMode::create);
  ASSERT_TRUE(from->write_at(0, as_bytes("0123")));
  EXPECT_EQ(from->copy_range(2, 5, *to, 0).error().code, Code::corrupt);
}

TEST_F(FileTest, CreateRefusesWhatIsThere) {
  open("a", OpenMode::create);
  const auto again = files_.open(directory_.file("a"), OpenMode::create);
  EXPECT_EQ(again.error().code, Code::exists);
  EXPECT_NE(again.error().message.find(directory_.file("a")), std::string::npos) << "errors name the path";
}

TEST_F(FileTest, CreateDoesNotFollowALink) {
  ASSERT_EQ(::symlink(directory_.file("elsewhere").c_str(), directory_.file("a").c_str()), 0);
  EXPECT_EQ(files_.open(directory_.file("a"), OpenMode::create).error().code, Code::exists);
  EXPECT_FALSE(files_.stat(directory_.file("elsewhere")).value());
}

TEST_F(FileTest, OverwriteEmptiesAndAppendKeeps) {
  ASSERT_TRUE(open("a", OpenMode::create)->write_at(0, as_bytes("abc")));
  open("a", OpenMode::append);
  EXPECT_EQ(contents("a"), "abc");
  open("a", OpenMode::overwrite);
  EXPECT_EQ(contents("a"), "");
}

TEST_F(FileTest, IsPrivateUnlessAskedOtherwise) {
  open("a", OpenMode::create);
  EXPECT_EQ(files_.stat(directory_.file("a")).value()->mode, 0600U);
}

TEST_F(FileTest, AMissingFileIsNotFound) {
  EXPECT_EQ(files_.open(directory_.file("none"), OpenMode::read).error().code, Code::not_found);
}

TEST_F(FileTest, ReadingADirectoryIsTheCallersMistake) {
  const auto file = files_.open(directory_.path(), OpenMode::read);
  ASSERT_TRUE(file);
  Bytes into(1);
  EXPECT_EQ((*file)->read_at(0, into).error().code, Code::usage);
}

TEST_F(FileTest, AFullDeviceHasNoSpace) {
  const auto file = files_.open("/dev/full", OpenMode::append);
  ASSERT_TRUE(file) << file.error().to_string();
  const Status written = (*file)->write_at(0, as_bytes("x"));
  EXPECT_EQ(written.error().code, Code::no_space);
  EXPECT_FALSE(written.error().hint.empty());
}

TEST_F(FileTest, ReadFileRefusesMoreThanItsLimit) {
  ASSERT_TRUE(open("a", OpenMode::create)->write_at(0, as_bytes("abcd")));
  EXPECT_EQ(read_file(files_, directory_.file("a"), 4).value().size(), 4U);
  EXPECT_EQ(read_file(files_, directory_.file("a"), 3).error().code, Code::no_space);
}

TEST_F(FileTest, ReadFileReadsFilesThatTellNoSize) {
  EXPECT_GT(read_file(files_, "/proc/self/status", kMiB).value().size(), 100U);
}

}  // namespace
}  // namespace holdfast::os
