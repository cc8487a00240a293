// scripts/demo with the programs of this build and few objects: what it promises happens.
#include <gmock/gmock.h>

#include "integration/terminal_program.h"

#include "support/etcd_server.h"

namespace holdfast::test {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

const std::vector<std::string>& demo() {
  static const std::vector<std::string> words{HOLDFAST_SOURCE_DIR "/scripts/demo", "--built", HOLDFAST_BUILD_DIR,
                                              "200"};
  return words;
}

TEST(Demo, ShowsTheWayThereAndBackAndAServerAndEnds) {
  const ProgramResult result = run_program(demo());

  ASSERT_EQ(result.exit_code, 0) << result.out << result.err;
  EXPECT_THAT(result.out, HasSubstr("Everything is back"));
  EXPECT_THAT(result.out, ContainsRegex("default-backups +demo +@every 20m +20 +disk .*Completed"));
  EXPECT_THAT(result.out, ContainsRegex("backup.holdfast.dev/before-upgrade +demo +before-upgrade +disk .*Completed"));
  EXPECT_THAT(result.out, ContainsRegex("kubectl --kubeconfig /[^ ]+/admin.kubeconfig get clusters"));
  EXPECT_THAT(result.out, Not(HasSubstr("Ctrl-C")));
}

TEST(Demo, OnATerminalItStaysUntilItIsInterrupted) {
  const TerminalResult result = run_on_terminal(demo(), "until Ctrl-C.", {"\x03"});

  EXPECT_EQ(result.exit_code, 0) << result.screen;
  EXPECT_THAT(result.screen, HasSubstr("stay up until Ctrl-C."));
}

}  // namespace
}  // namespace holdfast::test
