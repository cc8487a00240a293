#include "registry/admission.h"

#include <gtest/gtest.h>

#include "registry_support.h"

#include "api/fields.h"

namespace holdfast::registry {
namespace {

class Admission : public ::testing::Test {
 protected:
  const api::Kind& kind(std::string_view word) const { return *kinds_.find_word(word); }

  json::Value stored() {
    return admit_create(kind("project"), test::parse(R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Project",
      "metadata":{"name":"p"},"spec":{"name":"a"}})"),
                        "", "6f1a1f0e-0000-4000-8000-000000000001", info_)
        .value();
  }

  const api::Kinds kinds_ = api::Kinds::load().value();
  WriteInfo info_{.manager = "tests", .subresource = "", .now = "2026-11-21T10:00:00Z", .applied = false};
};

TEST_F(Admission, refuses_another_namespace_than_that_of_the_request) {
  const auto made = admit_create(kind("configmap"), test::parse(R"({"apiVersion":"v1","kind":"ConfigMap",
    "metadata":{"name":"a","namespace":"other"}})"),
                                 "default", "u", info_);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().message,
            "the namespace of the provided object does not match the namespace sent on the request");
}

TEST_F(Admission, a_new_object_has_no_status_yet) {
  const json::Value made =
      admit_create(kind("project"), test::parse(R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Project",
    "metadata":{"name":"p"},"spec":{"name":"a"},"status":{"phase":"Active"}})"),
                   "", "u", info_)
          .value();
  EXPECT_EQ(made.as_object().if_contains("status"), nullptr);
}

TEST_F(Admission, refuses_to_rename) {
  json::Value after = stored();
  after.at("metadata").as_object()["name"] = "q";
  const auto admitted = admit_update(kind("project"), stored(), after, info_);
  ASSERT_FALSE(admitted);
  EXPECT_EQ(admitted.error().message, "the name of the object (q) does not match the name on the URL (p)");
}

TEST_F(Admission, refuses_another_uid) {
  json::Value after = stored();
  after.at("metadata").as_object()["uid"] = "other";
  EXPECT_EQ(admit_update(kind("project"), stored(), after, info_).error().code, 409);
}

TEST_F(Admission, keeps_what_belongs_to_the_server) {
  json::Value after = stored();
  for (const char* name : {"uid", "creationTimestamp", "generation"})
    after.at("metadata").as_object().erase(name);
  EXPECT_EQ(admit_update(kind("project"), stored(), after, info_).value(), stored());
}

TEST_F(Admission, says_who_wrote_which_fields) {
  const json::Value made = stored();
  const json::Value* fields = api::field_at(made, {"metadata", "managedFields"});
  ASSERT_NE(fields, nullptr);
  EXPECT_EQ(fields->as_array().at(0).at("manager"), "tests");
  EXPECT_NE(json::to_string(*fields).find("f:spec"), std::string::npos);
}

TEST_F(Admission, the_beginning_of_a_deletion_is_marked_once) {
  const json::Value marked = begin_deletion(kind("project"), stored(), "2026-11-21T11:00:00Z");
  EXPECT_TRUE(is_being_deleted(marked));
  EXPECT_EQ(api::field_at(marked, {"metadata", "generation"})->as_int64(), 2);
  EXPECT_EQ(begin_deletion(kind("project"), marked, "2026-11-21T12:00:00Z"), marked);
}

}  // namespace
}  // namespace holdfast::registry
