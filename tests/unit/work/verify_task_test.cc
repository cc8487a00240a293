// Verifications of backups whose objects are not there.
#include <filesystem>

#include "task_test_world.h"
#include "work/catalogue.h"

namespace holdfast::work {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class VerifyTaskTest : public TaskTest {
 protected:
  Result<TaskOutcome> verify(const std::string& backup) {
    return run(operation(fmt::format("verify-{}", ++count_), {{"type", "Verify"}, {"backup", backup}}));
  }
  std::string field(const std::string& backup, api::FieldNames names) {
    return test::text_of(plane_.get("backup", kSpace, backup), names);
  }
  std::string phase(const std::string& backup) { return field(backup, {"status", "phase"}); }
  std::string file_of(const std::string& backup) { return old_place_.file(field(backup, {"spec", "objectKey"})); }

  void expect_missing(const std::string& backup) {
    const auto outcome = verify(backup);

    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, Code::not_found) << outcome.error().to_string();
    EXPECT_TRUE(hopeless_);
    EXPECT_EQ(phase(backup), "Missing");
    EXPECT_THAT(field(backup, {"status", "message"}), HasSubstr("not in the destination"));
  }

  int count_ = 0;
};

TEST_F(VerifyTaskTest, OneThatIsGoneWithItsManifestIsMissingAtOnce) {
  const std::string name = make_backup();
  fs::remove(file_of(name));
  fs::remove(file_of(name) + ".manifest.json");

  expect_missing(name);
}

TEST_F(VerifyTaskTest, OneWhoseManifestIsLeftIsMissingAndNotDamaged) {
  const std::string name = make_backup();
  ASSERT_TRUE(verify(name));
  fs::remove(file_of(name));

  expect_missing(name);
}

TEST_F(VerifyTaskTest, OneWhoseDestinationIsGoneIsOutOfReachAndNotTriedAgain) {
  const std::string name = make_backup();
  plane_.change("seed", "kubermatic", "europe", [](json::Value& seed) {
    seed.at("spec").at("etcdBackupRestore").at("destinations").get_object().erase("disk");
  });

  const auto outcome = verify(name);

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Code::not_found);
  EXPECT_TRUE(hopeless_);
  EXPECT_THAT(outcome.error().hint, HasSubstr("holdfast destination add europe disk"));
  EXPECT_EQ(phase(name), "Completed") << "nothing new is known of what it holds";
}

TEST_F(VerifyTaskTest, OneWhoseSeedIsGoneIsOutOfReachAndNotTriedAgain) {
  const std::string name = make_backup();
  ASSERT_TRUE(plane_.registry().remove(plane_.kind("seed"), {.name_space = "kubermatic", .name = "europe"}, {}));

  const auto outcome = verify(name);

  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, Code::not_found);
  EXPECT_TRUE(hopeless_);
  EXPECT_THAT(outcome.error().message, HasSubstr("Seed europe does not exist"));
  EXPECT_THAT(outcome.error().hint, HasSubstr("holdfast destination add europe disk"));
}

TEST_F(VerifyTaskTest, OneThatIsBackIsCompleted) {
  const std::string name = make_backup();
  fs::rename(file_of(name), old_place_.file("away"));
  expect_missing(name);
  fs::rename(old_place_.file("away"), file_of(name));

  EXPECT_TRUE(verify(name));
  EXPECT_EQ(phase(name), "Completed");
}

TEST_F(VerifyTaskTest, NoOtherObjectIsTakenForIt) {
  ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), old_place_.file("prod-old.db"), as_bytes("x")));
  const BackupPlace place{.cluster = "prod",
                          .config = "",
                          .seed = "europe",
                          .destination = "disk",
                          .backup_name = "old",
                          .object_key = "prod-old"};
  const auto name = record_backup(world_, place, {{"phase", "Completed"}}, std::nullopt);
  ASSERT_TRUE(name) << name.error().to_string();

  expect_missing(*name);
}

TEST_F(VerifyTaskTest, ADestinationThatIsNotThereSaysNothing) {
  const std::string name = make_backup();
  fs::remove_all(old_place_.path());

  const auto outcome = verify(name);

  ASSERT_FALSE(outcome);
  EXPECT_FALSE(hopeless_);
  EXPECT_TRUE(may_try_again(outcome.error()));
  EXPECT_EQ(phase(name), "Completed");
}

}  // namespace
}  // namespace holdfast::work
