#include "control/reconcile/own_container.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "unit/control/reconcile/simulated_cluster.h"
#include "unit/control/times.h"

#include "control/reconcile/conditions.h"

namespace holdfast::control {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

json::Value configuration(std::string_view store, std::string_view removal = "") {
  json::Value value = new_object(kConfigurationType, "kubermatic", "kubermatic");
  json::Object controller;
  if (!store.empty()) controller["backupStoreContainer"] = store;
  if (!removal.empty()) controller["backupDeleteContainer"] = removal;
  member_of(value, "spec") = json::Object{{"seedController", std::move(controller)}};
  return value;
}

Result<std::optional<OwnContainer>> store(std::string_view yaml) {
  return own_container(configuration(yaml), ContainerRole::store);
}

std::string refusal(std::string_view yaml) {
  const auto container = store(yaml);
  return container ? "" : container.error().to_string();
}

constexpr const char* kFull = R"(
name: store-container
image: example.com/s3cmd:2
command: [/bin/sh, -c]
args: ['s3cmd put /backup/snapshot.db.gz "s3://$BUCKET_NAME/$CLUSTER-$BACKUP_TO_CREATE"']
workingDir: /tmp
env:
- {name: A, value: "1"}
- name: KEY
  valueFrom: {secretKeyRef: {name: s, key: k, optional: true}}
- name: LEVEL
  valueFrom: {configMapKeyRef: {name: m, key: l}}
envFrom:
- {prefix: X_, secretRef: {name: all}}
volumeMounts:
- {name: etcd-backup, mountPath: /data}
- {name: ca-bundle, mountPath: /etc/ca-bundle/}
resources: {limits: {memory: 1Gi}}
imagePullPolicy: Always
)";

TEST(OwnContainer, WithoutOneThereIsNone) {
  EXPECT_FALSE(own_container(json::Value(), ContainerRole::store)->has_value());
  EXPECT_FALSE(own_container(configuration("", "name: d"), ContainerRole::store)->has_value());
}

TEST(OwnContainer, ItsSpecificationIsRead) {
  const auto read = store(kFull);
  ASSERT_TRUE(read) << read.error().to_string();
  const OwnContainer& container = read->value();
  EXPECT_EQ(container.image, "example.com/s3cmd:2");
  EXPECT_EQ(container.words.size(), 3U);
  EXPECT_EQ(container.working_directory, "/tmp");
  EXPECT_THAT(container.backup_paths, ElementsAre("/data"));
  EXPECT_THAT(container.ignored, ElementsAre("resources", "imagePullPolicy"));
  ASSERT_EQ(container.variables.size(), 4U);
  EXPECT_EQ(container.variables[0].name, "X_");
  EXPECT_EQ(container.variables[0].source->name, "all");
  EXPECT_EQ(container.variables[1].value, "1");
  EXPECT_TRUE(container.variables[2].source->secret);
  EXPECT_TRUE(container.variables[2].source->optional);
  EXPECT_FALSE(container.variables[3].source->secret);
}

TEST(OwnContainer, TheSnapshotIsInBackupUnlessItSaysOtherwise) {
  EXPECT_THAT(store("{name: a, image: b, command: [x]}")->value().backup_paths, ElementsAre("/backup"));
}

TEST(OwnContainer, WithoutImagesACommandIsNeeded) {
  EXPECT_THAT(refusal("{name: a, image: b}"), HasSubstr("it has no command"));
  EXPECT_THAT(refusal("{name: a, image: b, args: [put]}"), HasSubstr("it has no command"));
}

TEST(OwnContainer, WhatCannotBeDoneHereIsRefused) {
  const std::string head = "{name: a, image: b, command: [x], ";
  EXPECT_THAT(refusal("- a"), HasSubstr("spec.seedController.backupStoreContainer is no container"));
  EXPECT_THAT(refusal(head + "env: [{name: A, value: 5}]}"), HasSubstr("the value of env A is no text"));
  EXPECT_THAT(refusal(head + "env: [{name: 'A=B', value: x}]}"), HasSubstr("no usable name"));
  EXPECT_THAT(refusal(head + "env: [{name: A, valueFrom: {fieldRef: {fieldPath: x}}}]}"),
              HasSubstr("something unknown"));
  EXPECT_THAT(refusal(head + "volumeMounts: [{name: other, mountPath: /x}]}"), HasSubstr("volume \"other\""));
  for (const char* path : {"/", "x", "/etc", "/usr/x", "/backup/../etc", "/lib64", ""})
    EXPECT_THAT(refusal(head + "volumeMounts: [{name: etcd-backup, mountPath: '" + path + "'}]}"),
                HasSubstr("cannot have its volume"))
        << path;
  EXPECT_EQ(refusal(head + "volumeMounts: [{name: etcd-backup, mountPath: /usrx}]}"), "");
}

TEST(OwnContainer, SurprisesAreSaid) {
  EXPECT_THAT(surprises_of(store(kFull)->value()),
              ElementsAre(HasSubstr("no image is loaded (example.com/s3cmd:2 is ignored)"),
                          HasSubstr("ignored: resources, imagePullPolicy")));
  EXPECT_THAT(surprises_of(store("{name: a, image: b, command: [s3cmd, --secret_key=x, put]}")->value()),
              Contains(HasSubstr("keys on a command line")));
  EXPECT_THAT(surprises_of(store("{name: a, image: b, command: [cp, /backup/snapshot.db, /x]}")->value()),
              Contains(HasSubstr("/backup/snapshot.db.gz")));
  EXPECT_THAT(surprises_of(store("{name: a, image: b, command: [cp, /backup/snapshot.db.gz, /x]}")->value()),
              Not(Contains(HasSubstr("speaks of"))));
}

TEST(OwnContainer, ADirectoryOfTheServerTakesNone) {
  EXPECT_TRUE(takes_containers(json::Value(json::Object{{"type", "s3"}})));
  EXPECT_TRUE(takes_containers(json::Value(json::Object())));
  EXPECT_FALSE(takes_containers(json::Value(json::Object{{"type", "local"}})));
}

std::string condition(const json::Value& configuration, const json::Value* destination, json::Object status = {}) {
  describe_container(status, configuration, destination, at("2026-11-21T10:00:00Z"), 1);
  const json::Value object(json::Object{{"status", std::move(status)}});
  const json::Object* found = find_condition(object, "StoredByContainer");
  if (found == nullptr) return "";
  return fmt::format("{} {} {}", found->at("status").get_string().c_str(), found->at("reason").get_string().c_str(),
                     found->at("message").get_string().c_str());
}

TEST(OwnContainer, TheConfigSaysWhoStoresItsBackups) {
  const json::Value bucket(json::Object{{"type", "s3"}});
  const json::Value local(json::Object{{"type", "local"}});
  const json::Value good = configuration(kFull);
  EXPECT_THAT(condition(good, &bucket), HasSubstr("True RunsPrograms no image is loaded"));
  EXPECT_THAT(condition(configuration("{name: a, image: b}"), &bucket), HasSubstr("False UnusableContainer read spec"));
  EXPECT_EQ(condition(good, &local), "");
  EXPECT_EQ(condition(good, nullptr), "");
  json::Object before;
  describe_container(before, good, &bucket, at("2026-11-21T10:00:00Z"), 1);
  EXPECT_EQ(condition(json::Value(), &bucket, before), "") << "it is gone with the container";
}

}  // namespace
}  // namespace holdfast::control
