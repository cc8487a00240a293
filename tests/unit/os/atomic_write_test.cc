#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/file_system.h"
#include "support/faulty_file_system.h"
#include "support/power_cut_file_system.h"
#include "support/temp_dir.h"

namespace holdfast::os {
namespace {

using test::FaultyFileSystem;
using test::FileCall;
using testing::ElementsAre;

class AtomicWriteTest : public testing::Test {
 protected:
  std::string contents() { return std::string(as_text(read_file(real_, path_, kMiB).value())); }

  test::TempDir directory_;
  FileSystem& real_ = real_file_system();
  const std::string path_ = directory_.file("file");
};

TEST_F(AtomicWriteTest, ReplacesTheFileAndLeavesNothingElse) {
  ASSERT_TRUE(write_file_atomically(real_, path_, as_bytes("old")));
  ASSERT_TRUE(write_file_atomically(real_, path_, as_bytes("new"), 0640));
  EXPECT_EQ(contents(), "new");
  EXPECT_EQ(real_.stat(path_).value()->mode, 0640U);
  EXPECT_THAT(real_.list(directory_.path()).value(), ElementsAre("file"));
}

TEST_F(AtomicWriteTest, KeepsTheOldFileWhenAnyStepFails) {
  ASSERT_TRUE(write_file_atomically(real_, path_, as_bytes("old")));
  for (const FileCall step : {FileCall::create, FileCall::write, FileCall::sync, FileCall::rename}) {
    FaultyFileSystem files(real_);
    files.fail_call(step, 1, Code::no_space);
    EXPECT_EQ(write_file_atomically(files, path_, as_bytes("new")).error().code, Code::no_space);
    EXPECT_THAT(files.unreached_faults(), ElementsAre());
    EXPECT_EQ(contents(), "old");
    EXPECT_THAT(real_.list(directory_.path()).value(), ElementsAre("file"));
  }
}

TEST_F(AtomicWriteTest, HoldsTheOldOrTheNewFileWhereverTheProcessDies) {
  int deaths = 0;
  for (bool died = true; died; ++deaths) {
    ASSERT_TRUE(write_file_atomically(real_, path_, as_bytes("old")));
    FaultyFileSystem files(real_);
    files.crash_after(deaths);
    const Status written = write_file_atomically(files, path_, as_bytes("new"));
    died = files.crashed();
    EXPECT_THAT(contents(), testing::AnyOf("old", "new"));
    EXPECT_TRUE(!written || contents() == "new");
  }
  EXPECT_EQ(deaths, 6) << "create, write, sync, rename, sync of the directory, and one run without a death";
}

TEST_F(AtomicWriteTest, HoldsTheOldOrTheNewFileWheneverThePowerIsCut) {
  for (int changes = 0; changes <= 5; ++changes) {
    ASSERT_TRUE(write_file_atomically(real_, path_, as_bytes("old")));
    const test::TempDir attic;
    test::PowerCutFileSystem disk(attic.path());
    FaultyFileSystem files(disk);
    files.crash_after(changes);
    const Status written = write_file_atomically(files, path_, as_bytes("new"));
    disk.cut_power();
    EXPECT_EQ(contents(), written ? "new" : "old") << "after " << changes << " changes";
  }
}

TEST_F(AtomicWriteTest, SyncsTheDataBeforeTheNameAndTheNameBeforeItReturns) {
  FaultyFileSystem files(real_);
  files.fail_call(FileCall::sync, 1, Code::internal);
  EXPECT_FALSE(write_file_atomically(files, path_, as_bytes("new")));
  EXPECT_EQ(files.calls(FileCall::rename), 0);
  EXPECT_TRUE(write_file_atomically(files, path_, as_bytes("new")));
  EXPECT_EQ(files.calls(FileCall::sync_directory), 1);
}

TEST_F(AtomicWriteTest, GivesOneWholeFileWhenManyWriteAtOnce) {
  {
    std::vector<std::jthread> writers;
    for (char letter = 'a'; letter <= 'h'; ++letter) {
      writers.emplace_back([&, letter] {
        for (int i = 0; i < 20; ++i)
          EXPECT_TRUE(write_file_atomically(real_, path_, Bytes(10000, static_cast<std::uint8_t>(letter))));
      });
    }
  }
  const std::string text = contents();
  EXPECT_EQ(text, std::string(10000, text.front()));
  EXPECT_THAT(real_.list(directory_.path()).value(), ElementsAre("file"));
}

}  // namespace
}  // namespace holdfast::os
