// Server-side apply when others own the fields, and what kubectl may do then.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/api/patch/server.h"

#include "api/patch/json_patch.h"
#include "api/patch/last_applied.h"
#include "api/patch/managed_fields.h"

namespace holdfast::api {
namespace {

using test::parsed;
using test::Server;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(ApplyConflict, NamesTheOnlyFieldInOneLine) {
  Server server;
  server.apply("kubectl", R"({"keep":3})");
  EXPECT_EQ(server.apply("other", R"({"keep":4})"),
            R"(Apply failed with 1 conflict: conflict with "kubectl": .spec.keep)");
  EXPECT_EQ(server.error()->code, 409);
  EXPECT_EQ(server.error()->reason, "Conflict");
  EXPECT_THAT(server.error()->causes,
              ElementsAre(Cause{"FieldManagerConflict", "conflict with \"kubectl\"", ".spec.keep"}));
}

TEST(ApplyConflict, ListsSeveralFieldsByOwner) {
  Server server;
  server.write("curl", R"({"schedule":"x","keep":3})");
  server.apply("x", R"({"paused":true,"members":[{"name":"c1","port":1}]})");
  EXPECT_EQ(server.apply("other", R"({"schedule":"y","keep":4,"paused":false,"members":[{"name":"c1","port":2}]})"),
            "Apply failed with 4 conflicts: conflicts with \"curl\" using kubermatic.k8c.io/v1:\n- .spec.keep\n- "
            ".spec.schedule\n"
            "conflicts with \"x\":\n- .spec.members[name=\"c1\"].port\n- .spec.paused");
  EXPECT_EQ(server.error()->causes.size(), 4U);
}

TEST(ApplyConflict, NamesTheSubresourceOfTheOwner) {
  Server server;
  server.apply("one", R"({"keep":3})");
  server.patch("ctl", R"({"status":{"phase":"x"}})", "status");
  EXPECT_EQ(
      server.apply("two", R"({"status":{"phase":"y"}})", {.force = false, .subresource = "status"}),
      R"(Apply failed with 1 conflict: conflict with "ctl" with subresource "status" using kubermatic.k8c.io/v1: .status.phase)");
}

TEST(ApplyConflict, ChangesNothing) {
  Server server;
  server.apply("one", R"({"keep":3,"schedule":"x"})");
  const json::Value before = server.stored();
  server.apply("two", R"({"keep":4,"paused":true})");
  EXPECT_EQ(server.stored(), before);
}

TEST(ApplyConflict, IsNoneWithTheOwnEarlierEntry) {
  Server server;
  server.apply("one", R"({"keep":3})");
  EXPECT_EQ(server.apply("one", R"({"keep":4})"), "changed");
}

TEST(ApplyConflict, IsOneWithTheOwnUpdates) {
  Server server;
  server.write("one", R"({"keep":3})");
  EXPECT_THAT(server.apply("one", R"({"keep":4})"), HasSubstr("conflict with \"one\" using"));
}

TEST(ApplyConflict, ComparesAtomicMapsAndListsAsAWhole) {
  Server server;
  server.apply("one", R"({"cluster":{"name":"c","region":"r"},"plain":["a"]})");
  EXPECT_THAT(server.apply("two", R"({"cluster":{"name":"c"},"plain":["a","b"]})"),
              HasSubstr("\n- .spec.cluster\n- .spec.plain"));
  EXPECT_EQ(server.apply("two", R"({"cluster":{"region":"r","name":"c"},"plain":["a"]})"), "changed");
}

TEST(ApplyConflict, IsNoneAboutAContainerThatBothHave) {
  Server server;
  server.write("one", R"({"settings":{"a":"1"},"members":[{"name":"m"}],"groups":{"g":{"size":1}}})");
  EXPECT_EQ(server.apply("two", R"({"settings":{},"members":[{"name":"m","port":1}],"groups":{"g":{"note":"n"}}})"),
            "changed");
}

TEST(ApplyConflict, ShowsAtMostAHundredFields) {
  std::string spec = R"({"settings":{)";
  for (int i = 0; i < 300; ++i) {
    spec += fmt::format(R"({}"k{}":"1")", i == 0 ? "" : ",", i);
  }
  Server server;
  server.apply("one", spec + "}}");
  std::string other = spec;
  for (std::size_t at = other.find(":\"1\""); at != std::string::npos; at = other.find(":\"1\"")) {
    other.replace(at, 4, ":\"2\"");
  }
  EXPECT_THAT(server.apply("two", other + "}}"), HasSubstr("Apply failed with 300 conflicts: "));
  EXPECT_EQ(server.error()->causes.size(), 100U);
}

// --- a configuration that does not fit ---

TEST(ApplyConfig, RefusesFieldsTheSchemaDoesNotDeclare) {
  Server server;
  EXPECT_EQ(server.apply("one", R"({"bogus":1})"),
            "failed to create typed patch object (ns/s; kubermatic.k8c.io/v1, Kind=Sample): .spec.bogus: field not "
            "declared in schema");
  EXPECT_EQ(server.error()->code, 422);
  EXPECT_EQ(server.error()->causes.front().field, ".spec.bogus");
}

TEST(ApplyConfig, RefusesValuesOfAnotherType) {
  Server server;
  server.apply("one",
               R"({"keep":"three","schedule":5,"paused":"yes","plain":{},"cluster":[],"ratio":true,"port":1.5})");
  std::vector<std::string> fields;
  for (const Cause& cause : server.error()->causes) {
    fields.push_back(cause.field + ": " + cause.message);
  }
  EXPECT_THAT(fields,
              ElementsAre(".spec.keep: expected integer, got string", ".spec.schedule: expected string, got number",
                          ".spec.paused: expected boolean, got string", ".spec.plain: expected array, got object",
                          ".spec.cluster: expected object, got list", ".spec.ratio: expected number, got boolean",
                          ".spec.port: expected integer or string, got number"));
}

TEST(ApplyConfig, RefusesItemsWithoutKeyAndItemsThatRepeat) {
  for (const char* bad : {R"({"members":[{"port":1}]})", R"({"members":[{"name":"a"},{"name":"a"}]})",
                          R"({"zones":["a","a"]})", R"({"members":[{"name":{}}]})", R"({"zones":[["a"]]})"}) {
    Server server;
    server.apply("one", bad);
    ASSERT_TRUE(server.error()) << bad;
    EXPECT_EQ(server.error()->code, 422) << bad;
  }
}

TEST(ApplyConfig, RefusesManagedFieldsAndWhatIsNoObject) {
  Server server;
  EXPECT_EQ(server.apply("one", R"({"metadata":{"managedFields":[]},"spec":{}})"),
            "metadata.managedFields must be nil");
  EXPECT_EQ(server.error()->code, 400);
  EXPECT_EQ(server.apply("one", R"({"metadata":{"managedFields":null},"spec":{}})"), "changed");
  const auto list =
      server_side_apply(test::sample_kind(), nullptr, json::Array(), {.manager = "one", .subresource = {}, .now = {}});
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().code, 400);
}

TEST(ApplyConfig, NeedsAManager) {
  Server server;
  server.apply("", R"({"keep":3})");
  ASSERT_TRUE(server.error());
  EXPECT_EQ(server.error()->code, 422);
  EXPECT_THAT(server.error()->causes,
              ElementsAre(Cause{"FieldValueRequired", "Required value: is required for apply patch", "fieldManager"}));
}

TEST(ApplyConfig, GathersAtMostAHundredCauses) {
  json::Object spec;
  for (int i = 0; i < 500; ++i) {
    spec[fmt::format("bogus{}", i)] = i;
  }
  Server server;
  server.apply("one", json::to_string(spec));
  EXPECT_EQ(server.error()->causes.size(), 100U);
}

// --- kubectl, and objects that were applied on the client's side ---

std::string with_last_applied(std::string_view spec) {
  json::Value object = test::sample(spec);
  const std::string config = json::to_string(object);
  object.get_object()["metadata"].get_object()["annotations"] = json::Object{{kLastApplied, config}};
  return json::to_string(object);
}

std::string last_applied(const Server& server) {
  const json::Value object = server.object();
  const auto& metadata = object.get_object().at("metadata").get_object();
  return std::string(metadata.at("annotations").get_object().at(kLastApplied).get_string());
}

TEST(ApplyByKubectl, SettlesConflictsAboutWhatItAppliedLast) {
  Server server;
  server.write("kubectl-client-side-apply", with_last_applied(R"({"keep":3,"schedule":"x"})"));
  EXPECT_EQ(server.apply("kubectl", R"({"keep":4,"schedule":"x"})"), "changed");
  EXPECT_EQ(server.spec(), R"({"keep":4,"schedule":"x"})");
  EXPECT_THAT(server.owners(), HasSubstr("Apply kubectl: .spec.keep .spec.schedule\n"));
}

TEST(ApplyByKubectl, DoesNotSettleConflictsAboutWhatOthersChangedSince) {
  Server server;
  server.write("kubectl-client-side-apply", with_last_applied(R"({"keep":3,"schedule":"x"})"));
  server.patch("curl", R"({"spec":{"keep":5}})");
  EXPECT_EQ(server.apply("kubectl", R"({"keep":4,"schedule":"y"})"),
            R"(Apply failed with 1 conflict: conflict with "curl" using kubermatic.k8c.io/v1: .spec.keep)");
}

TEST(ApplyByKubectl, IsTheOnlyOneThatMay) {
  Server server;
  server.write("kubectl-client-side-apply", with_last_applied(R"({"keep":3})"));
  EXPECT_THAT(server.apply("helm", R"({"keep":4})"), HasSubstr("1 conflict"));
}

TEST(ApplyByKubectl, DoesNotTrustAnAnnotationItCannotRead) {
  Server server;
  server.write(
      "curl",
      R"({"metadata":{"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{no json"}},"spec":{"keep":3}})");
  EXPECT_THAT(server.apply("kubectl", R"({"keep":4})"), HasSubstr("1 conflict"));
}

TEST(ApplyByKubectl, RewritesTheAnnotation) {
  Server server;
  server.write("kubectl-client-side-apply", with_last_applied(R"({"keep":3})"));
  server.apply("kubectl", R"({"schedule":"x","keep":3})");
  EXPECT_EQ(
      last_applied(server),
      R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Sample","metadata":{"name":"s","namespace":"ns"},"spec":{"keep":3,"schedule":"x"}})"
      "\n");
  EXPECT_EQ(server.apply("kubectl", R"({"schedule":"x","keep":3})"), "unchanged");
}

TEST(ApplyByKubectl, AddsNoAnnotationAndOthersLeaveItAlone) {
  Server server;
  server.apply("kubectl", R"({"keep":3})");
  EXPECT_FALSE(server.object().get_object().at("metadata").get_object().contains("annotations"));
  Server other;
  other.write("kubectl-client-side-apply", with_last_applied(R"({"keep":3})"));
  const std::string before = last_applied(other);
  other.apply("helm", R"({"paused":true})");
  EXPECT_EQ(last_applied(other), before);
}

// What kubectl sends when an object that was applied on the client's side is applied with --server-side: the annotation
// for a manager of its own, a JSON patch that makes the old entry one of `kubectl` (Apply), and the configuration
// again.
TEST(ApplyByKubectl, TakesOverFromClientSideApply) {
  Server server;
  server.write("kubectl-client-side-apply", with_last_applied(R"({"keep":3,"schedule":"x","paused":true})"));
  EXPECT_EQ(server.apply("kubectl", R"({"keep":4,"schedule":"x"})"), "changed");
  json::Value annotation =
      json::Object{{"metadata", json::Object{{"annotations", json::Object{{kLastApplied, last_applied(server)}}}}}};
  EXPECT_EQ(server.apply("kubectl-last-applied", json::to_string(annotation)), "changed");

  json::Array list;
  ManagedFields managed = ManagedFields::of_stored(server.stored());
  ManagedEntry* own = managed.find({.manager = "kubectl", .operation = ManagerOperation::apply, .fields = {}});
  ASSERT_NE(own, nullptr);
  for (const ManagedEntry& entry : managed.entries()) {
    if (entry.manager == "kubectl-client-side-apply") own->fields = unite(own->fields, entry.fields);
  }
  own->fields = subtract(own->fields, [] {
    FieldSet annotations;
    annotations.insert({"f:metadata", "f:annotations", field_element(kLastApplied)});
    return annotations;
  }());
  std::erase_if(managed.entries(), [](const auto& entry) { return entry.manager == "kubectl-client-side-apply"; });
  json::Value moved = json::Object{{"metadata", json::Object()}};
  managed.store(moved);
  EXPECT_EQ(server.patch("kubectl", json::to_string(moved)), "changed");
  EXPECT_EQ(server.apply("kubectl", R"({"keep":4,"schedule":"x"})"), "changed");

  EXPECT_EQ(server.spec(), R"({"keep":4,"schedule":"x"})");  // "paused" could be removed
  EXPECT_THAT(server.owners(), HasSubstr("Apply kubectl: .spec.keep .spec.schedule\n"));
  EXPECT_THAT(server.owners(), HasSubstr("Apply kubectl-last-applied: .metadata.annotations."));
  EXPECT_THAT(server.owners(), testing::Not(HasSubstr("client-side")));
  EXPECT_EQ(last_applied(server).find("paused"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::api
