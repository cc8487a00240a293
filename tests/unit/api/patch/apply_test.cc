// Server-side apply: what becomes of the object and of ownership.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "unit/api/patch/server.h"

#include "api/patch/managed_fields.h"

namespace holdfast::api {
namespace {

using test::canonical;
using test::parsed;
using test::Server;
using testing::HasSubstr;

TEST(Apply, CreatesWhatDoesNotExist) {
  Server server;
  EXPECT_EQ(server.apply("kubectl", R"({"keep":3,"cluster":{"name":"c"}})"), "changed");
  EXPECT_EQ(
      canonical(server.object()),
      R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Sample","metadata":{"name":"s","namespace":"ns"},"spec":{"cluster":{"name":"c"},"keep":3}})");
  EXPECT_EQ(server.owners(), "Apply kubectl: .spec.cluster .spec.keep\n");
}

TEST(Apply, OwnsEntriesOfMapsAndItemsOfListsThemselves) {
  Server server;
  server.apply("kubectl", R"({"metadata":{"labels":{"a":"1"},"finalizers":["x/y"]},
      "spec":{"members":[{"name":"m","port":1,"tags":["t"]}],"groups":{"g":{"size":1}},"raw":{"a":{"b":1}},"settings":{}}})");
  EXPECT_EQ(
      server.owners(),
      R"(Apply kubectl: .metadata.finalizers[="x/y"] .metadata.labels.a .spec.groups.g .spec.groups.g.size )"
      R"(.spec.members[name="m"] .spec.members[name="m"].name .spec.members[name="m"].port .spec.members[name="m"].tags[="t"] )"
      R"(.spec.raw.a .spec.raw.a.b .spec.settings)"
      "\n");
}

TEST(Apply, OfTheSameAgainChangesNothing) {
  Server server;
  const char* config = R"({"keep":3,"members":[{"name":"m"}]})";
  server.apply("kubectl", config);
  EXPECT_EQ(server.apply("kubectl", config), "unchanged");
  EXPECT_EQ(server.changes(), 1);
}

TEST(Apply, MergesTwoManagersInOneKeyedList) {
  Server server;
  server.apply("one", R"({"members":[{"name":"a","port":1},{"name":"b","port":2}]})");
  server.apply("two", R"({"members":[{"name":"b","host":"h"},{"name":"c","port":3}]})");
  EXPECT_EQ(server.spec(),
            R"({"members":[{"name":"a","port":1},{"host":"h","name":"b","port":2},{"name":"c","port":3}]})");
}

TEST(Apply, RemovesAnItemOnlyWhenNobodyOwnsItAnyMore) {
  Server server;
  server.apply("one", R"({"members":[{"name":"a","port":1},{"name":"b","port":2}]})");
  server.apply("two", R"({"members":[{"name":"b","host":"h"}]})");
  server.apply("one", R"({"members":[]})");
  EXPECT_EQ(server.spec(), R"({"members":[{"host":"h","name":"b"}]})");
  EXPECT_EQ(server.owners(),
            R"(Apply two: .spec.members[name="b"] .spec.members[name="b"].host .spec.members[name="b"].name)"
            "\n");
}

TEST(Apply, RemovesAnItemWithItsKeyAndAllThatIsInIt) {
  Server server;
  server.apply("one", R"({"members":[{"name":"a","port":1,"tags":["x"],"limits":{"l":"1"}},{"name":"b"}]})");
  server.apply("one", R"({"members":[{"name":"b"}]})");
  EXPECT_EQ(server.spec(), R"({"members":[{"name":"b"}]})");
}

TEST(Apply, RemovesFieldsOfAnItemThatStays) {
  Server server;
  server.apply("one", R"({"members":[{"name":"a","port":1,"tags":["x","y"]}]})");
  server.apply("one", R"({"members":[{"name":"a","tags":["y"]}]})");
  EXPECT_EQ(server.spec(), R"({"members":[{"name":"a","tags":["y"]}]})");
}

TEST(Apply, KeepsTheKeyOfAnItemInWhichOthersOwnSomething) {
  Server server;
  server.apply("one", R"({"members":[{"name":"a","port":1,"host":"h"}]})");
  server.patch("two", R"({"spec":{"members":[{"name":"a","port":1,"host":"other"}]}})");
  server.apply("one", R"({"keep":3})");
  EXPECT_EQ(server.spec(), R"({"keep":3,"members":[{"host":"other","name":"a"}]})");
}

TEST(Apply, KeysItemsByAllTheirKeysWithDefaults) {
  Server server;
  server.apply("one", R"({"ports":[{"number":80,"name":"a"},{"number":80,"protocol":"UDP","name":"b"}]})");
  server.apply("two", R"({"ports":[{"number":80,"protocol":"TCP"}]})");
  EXPECT_EQ(server.spec(),
            R"({"ports":[{"name":"a","number":80,"protocol":"TCP"},{"name":"b","number":80,"protocol":"UDP"}]})");
}

TEST(Apply, TreatsSetsMemberByMember) {
  Server server;
  server.apply("one", R"({"zones":["a","b"]})");
  server.apply("two", R"({"zones":["b","c"]})");
  EXPECT_EQ(server.spec(), R"({"zones":["a","b","c"]})");
  server.apply("one", R"({"zones":["a"]})");
  EXPECT_EQ(server.spec(), R"({"zones":["a","b","c"]})");
  server.apply("two", R"({"zones":["c"]})");
  EXPECT_EQ(server.spec(), R"({"zones":["a","c"]})");
}

TEST(Apply, GivesUpFieldsThatTheConfigurationNoLongerHas) {
  Server server;
  server.apply("one", R"({"keep":3,"schedule":"x","settings":{"a":"1"}})");
  server.apply("one", R"({"keep":3})");
  EXPECT_EQ(server.spec(), R"({"keep":3})");
  EXPECT_EQ(server.owners(), "Apply one: .spec.keep\n");
}

TEST(Apply, LeavesFieldsItGivesUpToTheOthersWhoOwnThem) {
  Server server;
  server.apply("one", R"({"keep":3,"settings":{"a":"1"}})");
  server.apply("two", R"({"keep":3,"settings":{"b":"2"}})");
  server.apply("one", R"({"paused":true})");
  EXPECT_EQ(server.spec(), R"({"keep":3,"paused":true,"settings":{"b":"2"}})");
}

TEST(Apply, LeavesTheMetadataOfTheObjectWhenItGivesUpItsLabels) {
  Server server;
  server.apply("one", R"({"metadata":{"labels":{"a":"1"},"annotations":{"n":"1"}},"spec":{"keep":3}})");
  server.apply("one", R"({"keep":3})");
  EXPECT_EQ(canonical(server.object().get_object().at("metadata")), R"({"name":"s","namespace":"ns"})");
}

TEST(Apply, LeavesFieldsAloneThatItNeverOwned) {
  Server server;
  server.write("curl", R"({"keep":3,"schedule":"x"})");
  server.apply("one", R"({"paused":true})");
  server.apply("one", R"({"ratio":0.5})");
  EXPECT_EQ(server.spec(), R"({"keep":3,"ratio":0.5,"schedule":"x"})");
}

TEST(Apply, SharesFieldsOfTheSameValue) {
  Server server;
  server.apply("one", R"({"keep":3})");
  EXPECT_EQ(server.apply("two", R"({"keep":3.0})"), "changed");
  EXPECT_EQ(server.owners(), "Apply one: .spec.keep\nApply two: .spec.keep\n");
}

TEST(Apply, TakesOverByForce) {
  Server server;
  server.apply("one", R"({"keep":3,"schedule":"x"})");
  server.write("curl", R"({"keep":3,"schedule":"x","paused":true})");
  EXPECT_EQ(server.apply("two", R"({"keep":4,"paused":false})", {.force = true, .subresource = ""}), "changed");
  EXPECT_EQ(server.spec(), R"({"keep":4,"paused":false,"schedule":"x"})");
  EXPECT_EQ(server.owners(), "Apply one: .spec.schedule\nApply two: .spec.keep .spec.paused\n");
}

TEST(Apply, DoesNotRemoveWhatWasTakenFromIt) {
  Server server;
  server.apply("one", R"({"keep":3,"schedule":"x"})");
  server.apply("two", R"({"keep":4})", {.force = true, .subresource = ""});
  server.apply("one", R"({"schedule":"x"})");
  EXPECT_EQ(server.spec(), R"({"keep":4,"schedule":"x"})");
}

TEST(Apply, KeepsTheEntryOfAnEarlierVersionAsItsOwn) {
  Server server;
  server.apply("one", R"({"keep":3,"schedule":"x"})");
  json::Value list = *managed_fields_of(server.stored());
  list.get_array().front().get_object()["apiVersion"] = "kubermatic.k8c.io/v0";
  server.patch("mover", fmt::format(R"({{"metadata":{{"managedFields":{}}}}})", json::to_string(list)));
  server.apply("one", R"({"schedule":"x"})");
  EXPECT_EQ(server.spec(), R"({"schedule":"x"})");
  EXPECT_EQ(server.owners(), "Apply one: .spec.schedule\n");
}

TEST(Apply, IgnoresTheStatusOfTheMainResource) {
  Server server;
  server.apply("one", R"({"spec":{"keep":3},"status":{"phase":"x"}})");
  EXPECT_EQ(server.object().get_object().contains("status"), false);
  EXPECT_EQ(server.owners(), "Apply one: .spec.keep\n");
}

TEST(Apply, OfTheStatusTouchesNothingElse) {
  Server server;
  server.apply("one", R"({"keep":3})");
  server.apply("one", R"({"metadata":{"labels":{"a":"b"}},"spec":{"keep":4},"status":{"phase":"x"}})",
               {.force = false, .subresource = "status"});
  EXPECT_EQ(
      canonical(server.object()),
      R"({"apiVersion":"kubermatic.k8c.io/v1","kind":"Sample","metadata":{"name":"s","namespace":"ns"},"spec":{"keep":3},"status":{"phase":"x"}})");
  EXPECT_EQ(server.owners(), "Apply one: .spec.keep\nApply one status: .status.phase\n");
}

TEST(Apply, AfterAResetTakesAllThatIsThereForOlder) {
  Server server;
  server.write("curl", R"({"keep":3,"schedule":"x"})");
  server.patch("curl", R"({"metadata":{"managedFields":[{}]}})");
  EXPECT_EQ(server.apply("one", R"({"paused":true,"schedule":"x"})"), "changed");
  EXPECT_EQ(server.owners(),
            "Apply one: .spec.paused .spec.schedule\nUpdate before-first-apply: .spec .spec.keep .spec.schedule\n");
  EXPECT_EQ(
      server.apply("two", R"({"keep":4})"),
      R"(Apply failed with 1 conflict: conflict with "before-first-apply" using kubermatic.k8c.io/v1: .spec.keep)");
}

TEST(Apply, TakesNullForAbsentWhereNullIsNoValue) {
  Server server;
  server.apply("one", R"({"metadata":{"creationTimestamp":null},"spec":{"schedule":null,"keep":3,"until":null}})");
  EXPECT_EQ(server.spec(), R"({"keep":3,"until":null})");
  EXPECT_EQ(server.owners(), "Apply one: .spec.keep .spec.until\n");
}

TEST(Apply, LeavesWhatTheServerKeepsAsItIs) {
  Server server;
  server.write(
      "curl", R"({"metadata":{"uid":"u","resourceVersion":"7","creationTimestamp":"2026-11-21T10:00:00Z"},"spec":{}})");
  server.apply(
      "one",
      R"({"metadata":{"uid":"other","creationTimestamp":"2020-01-01T00:00:00Z","generation":9},"spec":{"keep":3}})");
  EXPECT_EQ(
      canonical(server.object().get_object().at("metadata")),
      R"({"creationTimestamp":"2026-11-21T10:00:00Z","name":"s","namespace":"ns","resourceVersion":"7","uid":"u"})");
}

TEST(Apply, NeedsTheResourceVersionToBeThatOfTheObject) {
  Server server;
  server.write("curl", R"({"metadata":{"resourceVersion":"7"},"spec":{}})");
  EXPECT_EQ(server.apply("one", R"({"metadata":{"resourceVersion":"7"},"spec":{"keep":1}})"), "changed");
  server.apply("one", R"({"metadata":{"resourceVersion":"6"},"spec":{"keep":1}})");
  ASSERT_TRUE(server.error());
  EXPECT_EQ(server.error()->code, 409);
  EXPECT_THAT(server.error()->message, HasSubstr("the object has been modified"));
}

TEST(Apply, DoesNotCreateAnObjectOfACertainResourceVersion) {
  Server server;
  server.apply("one", R"({"metadata":{"resourceVersion":"6"},"spec":{}})");
  ASSERT_TRUE(server.error());
  EXPECT_EQ(server.error()->code, 409);
}

TEST(Apply, StaysQuickWithManyManagersOfManyFields) {
  json::Object settings;
  for (int i = 0; i < 30'000; ++i) {
    settings[fmt::format("s{}", i)] = "x";
  }
  const std::string all = json::to_string(json::Object{{"settings", settings}});
  Server server;
  server.write("creator", all);
  json::Array list = managed_fields_of(server.stored())->get_array();
  for (int i = 0; i < 900; ++i) {
    list.push_back(
        json::Object{{"manager", fmt::format("m{}", i)},
                     {"operation", "Apply"},
                     {"fieldsType", "FieldsV1"},
                     {"fieldsV1", parsed(fmt::format(R"({{"f:spec":{{"f:settings":{{"f:s{}":{{}}}}}}}})", i))}});
  }
  server.patch("mover", json::to_string(json::Object{{"metadata", json::Object{{"managedFields", list}}}}));
  EXPECT_EQ(server.apply("one", all), "changed");
  EXPECT_EQ(server.apply("one", R"({"keep":3})"), "changed");
  EXPECT_THAT(server.spec(), HasSubstr(R"("s0":"x")"));
}

// What a manager applies is in the object afterwards, whatever happened before.
std::string arbitrary_spec() {
  json::Object spec;
  for (const char* name : {"keep", "schedule", "zones", "settings", "members", "plain", "cluster"}) {
    if (!*rc::gen::arbitrary<bool>()) continue;
    const std::string key = *rc::gen::element<std::string>("a", "b", "c");
    const std::string value = *rc::gen::element<std::string>("1", "2");
    const std::string_view kind = name;
    if (kind == "keep") spec[name] = value == "1" ? 1 : 2;
    if (kind == "schedule") spec[name] = value;
    if (kind == "zones" || kind == "plain") spec[name] = json::Array{json::Value(key)};
    if (kind == "settings") spec[name] = json::Object{{key, value}};
    if (kind == "cluster") spec[name] = json::Object{{"name", value}};
    if (kind == "members") {
      spec[name] = json::Array{json::Object{{"name", key}, {"host", value}}, json::Object{{"name", key + key}}};
    }
  }
  return json::to_string(spec);
}

RC_GTEST_PROP(ApplyLaws, AppliedTwiceChangesNothing, ()) {
  Server server;
  for (int i = 0; i < 4; ++i) {
    const std::string manager = *rc::gen::element<std::string>("one", "two", "three");
    const std::string spec = arbitrary_spec();
    RC_ASSERT(server.apply(manager, spec, {.force = true, .subresource = ""}).ends_with("changed"));
    RC_ASSERT(server.apply(manager, spec) == "unchanged");
  }
}

RC_GTEST_PROP(ApplyLaws, WhatOneManagerAppliesLastIsAllThatIsThere, ()) {
  Server server;
  std::string spec;
  for (int i = 0; i < 4; ++i) {
    spec = arbitrary_spec();
    server.apply("one", spec);
  }
  Server fresh;
  fresh.apply("one", spec);
  const std::string left = server.spec();
  // An empty spec of the last configuration may have been there before or not.
  RC_ASSERT(left == fresh.spec() || (spec == "{}" && left == "none"));
  RC_ASSERT(server.owners() == fresh.owners());
}

RC_GTEST_PROP(ApplyLaws, OneManagerGivingUpLeavesTheOtherWithWhatItApplied, ()) {
  Server server;
  const std::string own = arbitrary_spec();
  server.apply("one", arbitrary_spec());
  server.apply("two", own, {.force = true, .subresource = ""});
  server.apply("one", "{}");
  Server alone;
  alone.apply("two", own);
  RC_PRE(own != "{}");
  RC_ASSERT(server.spec() == alone.spec());
}

RC_GTEST_PROP(ApplyLaws, EverythingOwnedIsThere, ()) {
  Server server;
  for (int i = 0; i < 5; ++i) {
    const std::string manager = *rc::gen::element<std::string>("one", "two");
    const std::string spec = arbitrary_spec();
    const bool applies = *rc::gen::arbitrary<bool>();
    const std::string answer =
        applies ? server.apply(manager, spec, {.force = true, .subresource = ""}) : server.write(manager, spec);
    RC_LOG() << manager << (applies ? " applies " : " writes ") << spec << ": " << answer << "\n" << server.owners();
  }
  Server fresh;
  json::Value object = server.object();
  fresh.write("all", json::to_string(object));
  const auto there = ManagedFields::of_stored(fresh.stored());
  const auto managed = ManagedFields::of_stored(server.stored());
  for (const ManagedEntry& entry : managed.entries()) {
    if (!there.entries().empty()) RC_ASSERT(subtract(entry.fields, there.entries().front().fields).empty());
  }
}

}  // namespace
}  // namespace holdfast::api
