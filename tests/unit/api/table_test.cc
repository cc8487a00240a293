#include "api/table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "api_support.h"

namespace holdfast::api {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

const WallTime kNow = *parse_time("2026-11-21T12:00:00Z");

TableWriter writer_for(std::string_view kind) {
  auto writer = TableWriter::create(kind_named(kind));
  EXPECT_TRUE(writer) << writer.error().to_string();
  return *writer;
}

// "Name" or, of wide columns, "(Name)".
std::vector<std::string> columns_of(std::string_view kind) {
  std::vector<std::string> names;
  for (const json::Value& each : writer_for(kind).column_definitions()) {
    const std::string name(each.at("name").as_string());
    names.push_back(each.at("priority") == 0 ? name : "(" + name + ")");
  }
  return names;
}

std::string cells_of(std::string_view kind, std::string_view object) {
  return json::to_string(writer_for(kind).cells(yaml(object), kNow));
}

TEST(Age, IsShort) {
  EXPECT_EQ(age_text(0s), "0s");
  EXPECT_EQ(age_text(45s), "45s");
  EXPECT_EQ(age_text(119s), "119s");
  EXPECT_EQ(age_text(120s), "2m");
  EXPECT_EQ(age_text(3min + 7s), "3m7s");
  EXPECT_EQ(age_text(10min + 7s), "10m");
  EXPECT_EQ(age_text(42min), "42m");
  EXPECT_EQ(age_text(179min), "179m");
  EXPECT_EQ(age_text(3h), "3h");
  EXPECT_EQ(age_text(5h + 12min), "5h12m");
  EXPECT_EQ(age_text(31h), "31h");
  EXPECT_EQ(age_text(48h), "2d");
  EXPECT_EQ(age_text(76h), "3d4h");
  EXPECT_EQ(age_text(24h * 8), "8d");
  EXPECT_EQ(age_text(24h * 99), "99d");
  EXPECT_EQ(age_text(24h * 729), "729d");
  EXPECT_EQ(age_text(24h * (3 * 365 + 12)), "3y12d");
  EXPECT_EQ(age_text(24h * 365 * 3), "3y");
  EXPECT_EQ(age_text(24h * 365 * 9), "9y");
}

TEST(Age, OfWhatLiesAhead) {
  EXPECT_EQ(age_text(-1s), "0s");
  EXPECT_EQ(age_text(-5s), "<invalid>");
}

TEST(Age, OfNoTime) {
  EXPECT_EQ(age_of("2026-11-21T11:59:28Z", kNow), "32s");
  EXPECT_EQ(age_of("soon", kNow), "<unknown>");
  EXPECT_EQ(age_of("", kNow), "<unknown>");
}

TEST(Table, HasUsefulColumns) {
  EXPECT_THAT(columns_of("EtcdBackupConfig"),
              ElementsAre("Name", "Cluster", "Schedule", "Keep", "Destination", "Last Backup", "Last Result",
                          "Next Run", "Suspended", "(Good)", "(Message)", "Age"));
  EXPECT_THAT(columns_of("EtcdRestore"),
              ElementsAre("Name", "Cluster", "Backup", "Phase", "(Step)", "(Percent)", "(Message)", "Age"));
}

TEST(Table, HasTheColumnsOfKindsThatAreBuiltIn) {
  EXPECT_THAT(columns_of("Namespace"), ElementsAre("Name", "Status", "Age"));
  EXPECT_THAT(columns_of("Secret"), ElementsAre("Name", "Type", "Data", "Age"));
  EXPECT_THAT(columns_of("ConfigMap"), ElementsAre("Name", "Data", "Age"));
  EXPECT_THAT(columns_of("Event"), ElementsAre("Last Seen", "Type", "Reason", "Object", "(Subobject)", "(Source)",
                                               "Message", "(First Seen)", "(Count)", "(Name)"));
}

TEST(Table, EveryKindThatCanBeListedHasOne) {
  for (const Kind& kind : all_kinds().all())
    EXPECT_TRUE(TableWriter::create(kind)) << kind.kind;
}

TEST(Table, ShowsABackupConfig) {
  EXPECT_EQ(cells_of("EtcdBackupConfig", R"({metadata: {name: daily, creationTimestamp: '2026-11-20T12:00:00Z'},
      spec: {cluster: {name: x}, schedule: '@daily', keep: 7, destination: s3, suspend: false},
      status: {lastBackupTime: '2026-11-21T11:57:00Z', lastResult: Completed, nextRunTime: '2026-11-22T00:00:00Z',
               effectiveKeep: 7, destination: s3}})"),
            R"(["daily","x","@daily",7,"s3","3m","Completed","2026-11-22T00:00:00Z",false,null,null,"24h"])");
}

