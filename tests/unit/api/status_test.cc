#include "api/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_support.h"

#include "api/causes.h"

namespace holdfast::api {
namespace {

const Kind& config_kind() {
  return kind_named("EtcdBackupConfig");
}

TEST(Status, OfAMissingObject) {
  EXPECT_EQ(json::to_string(not_found(config_kind(), "nope").to_status()),
            R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
            R"("message":"etcdbackupconfigs.kubermatic.k8c.io \"nope\" not found","reason":"NotFound",)"
            R"("details":{"name":"nope","group":"kubermatic.k8c.io","kind":"etcdbackupconfigs"},"code":404})");
}

TEST(Status, OfTheCoreGroupNamesNoGroup) {
  const ApiError error = not_found(kind_named("Namespace"), "x");
  EXPECT_EQ(error.message, "namespaces \"x\" not found");
  EXPECT_EQ(json::to_string(error.to_status().at("details")), R"({"name":"x","kind":"namespaces"})");
}

TEST(Status, OfAnUnknownPath) {
  EXPECT_EQ(
      json::to_string(unknown_path().to_status()),
      R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",)"
      R"("message":"the server could not find the requested resource","reason":"NotFound","details":{},"code":404})");
}

TEST(Status, OfAnInvalidObjectHasTheCauses) {
  const ApiError error = invalid(
      config_kind(), "bad", {causes::wrong_type("spec.keep", "integer", "string"), causes::required("spec.cluster")});
  EXPECT_EQ(error.code, 422);
  EXPECT_EQ(
      error.message,
      "EtcdBackupConfig.kubermatic.k8c.io \"bad\" is invalid: [spec.keep: Invalid value: \"string\": spec.keep in body "
      "must be of type integer: \"string\", spec.cluster: Required value]");
  EXPECT_EQ(
      json::to_string(error.to_status().at("details")),
      R"({"name":"bad","group":"kubermatic.k8c.io","kind":"EtcdBackupConfig","causes":[)"
      R"({"reason":"FieldValueTypeInvalid","message":"Invalid value: \"string\": spec.keep in body must be of type integer: \"string\"","field":"spec.keep"},)"
      R"({"reason":"FieldValueRequired","message":"Required value","field":"spec.cluster"}]})");
}

TEST(Status, OfOneCauseHasNoBrackets) {
  EXPECT_EQ(invalid(kind_named("Secret"), "s", {causes::required("type")}).message,
            "Secret \"s\" is invalid: type: Required value");
}

TEST(Status, OfConflicts) {
  EXPECT_EQ(already_exists(config_kind(), "daily").message,
            "etcdbackupconfigs.kubermatic.k8c.io \"daily\" already exists");
  EXPECT_EQ(already_exists(config_kind(), "daily").code, 409);
  EXPECT_EQ(
      modified_conflict(config_kind(), "daily").message,
      "Operation cannot be fulfilled on etcdbackupconfigs.kubermatic.k8c.io \"daily\": the object has been modified; "
      "please apply your changes to the latest version and try again");
  EXPECT_EQ(modified_conflict(config_kind(), "daily").reason, "Conflict");
}

TEST(Status, OfARefusalSaysWhoMayNotDoWhat) {
  EXPECT_EQ(forbidden_action(config_kind(), "daily", "u", "delete", "", "ns").message,
            "etcdbackupconfigs.kubermatic.k8c.io \"daily\" is forbidden: User \"u\" cannot delete resource "
            "\"etcdbackupconfigs\" in API group \"kubermatic.k8c.io\" in the namespace \"ns\"");
  EXPECT_EQ(forbidden_action(kind_named("Secret"), "", "u", "list", "status", "").message,
            "secrets is forbidden: User \"u\" cannot list resource \"secrets/status\" in API group \"\" at the cluster "
            "scope");
}

TEST(Status, OfATerminatingNamespaceHasItsCause) {
  const ApiError error = namespace_terminating(config_kind(), "a", "cluster-x");
  EXPECT_EQ(error.code, 403);
  ASSERT_EQ(error.causes.size(), 1U);
  EXPECT_EQ(error.causes[0].reason, "NamespaceTerminating");
}

TEST(Status, OfVersionsTooOldOrToCome) {
  EXPECT_EQ(too_old(1, 15).message, "too old resource version: 1 (15)");
  EXPECT_EQ(too_old(1, 15).code, 410);
  EXPECT_EQ(too_old(1, 15).reason, "Expired");
  const ApiError error = too_large_version(100000, 21);
  EXPECT_EQ(error.message, "Too large resource version: 100000, current: 21");
  EXPECT_EQ(
      json::to_string(error.to_status().at("details")),
      R"({"causes":[{"reason":"ResourceVersionTooLarge","message":"Too large resource version"}],"retryAfterSeconds":1})");
}

TEST(Status, OfMediaTypes) {
  EXPECT_EQ(unsupported_media_type({"application/json", "application/yaml"}).message,
            "the body of the request was in an unknown format - accepted media types include: application/json, "
            "application/yaml");
  EXPECT_EQ(not_acceptable({"application/json"}).code, 406);
  EXPECT_EQ(too_large(5).code, 413);
  EXPECT_EQ(method_not_allowed(config_kind(), "POST").code, 405);
  EXPECT_EQ(unauthorized().message, "Unauthorized");
}

TEST(Status, OfAnErrorBelowTellsTheHint) {
  const ApiError error = internal_error(
      {.code = Code::corrupt, .message = "bad page", .hint = "restore it", .retryable = false, .context = {"read"}});
  EXPECT_EQ(error.code, 500);
  EXPECT_EQ(error.message, "Internal error occurred: read: bad page (restore it)");
}

TEST(Status, OfAStoreThatDoesNotAnswerAsksToComeAgain) {
  const ApiError error =
      internal_error({.code = Code::unavailable, .message = "no leader", .hint = "", .retryable = true, .context = {}});
  EXPECT_EQ(error.code, 503);
  EXPECT_EQ(error.retry_after_seconds, 1);
  EXPECT_EQ(error.to_status().at("details").at("retryAfterSeconds"), 1);
}

TEST(Status, OfADeletionHasTheUid) {
  EXPECT_EQ(json::to_string(success(config_kind(), "daily", "u-1")),
            R"({"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success",)"
            R"("details":{"name":"daily","group":"kubermatic.k8c.io","kind":"etcdbackupconfigs","uid":"u-1"}})");
}

TEST(Causes, CutLongValuesBetweenCharacters) {
  std::string umlauts;
  for (int i = 0; i < 1000; ++i)
    umlauts += "ä";
  const Cause cause = causes::invalid("f", json::Value(umlauts), "is too much");
  EXPECT_LT(cause.message.size(), 300U);
  EXPECT_TRUE(json::parse(json::to_string(json::Value(cause.message)), 1000));
}

TEST(Causes, HideWhatMustNotBeShown) {
  EXPECT_EQ(causes::invalid_hidden("f", "is bad").message, "Invalid value: \"<hidden>\": is bad");
}

}  // namespace
}  // namespace holdfast::api
