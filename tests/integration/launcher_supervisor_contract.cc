// One suite for every way to keep an etcd, with a real one.
#include <csignal>

#include <gmock/gmock.h>

#include "integration/launcher_places.h"

namespace holdfast::test {
namespace {

using launcher::Phase;
using launcher::Supervisor;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr Duration kGrace = std::chrono::seconds(20);

struct Kind {
  std::string name;
  std::unique_ptr<SupervisorPlace> (*make)(const MemberForTest&);
  EtcdVersion version;
};

class SupervisorContract : public testing::TestWithParam<Kind> {
 protected:
  std::unique_ptr<Supervisor> open() {
    auto opened = place_->open();
    EXPECT_TRUE(opened) << opened.error().to_string();
    return opened ? std::move(*opened) : nullptr;
  }
  void start(Supervisor& supervisor) {
    const Status started = supervisor.start(member_.command(), {});
    ASSERT_TRUE(started) << started.error().to_string();
    ASSERT_TRUE(eventually([&] { return member_.serves(); })) << supervisor.log_tail(4096).value();
  }
  int only_pid() {
    const std::vector<int> pids = member_.pids();
    EXPECT_EQ(pids.size(), 1U);
    return pids.empty() ? 0 : pids.front();
  }
  static Phase phase(Supervisor& supervisor) {
    const auto state = supervisor.state();
    EXPECT_TRUE(state) << state.error().to_string();
    return state ? state->phase : Phase::ended;
  }

  MemberForTest member_{GetParam().version};
  std::unique_ptr<SupervisorPlace> place_ = GetParam().make(member_);
};

TEST_P(SupervisorContract, StartsOneStopsItAndStartsItAgain) {
  const auto supervisor = open();
  EXPECT_EQ(phase(*supervisor), Phase::stopped);

  ASSERT_NO_FATAL_FAILURE(start(*supervisor));
  const int pid = only_pid();
  const auto state = supervisor->state();
  EXPECT_EQ(state->phase, Phase::running);
  EXPECT_EQ(state->pid.value_or(pid), pid);
  EXPECT_EQ(state->restarts, 0U);
  EXPECT_FALSE(state->other_command);
  EXPECT_THAT(supervisor->log_tail(1 << 20).value(), HasSubstr("\"level\":\"info\""));

  ASSERT_TRUE(supervisor->start(member_.command(), {})) << "twice is fine";
  EXPECT_THAT(member_.pids(), ElementsAre(pid));

  const Status stopped = supervisor->stop(kGrace, {});
  ASSERT_TRUE(stopped) << stopped.error().to_string();
  EXPECT_TRUE(eventually([&] { return member_.pids().empty(); }));
  EXPECT_EQ(phase(*supervisor), Phase::stopped);
  EXPECT_TRUE(supervisor->stop(kGrace, {})) << "twice is fine";

  ASSERT_NO_FATAL_FAILURE(start(*supervisor));
  EXPECT_NE(only_pid(), pid);
}

TEST_P(SupervisorContract, OneThatIsKilledComesBack) {
  const auto supervisor = open();
  ASSERT_NO_FATAL_FAILURE(start(*supervisor));
  const int pid = only_pid();

  ASSERT_EQ(::kill(pid, SIGKILL), 0);

  ASSERT_TRUE(eventually([&] {
    const std::vector<int> pids = member_.pids();
    return !pids.empty() && pids.front() != pid && member_.serves();
  }));
  EXPECT_EQ(phase(*supervisor), Phase::running);
}

TEST_P(SupervisorContract, TheNextLauncherGoesOnWithIt) {
  auto supervisor = open();
  ASSERT_NO_FATAL_FAILURE(start(*supervisor));
  const int pid = only_pid();
  supervisor.reset();
  EXPECT_TRUE(member_.serves());

  supervisor = open();

  EXPECT_EQ(phase(*supervisor), Phase::running);
  EXPECT_EQ(supervisor->state()->pid.value_or(pid), pid);
  const Status stopped = supervisor->stop(kGrace, {});
  EXPECT_TRUE(stopped) << stopped.error().to_string();
  EXPECT_TRUE(eventually([&] { return member_.pids().empty(); }));
}

TEST_P(SupervisorContract, StoppedIsStoppedForTheNextLauncherAsWell) {
  auto supervisor = open();
  ASSERT_NO_FATAL_FAILURE(start(*supervisor));
  ASSERT_TRUE(supervisor->stop(kGrace, {}));
  supervisor.reset();

  supervisor = open();

  EXPECT_EQ(phase(*supervisor), Phase::stopped);
  EXPECT_TRUE(eventually([&] { return member_.pids().empty(); }));
  EXPECT_EQ(phase(*supervisor), Phase::stopped);
}

TEST_P(SupervisorContract, OneThatDoesNotHeedIsKilled) {
  const auto supervisor = open();
  ASSERT_NO_FATAL_FAILURE(start(*supervisor));
  ASSERT_EQ(::kill(only_pid(), SIGSTOP), 0);

  const Status stopped = supervisor->stop(std::chrono::milliseconds(300), {});

  EXPECT_TRUE(stopped) << stopped.error().to_string();
  EXPECT_TRUE(eventually([&] { return member_.pids().empty(); }));
  EXPECT_EQ(phase(*supervisor), Phase::stopped);
}

TEST_P(SupervisorContract, NobodyHasToWait) {
  const auto supervisor = open();
  ASSERT_NO_FATAL_FAILURE(start(*supervisor));
  ASSERT_EQ(::kill(only_pid(), SIGSTOP), 0);
  std::stop_source stop;
  stop.request_stop();

  EXPECT_EQ(supervisor->stop(kGrace, stop.get_token()).error().code, Code::cancelled);
}

INSTANTIATE_TEST_SUITE_P(Kinds, SupervisorContract,
                         testing::Values(Kind{"child34", child_place, EtcdVersion::v3_4},
                                         Kind{"child35", child_place, EtcdVersion::v3_5},
                                         Kind{"systemd", systemd_place, EtcdVersion::v3_5},
                                         Kind{"static_pod", static_pod_place, EtcdVersion::v3_4}),
                         [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace holdfast::test
