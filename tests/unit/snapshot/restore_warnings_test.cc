#include "snapshot/restore_warnings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace holdfast::snapshot {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(RestoreWarnings, AreNoneForAnOrdinaryDatabase) {
  EXPECT_THAT(restore_warnings({.cluster_version = "3.5.0"}, false, "3.5"), IsEmpty());
  EXPECT_THAT(restore_warnings({.cluster_version = "3.4.0"}, false, "3.5"), IsEmpty());
}

TEST(RestoreWarnings, NameAlarmsThatSurvive) {
  const DatabaseTraits found{.alarms = {"NOSPACE of member 5"}};

  EXPECT_THAT(restore_warnings(found, false, ""), ElementsAre(HasSubstr("NOSPACE of member 5")));
  EXPECT_THAT(restore_warnings(found, true, ""), IsEmpty());
}

TEST(RestoreWarnings, NameLearnersAndAuthentication) {
  const DatabaseTraits found{.learners = {"m4"}, .auth_enabled = true};

  EXPECT_THAT(restore_warnings(found, false, ""), ElementsAre(HasSubstr("authentication"), HasSubstr("m4")));
}

TEST(RestoreWarnings, DoNotGrowWithTheDatabase) {
  const DatabaseTraits found{.alarms = std::vector<std::string>(100'000, "NOSPACE of member 5")};

  EXPECT_LT(restore_warnings(found, false, "").at(0).size(), 500U);
  EXPECT_THAT(restore_warnings(found, false, "").at(0), HasSubstr("99995 more"));
}

TEST(RestoreWarnings, TellOfAStorageVersionThatTheTargetRefuses) {
  const DatabaseTraits found{.cluster_version = "3.8.0", .storage_version = "3.8.0"};

  EXPECT_THAT(restore_warnings(found, false, "3.6.14"), ElementsAre(HasSubstr("3.8.0, which etcd 3.6.14 refuses")));
}

TEST(RestoreWarnings, TellOfGoingBackAVersion) {
  EXPECT_THAT(restore_warnings({.cluster_version = "3.6.0", .storage_version = "3.6.0"}, false, "3.5"),
              ElementsAre(HasSubstr("not supported")));
  EXPECT_THAT(restore_warnings({.cluster_version = "3.5.0"}, false, "v3.4.23"), ElementsAre(HasSubstr("3.5.0")));
  EXPECT_THAT(restore_warnings({.cluster_version = "3.10.0"}, false, "3.9"), ElementsAre(HasSubstr("3.10.0")));
}

TEST(RestoreWarnings, SayWhenTheTargetIsNotUnderstood) {
  for (const char* target : {"latest", "3", "3.x", "3.5x"}) {
    EXPECT_THAT(restore_warnings({}, false, target), ElementsAre(HasSubstr(target)));
  }
}

}  // namespace
}  // namespace holdfast::snapshot
