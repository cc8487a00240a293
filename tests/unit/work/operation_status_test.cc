#include "work/operation_status.h"

#include <gtest/gtest.h>

#include "unit/control/times.h"

#include "control/reconcile/objects.h"
#include "control/reconcile/operation_state.h"

namespace holdfast::work {
namespace {

using control::at;

const control::Instant kNow = at("2026-11-21T10:00:00Z");

json::Value operation(std::int64_t most = 2) {
  json::Value value = control::new_object(control::kOperationType, "n", "x");
  control::member_of(value, "spec") = json::Object{{"type", "Backup"}, {"maxAttempts", most}};
  return value;
}

Error away() {
  return {.code = Code::unavailable, .message = "connection refused", .hint = {}, .context = {}};
}

std::int64_t number(const json::Value& object, std::string_view name) {
  return control::number_at(object, {"status", name}).value_or(-1);
}

std::string text(const json::Value& object, std::string_view name) {
  return std::string(api::text_at(object, {"status", name}));
}

TEST(OperationStatus, AnAttemptIsCountedWhenItBegins) {
  const json::Value first = begun(operation(), "server-1", kNow);
  EXPECT_EQ(control::phase_of(first), "Running");
  EXPECT_EQ(number(first, "attempt"), 1);
  EXPECT_EQ(text(first, "runner"), "server-1");
}

TEST(OperationStatus, OneThatIsCancelledEndsAndSaysWhatWentWrongBefore) {
  const json::Value at_once = cancelled(operation(), kNow);
  EXPECT_EQ(control::phase_of(at_once), "Cancelled");
  EXPECT_EQ(text(at_once, "message"), "it was cancelled");
  EXPECT_EQ(text(at_once, "finishTime"), "2026-11-21T10:00:00Z");

  const json::Value later = cancelled(failed(begun(operation(), "s", kNow), away(), kNow), kNow);
  EXPECT_EQ(text(later, "message"), "it was cancelled; before that: connection refused");
  EXPECT_EQ(text(later, "nextAttemptTime"), "");
}

TEST(OperationStatus, AFailureWaitsForTheNextAttemptAndEndsAfterTheLast) {
  const json::Value once = failed(begun(operation(), "s", kNow), away(), kNow);
  EXPECT_EQ(control::phase_of(once), "Pending");
  EXPECT_EQ(text(once, "nextAttemptTime"), "2026-11-21T10:00:10Z");
  EXPECT_EQ(text(once, "message"), "connection refused");
  const json::Value twice = failed(begun(once, "s", kNow), away(), kNow);
  EXPECT_EQ(control::phase_of(twice), "Failed");
  EXPECT_EQ(text(twice, "finishTime"), "2026-11-21T10:00:00Z");
  EXPECT_EQ(text(twice, "errorCode"), "UNAVAILABLE");
}

TEST(OperationStatus, WhatCannotGetBetterIsNotTriedAgain) {
  const Error wrong{.code = Code::usage, .message = "no endpoints", .hint = {}, .context = {}};
  EXPECT_EQ(control::phase_of(failed(begun(operation(), "s", kNow), wrong, kNow)), "Failed");
}

TEST(OperationStatus, ACrashIsNoAttemptButDoesNotGoOnForEver) {
  json::Value running = begun(operation(), "s", kNow);
  for (std::int64_t i = 0; i < kMostInterruptions; ++i)
    running = begun(running, "s", kNow);
  EXPECT_EQ(number(running, "attempt"), 1);
  EXPECT_FALSE(is_worn_out(running));
  EXPECT_TRUE(is_worn_out(begun(running, "s", kNow)));
}

TEST(OperationStatus, AServerThatStopsTakesNoAttempt) {
  const json::Value back = put_back(begun(operation(), "s", kNow));
  EXPECT_EQ(control::phase_of(back), "Pending");
  EXPECT_EQ(number(back, "attempt"), 0);
}

TEST(OperationStatus, WhatAFailedAttemptFoundOutIsTheResultUntilTheNextBegins) {
  const json::Value once = failed(begun(operation(), "s", kNow), away(), kNow, {{"exitCode", 3}});
  EXPECT_EQ(once.at("status").at("result").at("exitCode"), json::Value(3));
  EXPECT_FALSE(begun(once, "s", kNow).at("status").as_object().contains("result"));
}

TEST(OperationStatus, ASuccessForgetsTheFailuresBeforeIt) {
  const json::Value once = failed(begun(operation(), "s", kNow), away(), kNow);
  const json::Value done = completed(begun(once, "s", kNow), {.result = {{"backup", "b"}}, .message = ""}, kNow);
  EXPECT_EQ(control::phase_of(done), "Completed");
  EXPECT_EQ(text(done, "message"), "");
  EXPECT_EQ(text(done, "errorCode"), "");
  EXPECT_EQ(done.at("status").at("result").at("backup"), json::Value("b"));
  EXPECT_EQ(control::phase_of(completed(once, {.result = {}, .message = "x", .cancelled = true}, kNow)), "Cancelled");
}

}  // namespace
}  // namespace holdfast::work