TEST(Table, ShowsThatABackupIsBeingDeleted) {
  const auto cells = [](const std::string& metadata) {
    return cells_of("Backup", "{metadata: {name: b" + metadata + "}, status: {phase: Completed}}");
  };
  EXPECT_THAT(cells(""), HasSubstr("\"Completed\""));
  EXPECT_THAT(cells(", deletionTimestamp: '2026-11-21T11:59:00Z'"),
              AllOf(HasSubstr("\"Deleting\""), Not(HasSubstr("Completed"))));
}

TEST(Table, ShowsNothingForWhatIsMissing) {
  EXPECT_EQ(cells_of("EtcdRestore", "{metadata: {name: r}}"), R"(["r",null,null,null,null,null,null,"<unknown>"])");
  EXPECT_EQ(cells_of("EtcdRestore", "[]"), R"(["",null,null,null,null,null,null,"<unknown>"])");
}

TEST(Table, ShowsAConditionOfASeed) {
  EXPECT_EQ(
      cells_of("Seed", R"({metadata: {name: s, creationTimestamp: '2026-11-21T11:00:00Z'}, spec: {location: Hamburg},
      status: {clusters: 3, conditions: [{type: DestinationsUsable, status: 'False'}]}})"),
      R"(["s",3,"Hamburg",null,"False",null,"60m"])");
}

TEST(Table, CountsTheValuesOfASecretAndShowsNone) {
  EXPECT_EQ(cells_of("Secret", R"({metadata: {name: s, creationTimestamp: '2026-11-21T11:00:00Z'}, type: Opaque,
      data: {a: c2VjcmV0, b: c2VjcmV0}})"),
            R"(["s","Opaque",2,"60m"])");
}

TEST(Table, ShowsAnEvent) {
  EXPECT_EQ(
      cells_of("Event", R"({metadata: {name: daily.1}, type: Warning, reason: BackupFailed, message: no quorum,
      involvedObject: {kind: EtcdBackupConfig, name: daily, fieldPath: spec}, source: {component: holdfast, host: h1},
      firstTimestamp: '2026-11-21T10:00:00Z', lastTimestamp: '2026-11-21T11:59:00Z', count: 4})"),
      R"(["60s","Warning","BackupFailed","etcdbackupconfig/daily","spec","holdfast, h1","no quorum","120m",4,"daily.1"])");
}

TEST(Table, ShowsAnEventOfTheNewerForm) {
  EXPECT_EQ(
      cells_of("Event", R"({metadata: {name: e}, type: Normal, reason: R, message: m, involvedObject: {kind: Seed},
      reportingComponent: holdfast, eventTime: '2026-11-21T11:00:00.123456Z', firstTimestamp: null})"),
      R"(["59m","Normal","R","seed","","holdfast","m","59m",1,"e"])");
}

TEST(Table, IsWrittenRowByRow) {
  const TableWriter writer = writer_for("Namespace");
  const json::Value object =
      yaml("{metadata: {name: a, creationTimestamp: '2026-11-21T11:00:00Z'}, status: {phase: Active}}");
  std::string text = writer.begin({{"resourceVersion", "16"}}, "v1", false);
  writer.append_row(text, object, IncludeObject::metadata, "v1", kNow);
  text += ',';
  writer.append_row(text, object, IncludeObject::none, "v1", kNow);
  text += TableWriter::end();
  EXPECT_EQ(
      text,
      R"({"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":{"resourceVersion":"16"},"columnDefinitions":[],)"
      R"("rows":[{"cells":["a","Active","60m"],"object":{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1",)"
      R"("metadata":{"name":"a","creationTimestamp":"2026-11-21T11:00:00Z"}}},)"
      R"({"cells":["a","Active","60m"],"object":null}]})");
}

