#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_support.h"

#include "api/object.h"

namespace holdfast::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

json::Value config_named(std::string_view metadata) {
  json::Value object = config_with("{cluster: {name: x}}");
  object.get_object()["metadata"] = yaml(metadata);
  return object;
}

std::vector<std::string> wrong(std::string_view metadata) {
  return texts(validate(kind_named("EtcdBackupConfig"), config_named(metadata)));
}

std::vector<std::string> wrong_change(std::string_view before, std::string_view after) {
  return texts(validate_change(config_named(before), config_named(after)));
}

TEST(Metadata, NeedsAName) {
  EXPECT_THAT(wrong("{}"),
              ElementsAre("metadata.name: FieldValueRequired: Required value: name or generateName is required"));
}

TEST(Metadata, NamesAreSubdomains) {
  EXPECT_THAT(wrong("{name: daily.backup-1}"), IsEmpty());
  EXPECT_THAT(wrong("{name: Daily_Backup}"), ElementsAre(HasSubstr("metadata.name: FieldValueInvalid: Invalid value: "
                                                                   "\"Daily_Backup\": must be small letters")));
}

TEST(Metadata, NamesOfNamespacesHaveNoDots) {
  const json::Value object = yaml("{apiVersion: v1, kind: Namespace, metadata: {name: a.b}}");
  EXPECT_THAT(texts(validate(kind_named("Namespace"), object)), ElementsAre(HasSubstr("RFC 1123 label")));
}

TEST(Metadata, LabelsAreShort) {
  EXPECT_THAT(wrong("{name: a, labels: {project-id: x, a.b/c: ''}}"), IsEmpty());
  EXPECT_THAT(wrong("{name: a, labels: {'a b': x}}"),
              ElementsAre(HasSubstr("metadata.labels: FieldValueInvalid: Invalid value: \"a b\"")));
  EXPECT_THAT(wrong("{name: a, labels: {a: '-x'}}"), ElementsAre(HasSubstr("Invalid value: \"-x\"")));
}

TEST(Metadata, AnnotationsHave256KiB) {
  json::Value object = config_named("{name: a, annotations: {k: x}}");
  json::Object& annotations = object.at("metadata").at("annotations").get_object();
  annotations["k"] = std::string(256 * 1024 - 1, 'x');
  EXPECT_THAT(validate(kind_named("EtcdBackupConfig"), object), IsEmpty());
  annotations["k"] = std::string(256 * 1024, 'x');
  EXPECT_THAT(texts(validate(kind_named("EtcdBackupConfig"), object)),
              ElementsAre("metadata.annotations: FieldValueTooLong: Too long: may not be more than 262144 bytes"));
}

TEST(Metadata, AnnotationsMayHaveCapitalsInTheirDomain) {
  EXPECT_THAT(wrong("{name: a, annotations: {Example.com/x: y}}"), IsEmpty());
  EXPECT_THAT(wrong("{name: a, annotations: {'a/b/c': y}}"), SizeIs(1));
}

TEST(Metadata, FinalizersAreQualifiedNames) {
  EXPECT_THAT(wrong("{name: a, finalizers: [kubermatic.k8c.io/delete-all-backups]}"), IsEmpty());
  EXPECT_THAT(wrong("{name: a, finalizers: [x, 'a b']}"),
              ElementsAre(HasSubstr("metadata.finalizers[1]: FieldValueInvalid")));
  EXPECT_THAT(wrong("{name: a, finalizers: [x, x]}"),
              ElementsAre(HasSubstr("metadata.finalizers[1]: FieldValueDuplicate")));
}

TEST(Metadata, OwnersAreNamedInFull) {
  EXPECT_THAT(wrong("{name: a, ownerReferences: [{apiVersion: v1, kind: K, name: n, uid: u}]}"), IsEmpty());
  EXPECT_THAT(wrong("{name: a, ownerReferences: [{apiVersion: v1, kind: K, name: n}]}"),
              ElementsAre("metadata.ownerReferences[0].uid: FieldValueRequired: Required value"));
  EXPECT_THAT(wrong("{name: a, ownerReferences: [{apiVersion: v1, kind: '', name: n, uid: u}]}"),
              ElementsAre(HasSubstr("metadata.ownerReferences[0].kind: FieldValueInvalid")));
}

TEST(Metadata, OneOwnerSteers) {
  EXPECT_THAT(
      wrong(
          "{name: a, ownerReferences: [{apiVersion: v1, kind: K, name: n, uid: u, controller: true}, {apiVersion: v1, "
          "kind: K, name: n, uid: v, controller: true}]}"),
      ElementsAre(HasSubstr("only one owner can be the controller")));
}

TEST(Metadata, TheTimeOfDeletionIsTheServers) {
  EXPECT_THAT(wrong_change("{name: a}", "{name: a, deletionTimestamp: '2026-01-01T00:00:00Z'}"),
              ElementsAre("metadata.deletionTimestamp: FieldValueInvalid: Invalid value: \"2026-01-01T00:00:00Z\": "
                          "field is immutable"));
  EXPECT_THAT(wrong_change("{name: a, deletionTimestamp: '2026-01-01T00:00:00Z'}", "{name: a}"), IsEmpty());
}

TEST(Metadata, NoFinalizersComeToWhatIsBeingDeleted) {
  const char* before = "{name: a, deletionTimestamp: '2026-01-01T00:00:00Z', finalizers: [x, y]}";
  EXPECT_THAT(wrong_change(before, "{name: a, finalizers: [y]}"), IsEmpty());
  EXPECT_THAT(wrong_change(before, "{name: a, finalizers: [y, z]}"),
              ElementsAre("metadata.finalizers: FieldValueForbidden: Forbidden: \"z\" cannot be added while the object "
                          "is being deleted"));
  EXPECT_THAT(wrong_change("{name: a}", "{name: a, finalizers: [z]}"), IsEmpty());
}

}  // namespace
}  // namespace holdfast::api
