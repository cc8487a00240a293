// The commands of docs/formats/member-directories.md do by hand what it says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "launcher/member/bring_to.h"
#include "member_fixture.h"

#include "support/etcd_server.h"
#include "support/faulty_file_system.h"

namespace holdfast::launcher {
namespace {

using test::Contents;
using test::FaultyFileSystem;
using test::kId;
using test::MemberPlace;

constexpr const char* kDocument = HOLDFAST_SOURCE_DIR "/docs/formats/member-directories.md";

// The blocks that begin with ```sh NAME, one after the other.
std::string commands(const std::string& name) {
  const auto bytes = os::read_file(os::real_file_system(), kDocument, kMiB);
  EXPECT_TRUE(bytes);
  const std::string text(as_text(*bytes));
  const std::string begin = "```sh " + name + "\n";
  std::string found;
  for (auto at = text.find(begin); at != std::string::npos; at = text.find(begin, at)) {
    at += begin.size();
    found += text.substr(at, text.find("```", at) - at);
  }
  EXPECT_NE(found, "") << name;
  return found;
}

class MemberDocument : public testing::Test {
 protected:
  void run(const std::string& name) {
    std::string script = commands("names") + commands(name);
    // Those of the document are an example's.
    for (const auto& [from, to] :
         {std::pair<std::string, std::string>{"DATA=/var/lib/etcd\n", "DATA=" + place_.layout().live() + "\n"},
          {"ID=restore-2026-11-22\n", std::string("ID=") + kId + "\n"}}) {
      const auto at = script.find(from);
      ASSERT_NE(at, std::string::npos) << from;
      script.replace(at, from.size(), to);
    }
    const auto result = test::run_program({"bash", "-euc", script});
    EXPECT_EQ(result.exit_code, 0) << script << result.err;
    output_ = result.out;
  }
  void swap() {
    place_.make_live("old");
    place_.make_staged("new");
    ASSERT_TRUE(bring_to(os::real_file_system(), place_.place(), {.goal = Goal::swapped, .id = kId, .key = {}}, {}));
  }
  void die_between_the_renames() {
    place_.make_live("old");
    place_.make_staged("new");
    FaultyFileSystem files(os::real_file_system());
    files.fail_call(test::FileCall::rename, 3, Code::unavailable);  // the first is the journal's own
    ASSERT_FALSE(bring_to(files, place_.place(), {.goal = Goal::swapped, .id = kId, .key = {}}, {}));
    ASSERT_EQ(place_.contents(), (Contents{{".before-r-1", "old"}, {".staged-r-1", "new"}, {".journal", "file"}}));
  }
  bool settled(Goal goal) {
    return next_step(observe(os::real_file_system(), place_.place(), {}).value(), {.goal = goal, .id = kId, .key = {}})
               .kind == StepKind::done;
  }

  MemberPlace place_;
  std::string output_;
};

TEST_F(MemberDocument, LooksAtWhatIsThere) {
  die_between_the_renames();
  run("look");
  EXPECT_THAT(output_, testing::HasSubstr("etcd.before-r-1"));
  EXPECT_THAT(output_, testing::HasSubstr("\"doing\": \"swap\""));
  EXPECT_THAT(output_, testing::HasSubstr("\"restore\": \"r-1\""));
}

TEST_F(MemberDocument, UndoesASwap) {
  swap();
  run("undo");
  EXPECT_EQ(place_.contents(), (Contents{{"", "old"}, {".undone-r-1", "new"}}));
  EXPECT_TRUE(settled(Goal::returned));
}

TEST_F(MemberDocument, FinishesASwapThatWasInterrupted) {
  die_between_the_renames();
  run("finish");
  EXPECT_EQ(place_.contents(), (Contents{{"", "new"}, {".before-r-1", "old"}}));
  EXPECT_TRUE(settled(Goal::swapped));
}

TEST_F(MemberDocument, TakesAnInterruptedSwapBack) {
  die_between_the_renames();
  run("take-back");
  EXPECT_EQ(place_.contents(), (Contents{{"", "old"}, {".staged-r-1", "new"}}));
  EXPECT_TRUE(settled(Goal::returned));
}

TEST_F(MemberDocument, SetsAStrangerAside) {
  die_between_the_renames();
  place_.make_live("somebody's");
  run("stranger");
  EXPECT_EQ(
      place_.contents(),
      (Contents{{".before-r-1", "old"}, {".staged-r-1", "new"}, {".journal", "file"}, {".stranger", "somebody's"}}));
  EXPECT_TRUE(bring_to(os::real_file_system(), place_.place(), {.goal = Goal::swapped, .id = kId, .key = {}}, {}));
}

TEST_F(MemberDocument, GivesUpTheWayBack) {
  swap();
  run("forget");
  EXPECT_EQ(place_.contents(), (Contents{{"", "new"}}));
  EXPECT_TRUE(settled(Goal::forgotten));
}

}  // namespace
}  // namespace holdfast::launcher
