// What we say of snapshots of real servers against what etcd's own tools say.
#include <algorithm>
#include <functional>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "integration/restore_support.h"

#include "model/json.h"
#include "os/file_system.h"
#include "snapshot/status.h"
#include "snapshot/verify.h"

namespace holdfast::test {
namespace {

// One transaction for each hundred keys, as etcdctl reads it from its input.
void put_many(const Ctl& ctl, int from, int to, std::size_t value_size) {
  for (int first = from; first < to; first += 100) {
    std::string input = "\n";
    for (int i = first; i < std::min(to, first + 100); ++i) {
      input += fmt::format("put /registry/events/event-{:06} {}\n", i,
                           std::string(value_size + static_cast<std::size_t>(i) % 50, 'x'));
    }
    ctl.ok(0, {"txn"}, input + "\n\n");
  }
}

void nothing(const Ctl& /*ctl*/) {}

void leases_transactions_and_compaction(const Ctl& ctl) {
  write_history(ctl);
}

void defragmented(const Ctl& ctl) {
  put_many(ctl, 0, 3000, 200);
  ctl.ok(0, {"del", "--prefix", "/registry/events/event-0001"});
  ctl.ok(0, {"compact", std::to_string(ctl.revision(0))});
  ctl.ok(0, {"defrag"});
  put_many(ctl, 3000, 3500, 200);
}

void compaction_just_begun(const Ctl& ctl) {
  for (int round = 0; round < 3; ++round)
    put_many(ctl, 0, 6000, 30);
  ctl.ok(0, {"compact", std::to_string(ctl.revision(0))});
}

void large_values(const Ctl& ctl) {
  for (int i = 0; i < 12; ++i) {
    ctl.ok(0, {"put", fmt::format("large-{}", i % 8)}, std::string(100000 + static_cast<std::size_t>(i) * 97000, 'L'));
  }
}

void many_small_keys(const Ctl& ctl) {
  put_many(ctl, 0, 30000, 1);
}

// So many users and roles that the list of buckets no longer fits into one page.
void users_roles_and_alarm(const Ctl& ctl) {
  put_many(ctl, 0, 200, 100);
  for (int i = 0; i < 6; ++i) {
    ctl.ok(0, {"role", "add", fmt::format("role-with-quite-a-long-name-{}", i)});
    ctl.ok(0, {"role", "grant-permission", fmt::format("role-with-quite-a-long-name-{}", i), "readwrite", "/registry"});
    ctl.ok(0, {"user", "add", fmt::format("user-{}:password", i)});
    ctl.ok(0, {"user", "grant-role", fmt::format("user-{}", i), fmt::format("role-with-quite-a-long-name-{}", i)});
  }
  ctl.ok(0, {"user", "add", "root:root"});
}

struct Scenario {
  const char* name;
  std::function<void(const Ctl&)> write;
};

class StatusOfServers : public testing::TestWithParam<std::tuple<EtcdVersion, Scenario>> {
 protected:
  EtcdVersion version() const { return std::get<0>(GetParam()); }

  json::Object their_status(const std::string& program, const std::string& path) {
    const ProgramResult result =
        run_program({program, "snapshot", "status", path, "-w", "json"}, "", {"ETCDCTL_API=3"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    auto value = json::parse(result.out, kMiB);
    return value && value->is_object() ? value->as_object() : json::Object();
  }

  void expect_same(const json::Object& theirs, const snapshot::SnapshotStatus& ours) {
    EXPECT_EQ(*json::get_uint(theirs, "hash"), ours.facts.hash);
    EXPECT_EQ(*json::get_int(theirs, "revision"), ours.facts.revision);
    EXPECT_EQ(*json::get_uint(theirs, "totalKey"), ours.facts.total_items);
    EXPECT_EQ(*json::get_uint(theirs, "totalSize"), ours.facts.total_size);
  }

  std::uint64_t count_keys(const Ctl& ctl) {
    const std::string keys = ctl.ok(0, {"get", "", "--prefix", "--keys-only", "-w", "json"});
    const auto value = json::parse(keys, 64 * kMiB);
    EXPECT_TRUE(value);
    const json::Value* const count = value ? value->as_object().if_contains("count") : nullptr;
    return count == nullptr ? 0 : static_cast<std::uint64_t>(count->as_int64());
  }
};

TEST_P(StatusOfServers, IsWhatTheirToolsSay) {
  const auto cluster = make_etcd_cluster({.version = version()});
  ASSERT_TRUE(cluster) << cluster.error().to_string();
  const Ctl ctl(version(), **cluster);
  std::get<1>(GetParam()).write(ctl);
  const TempDir directory;
  const std::string path = directory.file("snapshot.db");
  ctl.ok(0, {"snapshot", "save", path});

  const auto file = os::real_file_system().open(path, os::OpenMode::read);
  ASSERT_TRUE(file);
  const auto status = snapshot::read_status(**file, true);
  ASSERT_TRUE(status) << status.error().to_string();
  EXPECT_TRUE(status->trailer_matches);
  EXPECT_EQ(status->live_keys, count_keys(ctl));
  expect_same(their_status(etcdctl_program(EtcdVersion::v3_4), path), *status);
  expect_same(their_status(etcdutl_program(), path), *status);

  const auto report = snapshot::verify(**file, {});
  ASSERT_TRUE(report) << report.error().to_string();
  for (const snapshot::Finding& finding : report->findings) {
    EXPECT_EQ(finding.check, "alarm") << finding.where << ": " << finding.what;
  }
  EXPECT_EQ(report->status.facts.hash, status->facts.hash);
  EXPECT_EQ(report->status.live_keys, status->live_keys);
}

std::string scenario_name(const testing::TestParamInfo<std::tuple<EtcdVersion, Scenario>>& info) {
  return fmt::format("{}_{}", version_name(std::get<0>(info.param)), std::get<1>(info.param).name);
}

INSTANTIATE_TEST_SUITE_P(
    Servers, StatusOfServers,
    testing::Combine(testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5),
                     testing::Values(Scenario{"empty", nothing},
                                     Scenario{"history", leases_transactions_and_compaction},
                                     Scenario{"defragmented", defragmented},
                                     Scenario{"compacting", compaction_just_begun}, Scenario{"large", large_values},
                                     Scenario{"many", many_small_keys}, Scenario{"auth", users_roles_and_alarm})),
    scenario_name);

}  // namespace
}  // namespace holdfast::test
