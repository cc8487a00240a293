#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file_system.h"
#include "support/faulty_file_system.h"
#include "support/temp_dir.h"

namespace holdfast::os {
namespace {

class RemoveTreeTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(files_.make_directories(directory_.file("tree/inner")));
    ASSERT_TRUE(files_.make_directories(directory_.file("outside")));
    ASSERT_TRUE(write_file_atomically(files_, directory_.file("tree/inner/file"), as_bytes("x")));
    ASSERT_TRUE(write_file_atomically(files_, directory_.file("outside/precious"), as_bytes("x")));
    ASSERT_EQ(::symlink(directory_.file("outside").c_str(), directory_.file("tree/link").c_str()), 0);
  }
  bool there(const std::string& name) { return files_.stat(directory_.file(name)).value().has_value(); }

  test::TempDir directory_;
  FileSystem& files_ = real_file_system();
};

TEST_F(RemoveTreeTest, RemovesEverythingBelowButNothingBehindALink) {
  ASSERT_TRUE(remove_tree(files_, directory_.file("tree")));
  EXPECT_FALSE(there("tree"));
  EXPECT_TRUE(there("outside/precious"));
}

TEST_F(RemoveTreeTest, RemovesALinkGivenAsTheTree) {
  ASSERT_TRUE(remove_tree(files_, directory_.file("tree/link")));
  EXPECT_FALSE(there("tree/link"));
  EXPECT_TRUE(there("outside/precious"));
}

TEST_F(RemoveTreeTest, TouchesNothingBehindALinkThatCannotBeRemoved) {
  test::FaultyFileSystem faulty(files_);
  faulty.fail_call(test::FileCall::remove, 1, Code::refused);
  const Status removed = remove_tree(faulty, directory_.file("tree/link"));
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().code, Code::refused);
  EXPECT_TRUE(there("outside/precious"));
  EXPECT_TRUE(faulty.unreached_faults().empty());
}

TEST_F(RemoveTreeTest, IsFineWhenNothingIsThere) {
  EXPECT_TRUE(remove_tree(files_, directory_.file("none")));
}

}  // namespace
}  // namespace holdfast::os
