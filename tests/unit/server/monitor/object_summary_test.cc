#include "server/monitor/object_summary.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "server/monitor/object_page.h"
#include "unit/registry/registry_support.h"

namespace holdfast::server {
namespace {

class Summary : public testing::Test {
 protected:
  void put(std::string_view word, const std::string& text) { table.put(*kinds.find_word(word), test::parse(text)); }
  void remove(std::string_view word, const std::string& text) {
    table.remove(*kinds.find_word(word), test::parse(text));
  }
  void put_cluster(const std::string& name, const std::string& is_protected = "True") {
    put("clusters",
        fmt::format(
            R"({{"metadata":{{"name":"{}"}},"spec":{{}},"status":{{"conditions":[{{"type":"Protected","status":"{}"}}],"extendedHealth":{{"etcd":"HealthStatusUp"}},"etcd":{{"dbSizeBytes":77}}}}}})",
            name, is_protected));
  }
  static std::string backup(const std::string& cluster, const std::string& name, const std::string& status,
                            const std::string& destination = "s3") {
    return fmt::format(
        R"({{"metadata":{{"name":"{}","namespace":"cluster-{}"}},"spec":{{"cluster":"{}","destination":"{}"}},"status":{}}})",
        name, cluster, cluster, destination, status);
  }
  void put_good(const std::string& name, const std::string& time, const std::string& destination = "s3") {
    put("backups",
        backup(
            "c1", name,
            fmt::format(
                R"({{"phase":"Completed","finishedTime":"{}","sizeBytes":100,"storedBytes":40,"durationSeconds":1.5}})",
                time),
            destination));
  }
  std::string page() const {
    metrics::Page page;
    write_objects(page, summarize(table));
    return "\n" + page.take();
  }
  void expect_line(const std::string& line) const {
    EXPECT_NE(page().find("\n" + line + "\n"), std::string::npos) << line << page();
  }
  bool mentions(const std::string& text) const { return page().find(text) != std::string::npos; }

