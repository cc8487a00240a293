// Two saves to one name on a real S3 server that ignores conditions of uploads in parts.
#include <barrier>
#include <thread>

#include <gtest/gtest.h>

#include "unit/repository/save_race.h"

#include "support/s3_fixture.h"

namespace holdfast::repository {
namespace {

// Larger than one part of the smallest size.
const RaceDatabases& databases() {
  static const RaceDatabases made{
      .old = small_database(30).bytes, .first = small_database(11000).bytes, .second = small_database(12000).bytes};
  return made;
}

class SaveRaceOnRgw : public testing::Test {
 protected:
  void SetUp() override {
    const auto found = test::rgw_server();
    ASSERT_TRUE(found) << "no S3 server is running: start one with scripts/ceph-rgw";
    auto config = test::rgw_config(*found, found->bucket);
    config.probe_prefix = prefix_;
    fixture_ = std::make_unique<test::S3Fixture>(config, found->access_key, found->secret_key);
    ASSERT_GT(databases().first.size(), objectstore::s3::kSmallestPart);
    ASSERT_LT(fixture_->store->features({}).conditional_put_limit, databases().first.size());
  }

  SaveOptions options(const std::string& name) const {
    SaveOptions options;
    options.name = name;
    options.object_key = prefix_ + name + ".db";
    options.compression = pipeline::Compression::none;
    return options;
  }

  const std::string prefix_ = fmt::format("race/{:016x}/", os::real_random().next());
  std::unique_ptr<test::S3Fixture> fixture_;
};

TEST_F(SaveRaceOnRgw, ASaveThatRunsWithinAnotherOneLeavesOneConsistentBackup) {
  for (const RaceMode mode : {RaceMode::fresh, RaceMode::overwrite}) {
    int at = 0;
    for (bool more = true; more; ++at) {
      Race race(mode, *fixture_->store, databases(), options(fmt::format("m{}-{}", static_cast<int>(mode), at)));
      std::string where;
      more = race_at(at, race, where);
      ASSERT_FALSE(HasFailure()) << "mode " << static_cast<int>(mode) << ", before " << where;
    }
    EXPECT_GE(at, 8);
  }
}

TEST_F(SaveRaceOnRgw, TwoSavesAtOnceLeaveOneConsistentBackup) {
  for (int round = 0; round < 5; ++round) {
    const RaceMode mode = round % 2 == 0 ? RaceMode::fresh : RaceMode::overwrite;
    Race race(mode, *fixture_->store, databases(), options(fmt::format("round-{}", round)));
    std::barrier begin(2);
    Result<SaveReport> first = fail(Code::internal, "never ran");
    Result<SaveReport> second = first;
    {
      const std::jthread thread([&] {
        begin.arrive_and_wait();
        first = race.save_first(race.store);
      });
      begin.arrive_and_wait();
      second = race.save_second(race.store);
    }
    race.expect_clear_answers(first, second);
    ASSERT_FALSE(HasFailure()) << "round " << round;
  }
}

}  // namespace
}  // namespace holdfast::repository
