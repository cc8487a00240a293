// An etcd that outlives its launcher: what only real processes can show.
#include <csignal>
#include <filesystem>
#include <fstream>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <unistd.h>

#include "integration/launcher_places.h"
#include "launcher/supervise/child/child_supervisor.h"
#include "launcher/supervise/child/record.h"

#include "support/child_process.h"

namespace holdfast::test {
namespace {

using launcher::Phase;
using launcher::Supervisor;
using ::testing::ElementsAre;

constexpr Duration kGrace = std::chrono::seconds(20);

Result<std::unique_ptr<Supervisor>> open(const MemberForTest& member, std::uint64_t log_limit = kMiB) {
  launcher::ChildOptions options;
  options.data_dir = member.data_dir();
  options.log_limit = log_limit;
  return launcher::supervise_child(options, {os::real_file_system(), os::real_clock(), os::real_detached_processes()});
}

// A launcher in a process of its own.
class Keeper {
 public:
  Keeper(const MemberForTest& member, std::vector<std::string> program) {
    int ends[2] = {-1, -1};
    EXPECT_EQ(::pipe2(ends, O_CLOEXEC), 0);
    output_ = ends[0];
    std::vector<std::string> words{HOLDFAST_LAUNCHER_KEEPER, member.data_dir(),
                                   "HOLDFAST_TEST_MEMBER=" + member.data_dir()};
    words.insert(words.end(), program.begin(), program.end());
    auto process = ChildProcess::start({.arguments = words, .stdout_fd = ends[1]});
    EXPECT_TRUE(process);
    if (process) process_ = std::move(*process);
    ::close(ends[1]);
  }
  ~Keeper() { ::close(output_); }
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;

  void wait_until_kept() {
    pollfd look{.fd = output_, .events = POLLIN, .revents = 0};
    ASSERT_EQ(::poll(&look, 1, 60'000), 1);
    char first = 0;
    ASSERT_EQ(::read(output_, &first, 1), 1) << "it ended";
  }
  void kill() {
    process_.signal(SIGKILL);
    process_.wait();
  }

 private:
  int output_ = -1;
  ChildProcess process_;
};

std::vector<std::string> etcd_of(const MemberForTest& member) {
  std::vector<std::string> words{member.command().program};
  words.insert(words.end(), member.command().arguments.begin(), member.command().arguments.end());
  return words;
}

class KilledLauncher : public testing::TestWithParam<EtcdVersion> {};

TEST_P(KilledLauncher, EtcdDoesNotNoticeAndTheNextOneTakesItOver) {
  const MemberForTest member(GetParam());
  Keeper keeper(member, etcd_of(member));
  keeper.wait_until_kept();
  ASSERT_TRUE(eventually([&] { return member.serves(); }));
  const std::vector<int> pids = member.pids();
  ASSERT_EQ(pids.size(), 1U);
  EXPECT_EQ(open(member).error().code, Code::refused) << "two launchers";

  keeper.kill();

  EXPECT_TRUE(member.serves());
  const auto next = open(member);
  ASSERT_TRUE(next) << next.error().to_string();
  EXPECT_EQ((*next)->state()->phase, Phase::running);
  EXPECT_EQ((*next)->state()->pid, pids.front());
  EXPECT_EQ(member.pids(), pids);

  ASSERT_EQ(::kill(pids.front(), SIGKILL), 0) << "no child of ours, and noticed all the same";
  ASSERT_TRUE(eventually([&] { return member.serves(); }));
  EXPECT_EQ((*next)->state()->restarts, 1U);
  const Status stopped = (*next)->stop(kGrace, {});
  EXPECT_TRUE(stopped) << stopped.error().to_string();
  EXPECT_THAT(member.pids(), ElementsAre());
}

INSTANTIATE_TEST_SUITE_P(Versions, KilledLauncher, testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5),
                         [](const auto& each) { return each.param == EtcdVersion::v3_4 ? "v34" : "v35"; });

// Wherever a launcher is killed while it starts a process: the next one knows that process, and there is only one.
TEST(ChildSupervisor, ALauncherKilledAtAnyMomentLosesNoProcess) {
  constexpr int kRounds = 24;
  const MemberForTest member(EtcdVersion::v3_5);
  Duration whole{};  // from its own start until it keeps a process
  for (int i = 0; i < kRounds; ++i) {
    {
      const os::SteadyTime begin = os::real_clock().steady();
      Keeper keeper(member, {"/bin/sleep", "600"});
      if (i == 0) {
        keeper.wait_until_kept();
        whole = os::real_clock().steady() - begin;
      } else {
        os::real_clock().sleep_for(whole * i / kRounds, {});
      }
      keeper.kill();
    }
    // What its parent held, a child that was just being made holds for some microseconds more.
    Result<std::unique_ptr<Supervisor>> next = fail(Code::unavailable, "not tried yet");
    ASSERT_TRUE(eventually([&] {
      next = open(member);
      return next || next.error().code != Code::refused;
    }));
    ASSERT_TRUE(next) << next.error().to_string();
    const auto agrees = [&] {
      const auto state = (*next)->state();
      const std::vector<int> pids = member.pids();
      if (state->phase == Phase::running) return pids == std::vector<int>{state->pid.value_or(0)};
      return state->phase == Phase::stopped && pids.empty();
    };
    ASSERT_TRUE(eventually(agrees)) << "round " << i;
    const Status stopped = (*next)->stop(kGrace, {});
    ASSERT_TRUE(stopped) << stopped.error().to_string();
    ASSERT_THAT(member.pids(), ElementsAre()) << "round " << i;
  }
}

TEST(ChildSupervisor, AProcessWithTheSameNumberIsLeftAlone) {
  const MemberForTest member(EtcdVersion::v3_5);
  auto stranger = ChildProcess::start({.arguments = {"/bin/sleep", "600"}});
  ASSERT_TRUE(stranger);
  os::ProcessIdentity identity;
  {
    const auto process = os::real_detached_processes().start({.words = {"/bin/true"}, .output = "/dev/null"},
                                                             [&](const os::ProcessIdentity& its) {
                                                               identity = its;
                                                               return Status();
                                                             });
    ASSERT_TRUE(process);
    ASSERT_TRUE(eventually([&] { return (*process)->ended().value().has_value(); }));
  }
  identity.pid = stranger->pid();  // as if etcd had had that number ten seconds ago, and ended
  identity.start_ticks -= 1000;
  launcher::ChildRecord record;
  record.process = {.identity = identity, .started = os::real_clock().now(), .command = member.command()};
  const std::string text = format_record(record);
  ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), member.data_dir() + ".process", as_bytes(text)));