  const api::Kinds kinds = api::Kinds::load().value();
  ObjectTable table;
};

TEST_F(Summary, CountsWhatLiesInADestinationUnderTheNamesOfKkp) {
  put_cluster("c1");
  put_good("a", "2026-01-01T00:00:00Z");
  put_good("b", "2026-01-01T01:00:00Z");
  put("backups", backup("c1", "e", R"({"phase":"Unverified","takenTime":"2025-01-01T00:00:00Z","storedBytes":0})"));
  put("backups", backup("c1", "m", R"({"phase":"Missing","finishedTime":"2026-02-01T00:00:00Z"})"));

  expect_line(R"(kubermatic_etcdbackup_object_count{destination="s3",cluster="c1"} 3)");
  expect_line(R"(kubermatic_etcdbackup_object_last_modified_time_seconds{destination="s3",cluster="c1"} 1767229200)");
  expect_line(R"(kubermatic_etcdbackup_empty_object_count{destination="s3",cluster="c1"} 1)");
  expect_line(R"(holdfast_backups{phase="Completed"} 2)");
  expect_line(R"(holdfast_backups{phase="Missing"} 1)");
}

TEST_F(Summary, ADestinationThatAConfigNamesCountsFromZero) {
  put_cluster("c1");
  put("seeds", R"({"metadata":{"name":"s"},"spec":{"etcdBackupRestore":{"defaultDestination":"disk"}}})");
  put("etcdbackupconfigs",
      R"({"metadata":{"name":"x","namespace":"cluster-c1"},"spec":{"cluster":{"name":"c1"},"destination":"s3"}})");
  put("etcdbackupconfigs", R"({"metadata":{"name":"y","namespace":"cluster-c1"},"spec":{"cluster":{"name":"c1"}}})");

  expect_line(R"(kubermatic_etcdbackup_object_count{destination="s3",cluster="c1"} 0)");
  expect_line(R"(kubermatic_etcdbackup_object_count{destination="disk",cluster="c1"} 0)");
  expect_line(R"(kubermatic_etcdbackup_object_last_modified_time_seconds{destination="s3",cluster="c1"} 0)");
}

TEST_F(Summary, TellsOfTheNewestGoodBackup) {
  put_cluster("c1");
  put_good("new", "2026-01-01T01:00:00Z");
  put_good("old", "2026-01-01T00:00:00Z");
  put("backups", backup("c1", "bad", R"({"phase":"Damaged","finishedTime":"2026-01-01T02:00:00Z"})"));

  expect_line(R"(holdfast_cluster_last_good_backup_timestamp_seconds{cluster="c1"} 1767229200)");
  expect_line(R"(holdfast_cluster_last_good_backup_size_bytes{cluster="c1"} 100)");
  expect_line(R"(holdfast_cluster_last_good_backup_stored_bytes{cluster="c1"} 40)");
  expect_line(R"(holdfast_cluster_last_good_backup_duration_seconds{cluster="c1"} 1.5)");
}

TEST_F(Summary, TellsWhetherClustersAreProtectedAndWhatIsKnownOfTheirEtcd) {
  put_cluster("c1");
  put_cluster("c2", "False");
  put("clusters", R"({"metadata":{"name":"c3"},"spec":{}})");

  expect_line("holdfast_clusters 3");
  expect_line(R"(holdfast_cluster_protected{cluster="c1"} 1)");
  expect_line(R"(holdfast_cluster_protected{cluster="c2"} 0)");
  expect_line(R"(holdfast_cluster_last_good_backup_timestamp_seconds{cluster="c2"} 0)");
  expect_line(R"(holdfast_cluster_etcd_healthy{cluster="c1"} 1)");
  expect_line(R"(holdfast_cluster_etcd_db_size_bytes{cluster="c1"} 77)");
  EXPECT_FALSE(mentions(R"(holdfast_cluster_etcd_healthy{cluster="c3"})"));
}

TEST_F(Summary, TellsOfConfigs) {
  put_cluster("c1");
  put("etcdbackupconfigs",
      R"({"metadata":{"name":"x","namespace":"cluster-c1"},"spec":{"cluster":{"name":"c1"}},"status":{"lastSuccessTime":"2026-01-01T00:00:00Z","nextRunTime":"2026-01-01T01:00:00Z","conditions":[{"type":"SchedulingActive","status":"True"}]}})");

  expect_line(R"(holdfast_backupconfig_scheduling_active{cluster="c1",config="x"} 1)");
  expect_line(R"(holdfast_backupconfig_last_success_timestamp_seconds{cluster="c1",config="x"} 1767225600)");
  expect_line(R"(holdfast_backupconfig_next_run_timestamp_seconds{cluster="c1",config="x"} 1767229200)");
}

TEST_F(Summary, TellsWhetherDestinationsCanBeUsed) {
  const std::string seed =
      R"({{"metadata":{{"name":"{}"}},"spec":{{"etcdBackupRestore":{{"destinations":{{"s3":{{}},"disk":{{}}}}}}}},"status":{{"destinations":[{{"name":"s3","usable":{},"orphans":2}},{{"name":"disk","usable":true}}]}}}})";
  put("seeds", fmt::format(fmt::runtime(seed), "one", "true"));
  put("seeds", fmt::format(fmt::runtime(seed), "two", "false"));

  expect_line(R"(holdfast_destination_usable{seed="one",destination="s3"} 1)");
  expect_line(R"(holdfast_destination_usable{seed="two",destination="s3"} 0)");
  expect_line(R"(holdfast_destination_orphans{seed="one",destination="s3"} 2)");
  expect_line(R"(kubermatic_etcdbackup_query_success{destination="s3"} 0)");
  expect_line(R"(kubermatic_etcdbackup_query_success{destination="disk"} 1)");
}

TEST_F(Summary, ForgetsWhatIsRemoved) {
  put_cluster("c1");
  put_good("a", "2026-01-01T00:00:00Z");

  remove("backups", backup("c1", "a", "{}"));
  EXPECT_FALSE(mentions("destination=\"s3\""));
  remove("clusters", R"({"metadata":{"name":"c1"}})");

  EXPECT_FALSE(mentions("c1"));
  EXPECT_TRUE(table.spaces().empty());
}

TEST_F(Summary, TakesTheLaterStateOfAnObject) {
  put_cluster("c1");
  put_good("a", "2026-01-01T00:00:00Z");
  put("backups", backup("c1", "a", R"({"phase":"Damaged"})"));

  expect_line(R"(holdfast_backups{phase="Completed"} 0)");
  expect_line(R"(holdfast_backups{phase="Damaged"} 1)");
}

TEST_F(Summary, BackupsOfAClusterThatIsGoneStillLieInTheirDestination) {
  put_good("a", "2026-01-01T00:00:00Z", "disk");

  expect_line(R"(kubermatic_etcdbackup_object_count{destination="disk",cluster="c1"} 1)");
  expect_line(R"(holdfast_destination_stored_bytes{destination="disk"} 40)");
}

}  // namespace
}  // namespace holdfast::server
