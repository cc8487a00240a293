#include "api/patch/track_write.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "unit/api/patch/server.h"

#include "api/patch/managed_fields.h"

namespace holdfast::api {
namespace {

using test::Server;
using testing::HasSubstr;
using testing::Not;

TEST(TrackWrite, GivesTheCreatorEverythingWithItsContainers) {
  Server server;
  server.write("curl", R"({"metadata":{"labels":{"app":"x"}},"spec":{"keep":3,"cluster":{"name":"c"},"zones":["a"],
                          "members":[{"name":"m","port":1}],"groups":{"g":{"size":1}},"plain":["p"]}})");
  EXPECT_EQ(server.owners(),
            "Update curl: .metadata.labels .metadata.labels.app .spec .spec.cluster .spec.groups .spec.groups.g "
            R"(.spec.groups.g.size .spec.keep .spec.members .spec.members[name="m"] .spec.members[name="m"].name )"
            R"(.spec.members[name="m"].port .spec.plain .spec.zones .spec.zones[="a"])"
            "\n");
}

TEST(TrackWrite, WritesTheEntryAsClientsKnowIt) {
  Server server;
  server.write("curl", R"({"keep":3})");
  EXPECT_EQ(
      json::to_string(*managed_fields_of(server.stored())),
      R"([{"manager":"curl","operation":"Update","apiVersion":"kubermatic.k8c.io/v1","time":"2026-11-21T10:00:00Z",)"
      R"("fieldsType":"FieldsV1","fieldsV1":{"f:spec":{".":{},"f:keep":{}}}}])");
}

TEST(TrackWrite, NeverTracksWhatTheServerKeeps) {
  Server server;
  server.write(
      "curl", R"({"metadata":{"uid":"u","resourceVersion":"5","generation":1,"creationTimestamp":"2026-11-21T10:00:00Z",
                          "generateName":"s-","finalizers":["a/b"]},"spec":{}})");
  EXPECT_EQ(server.owners(),
            R"(Update curl: .metadata.finalizers .metadata.finalizers[="a/b"] .metadata.generateName .spec)"
            "\n");
}

TEST(TrackWrite, TakesChangedFieldsFromTheOthers) {
  Server server;
  server.write("one", R"({"keep":3,"schedule":"a"})");
  server.patch("two", R"({"spec":{"keep":4,"paused":true}})");
  EXPECT_EQ(server.owners(), "Update one: .spec .spec.schedule\nUpdate two: .spec.keep .spec.paused\n");
}

TEST(TrackWrite, TakesRemovedFieldsFromAll) {
  Server server;
  server.write("one", R"({"keep":3,"schedule":"a","settings":{"x":"1"}})");
  server.patch("two", R"({"spec":{"keep":null,"settings":null}})");
  EXPECT_EQ(server.owners(), "Update one: .spec .spec.schedule\n");
}

TEST(TrackWrite, LeavesTheEntryOfAWriteThatChangesNothingAlone) {
  Server server;
  server.write("one", R"({"keep":3})");
  EXPECT_EQ(server.patch("one", R"({"spec":{"keep":3}})"), "unchanged");
  EXPECT_EQ(server.patch("two", R"({"spec":{"keep":3}})"), "unchanged");
  EXPECT_EQ(server.changes(), 1);
}

TEST(TrackWrite, TakesAtomicListsAndMapsAsAWhole) {
  Server server;
  server.write("one", R"({"plain":["a"],"cluster":{"name":"c","region":"r"}})");
  server.patch("two", R"({"spec":{"plain":["a","b"],"cluster":{"region":"s"}}})");
  EXPECT_EQ(server.owners(), "Update one: .spec\nUpdate two: .spec.cluster .spec.plain\n");
}

TEST(TrackWrite, KeepsTheStatusOfASubresourceApart) {
  Server server;
  server.write("one", R"({"keep":3})");
  server.patch("one", R"({"status":{"phase":"x"}})", "status");
  EXPECT_EQ(server.owners(), "Update one: .spec .spec.keep\nUpdate one status: .status .status.phase\n");
}

TEST(TrackWrite, TracksWhatTheSchemaKnowsNothingOfMemberByMember) {
  Server server;
  server.write("one", R"({"raw":{"a":{"b":1},"l":[1]}})");
  server.patch("two", R"({"spec":{"raw":{"a":{"c":2}}}})");
  EXPECT_EQ(server.owners(),
            "Update one: .spec .spec.raw .spec.raw.a .spec.raw.a.b .spec.raw.l\nUpdate two: .spec.raw.a.c\n");
}