  const auto supervisor = open(member);

  ASSERT_TRUE(supervisor) << supervisor.error().to_string();
  EXPECT_EQ((*supervisor)->state()->phase, Phase::stopped);
  EXPECT_TRUE((*supervisor)->stop(kGrace, {}));
  EXPECT_TRUE(stranger->running());
}

TEST(ChildSupervisor, TheLogIsBoundedWhileEtcdWritesIt) {
  const MemberForTest member(EtcdVersion::v3_5);
  launcher::EtcdCommand command = member.command();
  for (std::string& argument : command.arguments)
    if (argument.starts_with("--log-level=")) argument = "--log-level=debug";
  const auto supervisor = open(member, 4096);
  ASSERT_TRUE(supervisor);
  ASSERT_TRUE((*supervisor)->start(command, {}));
  const std::string log = member.data_dir() + ".log";
  const auto first_byte = [](const std::string& path) { return std::ifstream(path, std::ios::binary).get(); };

  // Each of these makes it write some more.
  ASSERT_TRUE(eventually([&] { return member.serves() && std::filesystem::exists(log + ".1"); }));
  ASSERT_TRUE(eventually([&] {
    return member.serves() && std::filesystem::file_size(log) > 0 && std::filesystem::file_size(log) < 4096;
  }));

  EXPECT_EQ(first_byte(log), '{') << "it goes on at the beginning, without a hole";
  EXPECT_LE(std::filesystem::file_size(log + ".1"), 2U * 4096);
  EXPECT_LE((*supervisor)->log_tail(1000)->size(), 1000U);
  EXPECT_TRUE((*supervisor)->stop(kGrace, {}));
}

TEST(ChildSupervisor, AnotherEtcdOnTheDataDirectoryIsLeftAlone) {
  const MemberForTest member(EtcdVersion::v3_5);
  const auto by_hand = ChildProcess::start({.arguments = etcd_of(member)});
  ASSERT_TRUE(by_hand);
  ASSERT_TRUE(eventually([&] { return member.serves(); }));
  const auto place = child_place(member);
  const auto supervisor = place->open();
  ASSERT_TRUE(supervisor);

  const Status started = (*supervisor)->start(member.command(), {});

  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, Code::refused);
  EXPECT_TRUE(member.serves());
}

TEST(ChildSupervisor, ADamagedRecordStartsNoSecondEtcd) {
  const MemberForTest member(EtcdVersion::v3_4);
  const auto place = child_place(member);
  {
    const auto supervisor = place->open();
    ASSERT_TRUE((*supervisor)->start(member.command(), {}));
    ASSERT_TRUE(eventually([&] { return member.serves(); }));
  }
  const std::string path = member.data_dir() + ".process";
  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);

  EXPECT_EQ(place->open().error().code, Code::corrupt);
  EXPECT_TRUE(member.serves());

  for (const int pid : member.pids())
    ::kill(pid, SIGKILL);
  // When the last of its files is closed.
  Result<std::unique_ptr<Supervisor>> supervisor = fail(Code::unavailable, "not tried yet");
  ASSERT_TRUE(eventually([&] {
    supervisor = place->open();
    return supervisor.has_value();
  })) << supervisor.error().to_string();
  EXPECT_EQ((*supervisor)->state()->phase, Phase::stopped);
}

}  // namespace
}  // namespace holdfast::test
