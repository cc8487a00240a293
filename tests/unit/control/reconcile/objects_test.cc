#include "control/reconcile/objects.h"

#include <gtest/gtest.h>

#include "unit/control/times.h"

#include "api/names.h"
#include "control/reconcile/operation_state.h"

namespace holdfast::control {
namespace {

TEST(Objects, FinalizersComeAndGoOnce) {
  json::Value object = new_object(kConfigType, "n", "x");
  add_finalizer(object, "a");
  add_finalizer(object, "a");
  add_finalizer(object, "b");
  EXPECT_EQ(object.at("metadata").at("finalizers"), (json::Array{"a", "b"}));
  remove_finalizer(object, "a");
  EXPECT_FALSE(has_finalizer(object, "a"));
  EXPECT_TRUE(has_finalizer(object, "b"));
}

TEST(Objects, ResourceNamesAreValidAndKeepOthersApart) {
  EXPECT_EQ(resource_name("nightly-2026-01-01t00-00-00"), "nightly-2026-01-01t00-00-00");
  EXPECT_EQ(resource_name("Foo-2021-03-16T03:48:00"), "foo-2021-03-16t03-48-00");
  for (const char* odd : {"", "-", "..", "a..b", "-a", "a-", "_", "\xff\xfe"}) {
    EXPECT_TRUE(api::is_dns_subdomain(resource_name(odd))) << odd << " " << resource_name(odd);
  }
  EXPECT_NE(resource_name("a..b"), resource_name("a--b"));
  EXPECT_TRUE(api::is_dns_subdomain(resource_name(std::string(1000, 'a'))));
}

TEST(OperationState, BacksOffLongerEachTimeUpToTenMinutes) {
  EXPECT_EQ(attempt_back_off(1), Seconds(10));
  EXPECT_EQ(attempt_back_off(2), Seconds(20));
  EXPECT_EQ(attempt_back_off(100), Seconds(600));
}

TEST(OperationState, AnAttemptPlannedBeforeTheClockWentBackIsDueAtOnce) {
  json::Value operation = new_object(kOperationType, "n", "x");
  member_of(operation, "status")["nextAttemptTime"] = "2026-01-01T10:00:00Z";
  EXPECT_EQ(start_time(operation, at("2026-01-01T09:55:00Z")), at("2026-01-01T10:00:00Z"));
  EXPECT_EQ(start_time(operation, at("2026-01-01T05:00:00Z")), kFirstInstant);
}

json::Value backup_of(const char* created) {
  json::Value operation = new_object(kOperationType, "n", "x");
  member_of(operation, "metadata")["creationTimestamp"] = created;
  member_of(operation, "spec")["type"] = "Backup";
  return operation;
}

TEST(OperationState, ABackupAskedForByHandBeginsWhenTheSecondOfTheQuestionIsOver) {
  const json::Value operation = backup_of("2026-01-01T10:00:00Z");
  EXPECT_EQ(start_time(operation, at("2026-01-01T10:00:00Z")), at("2026-01-01T10:00:01Z"));
}

TEST(OperationState, ABackupOfASlotBeginsAtOnce) {
  json::Value operation = backup_of("2026-01-01T10:00:00Z");
  member_of(operation, "spec")["scheduledTime"] = "2026-01-01T10:00:00Z";
  EXPECT_EQ(start_time(operation, at("2026-01-01T10:00:00Z")), kFirstInstant);
}

TEST(OperationState, ABackupAskedForBeforeTheClockWentBackIsDueAtOnce) {
  const json::Value operation = backup_of("2026-02-01T10:00:00Z");
  EXPECT_EQ(start_time(operation, at("2026-01-01T10:00:00Z")), kFirstInstant);
}

}  // namespace
}  // namespace holdfast::control