TEST(Table, RowsLeaveManagedFieldsOut) {
  std::string row;
  writer_for("Project").append_row(
      row, yaml("{metadata: {name: a, managedFields: [{manager: kubectl}], labels: {\"b c\": d}}}"),
      IncludeObject::metadata, "v1", kNow);
  EXPECT_THAT(row, testing::HasSubstr(R"("metadata":{"name":"a","labels":{"b c":"d"}}})"));
}

TEST(Table, AKeptRowIsTheSameAtAnyTime) {
  const TableWriter writer = writer_for("EtcdBackupConfig");
  const json::Value object = yaml(
      "{metadata: {name: a, creationTimestamp: '2026-11-21T11:00:00Z'}, spec: {cluster: {name: prod}, schedule: "
      "'@hourly'}, status: {lastBackupTime: '2026-11-21T11:59:00Z', nextRunTime: '2026-11-21T13:00:00Z'}}");
  const auto kept = writer.kept_row(object, "v1");
  ASSERT_TRUE(kept);
  for (const WallTime now : {kNow, kNow + 5min, kNow + 48h}) {
    std::string fresh;
    writer.append_row(fresh, object, IncludeObject::metadata, "v1", now);
    std::string again;
    append_kept_row(again, *kept, now);
    EXPECT_EQ(again, fresh);
  }
}

TEST(Table, AKeptRowShowsTimesThatAreMissingOrNoneAsTheOtherDoes) {
  const TableWriter writer = writer_for("EtcdBackupConfig");
  for (const char* text : {"{metadata: {name: a}}", "{metadata: {name: a, creationTimestamp: soon}}",
                           "{metadata: {name: a, creationTimestamp: 7}, status: {lastBackupTime: 8}}"}) {
    const json::Value object = yaml(text);
    std::string fresh;
    writer.append_row(fresh, object, IncludeObject::metadata, "v1", kNow);
    std::string again;
    append_kept_row(again, writer.kept_row(object, "v1").value(), kNow);
    EXPECT_EQ(again, fresh) << text;
  }
}

TEST(Table, NoRowIsKeptOfKindsWhoseCellsAreMore) {
  EXPECT_FALSE(writer_for("Event").kept_row(yaml("{metadata: {name: a}}"), "v1"));
}

TEST(Table, OfOneObjectHasItsVersion) {
  const json::Value object = yaml("{metadata: {name: a, resourceVersion: '9'}}");
  const auto table = json::parse(writer_for("Seed").table(object, IncludeObject::object, "v1beta1", kNow), 100'000);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->at("apiVersion"), "meta.k8s.io/v1beta1");
  EXPECT_EQ(json::to_string(table->at("metadata")), R"({"resourceVersion":"9"})");
  EXPECT_EQ(table->at("rows").at(0).at("object"), object);
  EXPECT_EQ(
      json::to_string(table->at("columnDefinitions").at(0)),
      R"({"name":"Name","type":"string","format":"name","description":"The name, unique among resources of the kind in a namespace.","priority":0})");
}

TEST(PartialMetadata, IsTheMetadataAlone) {
  EXPECT_EQ(json::to_string(partial_metadata(yaml("{kind: Seed, metadata: {name: a}, spec: {b: c}}"))),
            R"({"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":{"name":"a"}})");
}

TEST(IncludeObjects, AreThreeWords) {
  EXPECT_EQ(parse_include_object(""), IncludeObject::metadata);
  EXPECT_EQ(parse_include_object("Metadata"), IncludeObject::metadata);
  EXPECT_EQ(parse_include_object("Object"), IncludeObject::object);
  EXPECT_EQ(parse_include_object("None"), IncludeObject::none);
  EXPECT_EQ(parse_include_object("object"), std::nullopt);
}

}  // namespace
}  // namespace holdfast::api
