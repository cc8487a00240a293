#include "launcher/supervise/child/bounded_log.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "launcher/supervise/log_tail.h"

#include "support/faulty_file_system.h"
#include "support/temp_dir.h"

namespace holdfast::launcher {
namespace {

class Log : public testing::Test {
 protected:
  // As a process with O_APPEND does.
  void append(const std::string& text) {
    auto file = files_.open(path_, os::OpenMode::append, 0600).value();
    ASSERT_TRUE(file->write_at(file->size().value(), as_bytes(text)));
  }
  std::string contents(const std::string& path) {
    const auto bytes = os::read_file(files_, path, kMiB);
    return bytes ? std::string(as_text(*bytes)) : "(none)";
  }

  os::FileSystem& files_ = os::real_file_system();
  test::TempDir directory_;
  const std::string path_ = directory_.file("etcd.log");
  BoundedLog log_{files_, path_, 10};
};

TEST_F(Log, StaysAsItIsUpToTheLimit) {
  ASSERT_TRUE(log_.bound()) << "one that is not there is fine";
  append("123456789\n");
  ASSERT_TRUE(log_.bound());
  EXPECT_EQ(contents(path_), "123456789\n");
  EXPECT_EQ(contents(path_ + ".1"), "(none)");
}

TEST_F(Log, OverTheLimitItBeginsAnewAndTheFormerOneIsKept) {
  append("one two three\n");
  ASSERT_TRUE(log_.bound());
  append("four\n");

  EXPECT_EQ(contents(path_), "four\n");
  EXPECT_EQ(contents(path_ + ".1"), "two three\n");
  EXPECT_EQ(log_.tail(100).value(), "two three\nfour\n");
  EXPECT_EQ(log_.tail(7).value(), "four\n");
}

TEST_F(Log, TwoFilesAreAllThereIs) {
  for (int i = 0; i < 200; ++i) {
    append(fmt::format("line {}\n", i));
    ASSERT_TRUE(log_.bound());
    ASSERT_LE(contents(path_).size(), 10U);
  }
  EXPECT_EQ(files_.list(directory_.path()).value(), (std::vector<std::string>{"etcd.log", "etcd.log.1"}));
  EXPECT_LE(contents(path_ + ".1").size(), 10U);
  EXPECT_TRUE(log_.tail(100).value().ends_with("line 199\n"));
}

TEST_F(Log, AFullDiskCostsTheFormerOneAndNotTheBound) {
  test::FaultyFileSystem full(files_);
  BoundedLog log(full, path_, 10);
  append("one two three\n");
  full.fail_call(test::FileCall::copy_range, 1, Code::no_space);

  ASSERT_TRUE(log.bound());

  EXPECT_EQ(contents(path_), "");
  EXPECT_EQ(contents(path_ + ".1"), "(none)");
  EXPECT_TRUE(full.unreached_faults().empty());
}

TEST_F(Log, AnotherErrorLosesNothing) {
  test::FaultyFileSystem faulty(files_);
  BoundedLog log(faulty, path_, 10);
  append("one two three\n");
  faulty.fail_call(test::FileCall::copy_range, 1, Code::unavailable);

  EXPECT_FALSE(log.bound());

  EXPECT_EQ(contents(path_), "one two three\n");
  ASSERT_TRUE(log.bound());
  EXPECT_EQ(contents(path_ + ".1"), "two three\n");
}

TEST(LastLines, AreWholeOnes) {
  EXPECT_EQ(last_lines("a\nbb\nccc\n", 100), "a\nbb\nccc\n");
  EXPECT_EQ(last_lines("a\nbb\nccc\n", 7), "bb\nccc\n");
  EXPECT_EQ(last_lines("a\nbb\nccc\n", 6), "ccc\n");
  EXPECT_EQ(last_lines("a\nbb\nccc", 4), "ccc");
  EXPECT_EQ(last_lines("a\nbb\nccc\n", 2), "c\n");
  EXPECT_EQ(last_lines("a\nbb\nccc\n", 0), "");
  EXPECT_EQ(last_lines("", 5), "");
}

}  // namespace
}  // namespace holdfast::launcher
