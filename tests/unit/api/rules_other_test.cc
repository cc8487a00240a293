#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "rules_support.h"

namespace holdfast::api {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

std::string secret(const std::string& rest) {
  return "{kind: Secret, metadata: {name: s, namespace: n}, " + rest + "}";
}
std::string member(const std::string& spec) {
  return "{kind: Member, metadata: {name: m}, spec: " + spec + "}";
}
std::string containers(const std::string& yaml) {
  return "{kind: KubermaticConfiguration, metadata: {name: k}, spec: {seedController: {backupStoreContainer: '" + yaml +
         "'}}}";
}

TEST(SecretRules, KeysAreNames) {
  EXPECT_THAT(judged(secret("data: {ACCESS_KEY_ID: YQ==}, stringData: {tls.crt: x}")), IsEmpty());
  EXPECT_THAT(judged(secret("data: {'a/b': YQ==}")),
              ElementsAre(HasSubstr("data: FieldValueInvalid: Invalid value: \"a/b\"")));
}

TEST(SecretRules, HaveAMebibyte) {
  EXPECT_THAT(judged(secret("data: {a: " + std::string(900'000, 'x') + "}")), SizeIs(0));
  EXPECT_THAT(judged(secret("stringData: {a: " + std::string(990'000, 'x') +
                            "}, data: {b: " + std::string(900'000, 'x') + "}")),
              SizeIs(1));
}

TEST(SecretRules, TheTypeStays) {
  EXPECT_THAT(judged(secret("type: Opaque"), secret("type: tls")), ElementsAre(HasSubstr("type: FieldValueInvalid")));
}

TEST(SecretRules, WhatIsImmutableStaysAndIsNotShown) {
  const std::string before = secret("immutable: true, data: {a: aHVudGVyMg==}");
  const auto found = judged(secret("data: {a: c2VjcmV0}"), before);
  EXPECT_THAT(found, ElementsAre(HasSubstr("immutable: FieldValueForbidden"), HasSubstr("data: FieldValueForbidden")));
  EXPECT_THAT(found, Each(Not(HasSubstr("aHVudGVyMg"))));
  EXPECT_THAT(found, Each(Not(HasSubstr("c2VjcmV0"))));
  EXPECT_THAT(judged(before, before), IsEmpty());
}

TEST(ConfigMapRules, NamesAreUsedOnce) {
  const std::string head = "{kind: ConfigMap, metadata: {name: c, namespace: n}, ";
  EXPECT_THAT(judged(head + "data: {a: x}, binaryData: {b: YQ==}}"), IsEmpty());
  EXPECT_THAT(judged(head + "data: {a: x}, binaryData: {a: YQ==}}"),
              ElementsAre(HasSubstr("binaryData: FieldValueDuplicate")));
  EXPECT_THAT(judged(head + "data: {a: y}, immutable: true}", head + "data: {a: x}, immutable: true}"), SizeIs(1));
}

TEST(ConfigurationRules, ContainersHaveANameAndAnImage) {
  const std::string complete = containers("{name: store, image: d3fk/s3cmd, command: [a]}");
  EXPECT_THAT(judged(complete),
              ElementsAre(HasSubstr("warning: spec.seedController.backupStoreContainer: no image is loaded")));
  EXPECT_THAT(judged(complete, complete), IsEmpty()) << "it is said once";
  EXPECT_THAT(judged(containers("{name: store}")), ElementsAre(HasSubstr("must be a container with \"image\"")));
  EXPECT_THAT(judged(containers("[1, 2]")), SizeIs(2));
  EXPECT_THAT(judged(containers("{name: [")), ElementsAre(HasSubstr("must be YAML")));
}

TEST(MemberRules, AreAUserOrAGroup) {
  EXPECT_THAT(judged(member("{role: viewer, project: p, user: u}")), IsEmpty());
  EXPECT_THAT(judged(member("{role: admin, group: g}")), IsEmpty());
  EXPECT_THAT(judged(member("{role: viewer, project: p}")), ElementsAre(HasSubstr("either a user or a group")));
  EXPECT_THAT(judged(member("{role: viewer, project: p, user: u, group: g}")),
              ElementsAre(HasSubstr("either a user or a group")));
}

TEST(MemberRules, HaveAProjectUnlessTheyAreAdmins) {
  EXPECT_THAT(judged(member("{role: owner, user: u}")), ElementsAre(HasSubstr("spec.project: FieldValueRequired")));
  EXPECT_THAT(judged(member("{role: admin, project: p, user: u}")),
              ElementsAre(HasSubstr("spec.project: FieldValueForbidden")));
  EXPECT_THAT(judged(member("{role: owner, project: q, user: u}")),
              ElementsAre("spec.project: FieldValueNotFound: Not found: \"q\""));
}

TEST(Rules, OfOtherKindsAreNone) {
  EXPECT_THAT(judged("{kind: Namespace, metadata: {name: n}}"), IsEmpty());
  EXPECT_THAT(judged("{kind: Token, metadata: {name: n}, spec: {user: u}}"), IsEmpty());
}

}  // namespace
}  // namespace holdfast::api
