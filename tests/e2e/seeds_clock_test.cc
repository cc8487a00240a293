// The schedule of the document, "every 20 minutes, keep 20", seen through: the server's clock is moved on.
#include <algorithm>
#include <fstream>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e/seeds_support.h"

namespace holdfast::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::MatchesRegex;

// S3 servers refuse requests whose time is more than 15 minutes off.
constexpr int kStart = -13;  // minutes from the real time

// The time a server lives in: the machine's, and so many minutes.
class MovableClock {
 public:
  MovableClock() { set(kStart); }
  void set(int minutes) const {
    const std::string next = dir_.file("next");
    std::ofstream(next) << fmt::format("{:+}m\n", minutes);
    EXPECT_EQ(std::rename(next.c_str(), dir_.file("offset").c_str()), 0);
  }
  std::vector<std::string> environment() const {
    return {"LD_PRELOAD=/usr/$LIB/faketime/libfaketimeMT.so.1", "FAKETIME_TIMESTAMP_FILE=" + dir_.file("offset"),
            "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"};
  }

 private:
  TempDir dir_;
};

class SeedsClock : public SeedsTest {
 protected:
  void SetUp() override {
    SeedsTest::SetUp();
    auto started = HoldfastServer::start({}, clock.environment());
    ASSERT_TRUE(started) << started.error().to_string();
    own = std::move(*started);
    make_secret();
    ok({"apply", "-f", "-"}, seed_text("backup-s3", ""));
    make_cluster(cluster);
  }
  std::string kubeconfig() const override { return own->kubeconfig(); }

  // A change, so that the server looks at the clock now and not within half a minute.
  void go_to(int minutes) const {
    clock.set(minutes);
    ok({"annotate", "cluster", cluster, "--overwrite", fmt::format("minute={}", minutes)});
  }
  std::vector<std::string> words_of(const std::string& config, const std::string& path) const {
    std::istringstream in(value("ecfg", config, path));
    return {std::istream_iterator<std::string>(in), {}};
  }
  std::string every_minute() const {
    std::string text = daily_backup(cluster);
    for (const auto& [from, to] : Replacements{{"daily-backup", "every-minute"},
                                               {"@every 20m", "@every 1m"},
                                               {"destination: s3", "destination: minio\n  spread: 0s"}})
      text.replace(text.find(from), from.size(), to);
    return text;
  }

  MovableClock clock;
  std::unique_ptr<HoldfastServer> own;
};

TEST_P(SeedsClock, ABackupIsMadeInEverySlotAndTheOldestGoWhenThereAreMoreThanKeep) {
  ok({"apply", "-f", "-"}, daily_backup(cluster));
  ok({"apply", "-f", "-"}, every_minute());
  std::string last;

  for (int minute = 1; minute <= 23; ++minute) {
    go_to(kStart + minute);
    ASSERT_TRUE(eventually({"get", "ecfg", "every-minute", "-n", name_space, "-o",
                            "jsonpath={.status.lastBackups[-1:].backupPhase} {.status.lastScheduleTime}"},
                           [&](const std::string& out) { return out.starts_with("Completed ") && out > last; }))
        << minute;
    last = "Completed " + value("ecfg", "every-minute", ".status.lastScheduleTime");
  }

  // 23 were made, 20 are kept: the newest.
  EXPECT_TRUE(becomes("ecfg", "every-minute", ".status.goodBackups", "20"));
  EXPECT_TRUE(becomes("ecfg", "every-minute", ".status.lastBackups[*].deletePhase", "Completed Completed Completed"));
  const std::vector<std::string> names = words_of("every-minute", ".status.lastBackups[*].backupName");
  ASSERT_EQ(names.size(), 23U);
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  std::vector<std::string> kept;
  for (std::size_t i = 3; i < names.size(); ++i)
    kept.push_back(cluster + "-" + names[i]);
  EXPECT_EQ(objects("minio"), kept);
  for (const char* member : {"deleteFinishedTime", "deleteJobName", "jobName", "scheduledTime", "backupFinishedTime"})
    EXPECT_NE(value("ecfg", "every-minute", fmt::format(".status.lastBackups[0].{}", member)), "") << member;

  // The one of the document had one slot meanwhile.
  EXPECT_TRUE(becomes("ecfg", "daily-backup", ".status.lastBackups[*].backupPhase", "Completed"));
  const std::string name = value("ecfg", "daily-backup", ".status.lastBackups[0].backupName");
  EXPECT_THAT(name, MatchesRegex("daily-backup-2[0-9]+-[0-9]+-[0-9]+t[0-9]+-[0-9]+-[0-9]+\\.db\\.gz"));
  EXPECT_THAT(objects("s3"), testing::ElementsAre(cluster + "-" + name));
  ok({"wait", "--for=condition=Protected", "cluster/" + cluster, "--timeout=60s"});
  EXPECT_THAT(ok({"get", "ecfg", "-n", name_space}), AllOf(HasSubstr("Completed"), HasSubstr("@every 20m")));
}

INSTANTIATE_TEST_SUITE_P(Versions, SeedsClock, testing::Values("1.32"));

}  // namespace
}  // namespace holdfast::test
