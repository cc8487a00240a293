#include "client/status_error.h"

#include <gmock/gmock.h>

#include "model/json.h"

namespace holdfast::client {
namespace {

Error of(int status, std::string_view reason) {
  return status_error(status, fmt::format(R"({{"kind":"Status","message":"it says so","reason":"{}"}})", reason));
}

TEST(StatusError, codes_follow_from_the_answer) {
  EXPECT_EQ(of(400, "BadRequest").code, Code::usage);
  EXPECT_EQ(of(401, "Unauthorized").code, Code::refused);
  EXPECT_EQ(of(403, "Forbidden").code, Code::refused);
  EXPECT_EQ(of(404, "NotFound").code, Code::not_found);
  EXPECT_EQ(of(409, "AlreadyExists").code, Code::exists);
  EXPECT_EQ(of(410, "Expired").code, Code::unavailable);
  EXPECT_EQ(of(422, "Invalid").code, Code::usage);
  EXPECT_EQ(of(429, "TooManyRequests").code, Code::unavailable);
  EXPECT_EQ(of(500, "InternalError").code, Code::internal);
  EXPECT_EQ(of(503, "ServiceUnavailable").code, Code::unavailable);
  EXPECT_EQ(of(504, "Timeout").code, Code::timeout);
}

TEST(StatusError, has_the_servers_message_and_a_hint) {
  const Error error = of(404, "NotFound");
  EXPECT_EQ(error.message, "it says so");
  EXPECT_NE(error.hint, "");
}

TEST(StatusError, who_may_not_is_told_what_would_help) {
  const auto hint = [](const std::string& message) {
    return status_error(403, json::to_string(json::Object{{"message", message}, {"reason", "Forbidden"}})).hint;
  };
  EXPECT_THAT(hint(R"(clusters is forbidden: User "bob" cannot list resource "clusters" at the cluster scope)"),
              ::testing::HasSubstr("-l project-id=PROJECT"));
  EXPECT_THAT(hint(R"(x is forbidden: User "bob" cannot delete resource "backups" in the namespace "cluster-a")"),
              ::testing::HasSubstr("ask an administrator"));
  EXPECT_EQ(hint("backups is forbidden: it is pinned; unpin it first"), "");
}

TEST(StatusError, a_conflict_can_be_told_from_a_prohibition) {
  EXPECT_TRUE(is_conflict(of(409, "Conflict")));
  EXPECT_FALSE(is_conflict(of(409, "AlreadyExists")));
  EXPECT_FALSE(is_conflict(of(403, "Forbidden")));
  EXPECT_TRUE(of(503, "").retryable);
  EXPECT_FALSE(of(404, "NotFound").retryable);
}

TEST(StatusError, of_a_damaged_backup_is_nothing_to_try_again_and_has_the_servers_hint) {
  const Error error = status_error(
      409,
      R"({"message":"it says so","reason":"Conflict","details":{"causes":[{"reason":"BackupDamaged","message":"x"},{"reason":"Hint","message":"make another"}]}})");

  EXPECT_EQ(error.code, Code::corrupt);
  EXPECT_FALSE(is_conflict(error));
  EXPECT_EQ(error.hint, "make another");
}

TEST(StatusError, a_line_of_text_is_what_is_wrong) {
  EXPECT_EQ(status_error(403, "users \"x\" is forbidden\n").message, "users \"x\" is forbidden");
  EXPECT_EQ(status_error(502, "two\nlines").message, "the server answered 502 and no reason");
}

Error conflict(const std::string& message) {
  return status_error(409, json::to_string(json::Object{{"message", message}, {"reason", "Conflict"}}));
}

TEST(StatusError, a_conflict_with_the_programs_own_commands_is_known) {
  EXPECT_TRUE(is_conflict_with_ourselves(
      conflict(R"(Apply failed with 1 conflict: conflict with "holdfast" using kubermatic.k8c.io/v1: .spec.keep)")));
  EXPECT_TRUE(is_conflict_with_ourselves(
      conflict("Apply failed with 2 conflicts: conflicts with \"holdfast\" using v1:\n- .spec.keep\nconflicts with "
               "\"holdfast-destination-disk\":\n- .spec.a")));
}

TEST(StatusError, a_conflict_with_anybody_else_is_none_with_ourselves) {
  EXPECT_FALSE(is_conflict_with_ourselves(conflict("the object has been modified")));
  EXPECT_FALSE(is_conflict_with_ourselves(
      conflict(R"(Apply failed with 1 conflict: conflict with "kubectl-edit" using v1: .spec.keep)")));
  EXPECT_FALSE(is_conflict_with_ourselves(
      conflict(R"(Apply failed with 1 conflict: conflict with "holdfast-control" using v1: .spec.keep)")));
  EXPECT_FALSE(is_conflict_with_ourselves(
      conflict("Apply failed with 2 conflicts: conflicts with \"holdfast\" using v1:\n- .spec.keep\nconflicts with "
               "\"other\":\n- .spec.a")));
  // Of so many not all owners are named.
  EXPECT_FALSE(is_conflict_with_ourselves(
      conflict("Apply failed with 101 conflicts: conflicts with \"holdfast\" using v1:\n- .spec.keep")));
}

TEST(StatusError, anything_may_stand_in_between) {
  EXPECT_EQ(status_error(502, "<html>").message, "the server answered 502 and no reason");
  EXPECT_EQ(status_error(404, "").code, Code::not_found);
}

}  // namespace
}  // namespace holdfast::client