TEST(TrackWrite, FollowsAFieldThatTurnsFromOneTypeIntoAnother) {
  Server server;
  server.write("one", R"({"raw":{"a":{"b":1}}})");
  server.patch("two", R"({"spec":{"raw":{"a":"text"}}})");
  EXPECT_EQ(server.owners(), "Update one: .spec .spec.raw\nUpdate two: .spec.raw.a\n");
}

TEST(TrackWrite, MakesLeavesOfListsWhoseKeysRepeat) {
  Server server;
  server.write("one", R"({"members":[{"name":"a"},{"name":"a"}]})");
  EXPECT_EQ(server.owners(), "Update one: .spec .spec.members\n");
}

TEST(TrackWrite, HonoursTheListAClientWrites) {
  Server server;
  server.write("one", R"({"keep":3})");
  server.patch(
      "two",
      R"({"metadata":{"managedFields":[{"manager":"kubectl","operation":"Apply","apiVersion":"kubermatic.k8c.io/v1",
      "time":"2026-11-21T09:00:00.000Z","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{"f:keep":{}}}}]}})");
  EXPECT_EQ(server.owners(), "Apply kubectl: .spec.keep\n");
  EXPECT_THAT(json::to_string(server.stored()), HasSubstr("\"2026-11-21T09:00:00Z\""));
}

TEST(TrackWrite, KeepsTheStoredListWhenTheClientSendsNoneOrAnEmptyOne) {
  for (const char* list : {"[]", "null"}) {
    Server server;
    server.write("one", R"({"keep":3})");
    server.patch("two", fmt::format(R"({{"metadata":{{"managedFields":{}}}}})", list));
    EXPECT_EQ(server.owners(), "Update one: .spec .spec.keep\n") << list;
  }
}

TEST(TrackWrite, StopsTrackingAfterAReset) {
  Server server;
  server.write("one", R"({"keep":3})");
  server.patch("two", R"({"metadata":{"managedFields":[{}]},"spec":{"keep":4}})");
  EXPECT_EQ(server.owners(), "");
  server.patch("three", R"({"spec":{"keep":5}})");
  EXPECT_EQ(server.owners(), "");
  EXPECT_EQ(managed_fields_of(server.stored()), nullptr);
}

TEST(TrackWrite, IgnoresAListWrittenToASubresource) {
  Server server;
  server.write("one", R"({"keep":3})");
  server.patch("two", R"({"metadata":{"managedFields":[{}]},"status":{"count":1}})", "status");
  EXPECT_EQ(server.owners(), "Update one: .spec .spec.keep\nUpdate two status: .status .status.count\n");
}

TEST(TrackWrite, RefusesAListItCannotRead) {
  struct Bad {
    const char* list;
    const char* field;
  };
  for (const Bad& bad :
       {Bad{R"({"a":1})", "metadata.managedFields"}, Bad{R"([1])", "metadata.managedFields[0]"},
        Bad{R"([{},{}])", "metadata.managedFields[0].operation"},
        Bad{R"([{"operation":"Apply","fieldsType":"V2"}])", "metadata.managedFields[0].fieldsType"},
        Bad{R"([{"operation":"Apply","fieldsType":"FieldsV1","manager":1}])", "metadata.managedFields[0].manager"},
        Bad{R"([{"operation":"Apply","fieldsType":"FieldsV1","time":"soon"}])", "metadata.managedFields[0].time"},
        Bad{R"([{"operation":"Apply","fieldsType":"FieldsV1","fieldsV1":{"spec":{}}}])",
            "metadata.managedFields[0].fieldsV1"}}) {
    Server server;
    server.write("one", R"({"keep":3})");
    server.patch("two", fmt::format(R"({{"metadata":{{"managedFields":{}}}}})", bad.list));
    ASSERT_TRUE(server.error()) << bad.list;
    EXPECT_EQ(server.error()->code, 422);
    ASSERT_EQ(server.error()->causes.size(), 1U);
    EXPECT_EQ(server.error()->causes.front().field, bad.field);
  }
}

TEST(TrackWrite, RefusesAListWithThousandsOfEntries) {
  json::Array list(5000, test::parsed(R"({"operation":"Apply","fieldsType":"FieldsV1"})"));
  const json::Value object = json::Object{{"metadata", json::Object{{"managedFields", list}}}};
  EXPECT_FALSE(track_write(test::sample_kind(), nullptr, object, {"one", "", "2026-11-21T10:00:00Z"}));
}

