#include "launcher/agent/state_directory.h"

#include <gtest/gtest.h>

#include "launcher/agent/outcome_journal.h"

#include "os/host.h"
#include "support/temp_dir.h"

namespace holdfast::launcher {
namespace {

const api::LauncherName kLauncher{.cluster = "prod", .name = "etcd-1"};

class StateDirectoryTest : public testing::Test {
 protected:
  StateDirectory open() { return StateDirectory::open(dir_.file("state"), files_).value(); }

  test::TempDir dir_;
  os::FileSystem& files_ = os::real_file_system();
  os::Random& random_ = os::real_random();
};

TEST_F(StateDirectoryTest, IsOfOneLauncherAtATime) {
  const StateDirectory first = open();

  const auto second = StateDirectory::open(dir_.file("state"), files_);

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::refused);
}

TEST_F(StateDirectoryTest, ATokenIsThereBeforeItIsAskedForAndTheSameAfterADeath) {
  std::string asked;
  {
    StateDirectory state = open();
    EXPECT_FALSE(*state.whose());
    asked = state.next_token(kLauncher, random_)->reveal();
  }
  StateDirectory state = open();
  EXPECT_EQ(state.next_token(kLauncher, random_)->reveal(), asked);
  EXPECT_FALSE(*state.whose());

  ASSERT_TRUE(state.take_next_token());

  EXPECT_EQ(*state.whose(), kLauncher);
  EXPECT_NE(state.next_token(kLauncher, random_)->reveal(), asked);
}

TEST_F(StateDirectoryTest, NobodyElseReadsTheToken) {
  StateDirectory state = open();
  ASSERT_TRUE(state.next_token(kLauncher, random_));
  ASSERT_TRUE(state.take_next_token());

  EXPECT_EQ((*files_.stat(state.token_file()))->mode, 0600U);
  EXPECT_EQ((*files_.stat(dir_.file("state")))->mode, 0700U);
}

TEST_F(StateDirectoryTest, ANextTokenOfAnotherLauncherIsNotUsed) {
  StateDirectory state = open();
  const std::string other = std::string(state.next_token({.cluster = "prod", .name = "other"}, random_)->reveal());

  EXPECT_NE(state.next_token(kLauncher, random_)->reveal(), other);
}

TEST_F(StateDirectoryTest, WhatIsNoCredentialIsSaidToBeNone) {
  StateDirectory state = open();
  ASSERT_TRUE(os::write_file_atomically(files_, state.token_file(), as_bytes("hft_x.y")));

  const auto whose = state.whose();

  ASSERT_FALSE(whose);
  EXPECT_EQ(whose.error().code, Code::corrupt);
  EXPECT_EQ(whose.error().to_string().find("hft_x"), std::string::npos);
}

TEST_F(StateDirectoryTest, TheIdIsTheSameAgainWithoutTheDirectory) {
  const std::string machine(32, 'a');
  const std::string id = *open().id(kLauncher, machine, random_);
  ASSERT_TRUE(os::remove_tree(files_, dir_.file("state")));

  EXPECT_EQ(*open().id(kLauncher, machine, random_), id);
  EXPECT_EQ(id.find(machine), std::string::npos);
}

TEST_F(StateDirectoryTest, AMachineWithoutAnIdGetsOneThatIsKept) {
  const std::string id = *open().id(kLauncher, "", random_);

  EXPECT_EQ(*open().id(kLauncher, "", random_), id);
  ASSERT_TRUE(os::remove_tree(files_, dir_.file("state")));
  EXPECT_NE(*open().id(kLauncher, "", random_), id);
}

TEST_F(StateDirectoryTest, AnOutcomeIsKeptUntilItIsForgotten) {
  StateDirectory state = open();
  OutcomeJournal journal(state.outcomes(), files_);
  EXPECT_FALSE(journal.find("u1"));

  ASSERT_TRUE(journal.keep("u1", {{"phase", "Completed"}}));

  EXPECT_EQ(OutcomeJournal(state.outcomes(), files_).find("u1")->at("phase"), json::Value("Completed"));
  EXPECT_FALSE(journal.keep("../u1", {}));
  ASSERT_TRUE(journal.forget("u1"));
  EXPECT_FALSE(journal.find("u1"));
}

TEST_F(StateDirectoryTest, AnOutcomeThatCannotBeReadIsNone) {
  StateDirectory state = open();
  ASSERT_TRUE(os::write_file_atomically(files_, os::join_path(state.outcomes(), "u1.json"), as_bytes("{\"pha")));

  EXPECT_FALSE(OutcomeJournal(state.outcomes(), files_).find("u1"));
}

TEST_F(StateDirectoryTest, AMachineIdIsThirtyTwoDigits) {
  ASSERT_TRUE(os::write_file_atomically(files_, dir_.file("id"), as_bytes(std::string(32, 'b') + "\n")));
  ASSERT_TRUE(os::write_file_atomically(files_, dir_.file("bad"), as_bytes("uninitialized\n")));

  EXPECT_EQ(os::machine_id(files_, dir_.file("id")), std::string(32, 'b'));
  EXPECT_EQ(os::machine_id(files_, dir_.file("bad")), "");
  EXPECT_EQ(os::machine_id(files_, dir_.file("none")), "");
}

}  // namespace
}  // namespace holdfast::launcher