TEST(TrackWrite, TellsTenUpdatingManagersApart) {
  Server server;
  server.write("creator", R"({"settings":{}})");
  for (int i = 0; i < 15; ++i) {
    server.patch(fmt::format("m{:02}", i), fmt::format(R"({{"spec":{{"settings":{{"s{}":"x"}}}}}})", i));
  }
  const std::string owners = server.owners();
  EXPECT_EQ(std::count(owners.begin(), owners.end(), '\n'), 10);
  EXPECT_THAT(owners, HasSubstr("Update ancient-changes: .spec .spec.settings .spec.settings.s0 "));
  EXPECT_THAT(owners, Not(HasSubstr("Update m05:")));
  EXPECT_THAT(owners, HasSubstr("Update m14: .spec.settings.s14\n"));
}

TEST(TrackWrite, SortsAppliersFirstThenByTimeThenByName) {
  Server server;
  server.write("z", R"({"keep":3})");
  server.patch("a", R"({"spec":{"paused":true}})");
  server.apply("applier", R"({"schedule":"x"})");
  EXPECT_EQ(server.owners(), "Apply applier: .spec.schedule\nUpdate z: .spec .spec.keep\nUpdate a: .spec.paused\n");
}

TEST(TrackWrite, KeepsWhatItStoresWithinTheLevelsThatCanBeReadAgain) {
  std::string nested = "1";
  for (std::size_t i = 0; i < kBodyLimits.levels - 3; ++i) {
    nested = R"({"a":)" + nested + "}";
  }
  std::vector<std::string> duplicates;
  const auto object =
      json::parse_with_duplicates(R"({"spec":{"raw":)" + nested + "}}", {kMiB, kBodyLimits.levels}, duplicates);
  ASSERT_TRUE(object);
  const auto tracked = track_write(test::sample_kind(), nullptr, *object, {"one", "", "2026-11-21T10:00:00Z"});
  ASSERT_TRUE(tracked);
  EXPECT_TRUE(json::parse_with_duplicates(json::to_string(*tracked), {kMiB, kBodyLimits.levels}, duplicates));
  EXPECT_TRUE(ManagedFields::read(*managed_fields_of(*tracked)));
}

TEST(FieldManager, IsCheckedAsClientsExpect) {
  EXPECT_TRUE(check_field_manager("", false).empty());
  EXPECT_EQ(check_field_manager("", true).front().message, "Required value: is required for apply patch");
  EXPECT_TRUE(check_field_manager(std::string(128, 'x'), true).empty());
  EXPECT_EQ(check_field_manager(std::string(129, 'x'), true).front().reason, "FieldValueTooLong");
  EXPECT_EQ(check_field_manager("a\nb", true).front().reason, "FieldValueInvalid");
  EXPECT_EQ(check_field_manager("\xff", true).front().reason, "FieldValueInvalid");
}

TEST(FieldManager, IsTheBeginningOfTheUserAgentByDefault) {
  EXPECT_EQ(default_field_manager("kubectl/v1.32.5 (linux/amd64)"), "kubectl");
  EXPECT_EQ(default_field_manager("my tool"), "my tool");
  EXPECT_EQ(default_field_manager("/x"), "unknown");
  EXPECT_EQ(default_field_manager("a\xff\nb/1"), "ab");
  EXPECT_EQ(default_field_manager(std::string(500, 'x')).size(), 128U);
}

// Whoever writes, every field that is there belongs to the one who wrote it last.
RC_GTEST_PROP(TrackWrite, EveryFieldBelongsToWhoeverWroteItLast, ()) {
  Server server;
  server.write("m0", R"({"settings":{}})");
  std::map<std::string, std::pair<std::string, std::string>> model;  // value and manager by name
  for (int i = 0; i < 12; ++i) {
    const std::string name = *rc::gen::element<std::string>("a", "b", "c");
    const std::string value = *rc::gen::element<std::string>("", "1", "2");
    const std::string manager = *rc::gen::element<std::string>("m0", "m1", "m2");
    server.patch(manager, fmt::format(R"({{"spec":{{"settings":{{"{}":{}}}}}}})", name,
                                      value.empty() ? "null" : "\"" + value + "\""));
    if (value.empty()) {
      model.erase(name);
    } else if (!model.contains(name) || model[name].first != value) {
      model[name] = {value, manager};
    }
  }
  std::map<std::string, std::string> owners;
  const auto managed = ManagedFields::of_stored(server.stored());
  for (const ManagedEntry& entry : managed.entries()) {
    entry.fields.for_each([&](const FieldPath& path) {
      if (path.size() == 3) RC_ASSERT(owners.emplace(path.back().substr(2), entry.manager).second);
    });
  }
  RC_ASSERT(owners.size() == model.size());
  for (const auto& [name, written] : model) {
    RC_ASSERT(owners[name] == written.second);
  }
}

}  // namespace
}  // namespace holdfast::api
