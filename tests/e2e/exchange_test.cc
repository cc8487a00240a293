// Our snapshots in other tools' hands, and theirs in ours.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e_support.h"

namespace holdfast::test {
namespace {

using ::testing::HasSubstr;

class Exchange : public EndToEnd, public ::testing::WithParamInterface<EtcdVersion> {
 protected:
  const EtcdCluster& etcd_ = quiet_etcd(GetParam());
  const Ctl ctl_{GetParam(), etcd_};

  void start_and_compare(const Layout& layout, const snapshot::RestoreOptions& restored) {
    const auto cluster = start_restored(GetParam(), layout, restored);
    ASSERT_TRUE(cluster) << cluster.error().to_string();
    EXPECT_EQ(Ctl(GetParam(), **cluster).keyspace(0), ctl_.keyspace(0));
  }
  // What another tool's `snapshot status -w json` says of a file.
  json::Value status_by(const std::string& program, const std::string& path) const {
    const ProgramResult result =
        run_program({program, "snapshot", "status", path, "-w", "json"}, "", {"ETCDCTL_API=3"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    const auto value = json::parse(result.out, kMiB);
    return value ? *value : json::Value();
  }
};

INSTANTIATE_TEST_SUITE_P(Versions, Exchange, ::testing::Values(EtcdVersion::v3_4, EtcdVersion::v3_5),
                         [](const auto& one) { return version_name(one.param); });

TEST_P(Exchange, age_and_zstd_open_a_stored_object_into_what_etcds_tools_accept) {
  ASSERT_EQ(run_program({"age-keygen", "-o", file("key.txt")}).exit_code, 0);
  std::string recipient = run_program({"age-keygen", "-y", file("key.txt")}).out;
  recipient.pop_back();
  ok({"snapshot", "save", bucket_url() + "x", "--endpoints", etcd_.endpoints()[0], "--recipient", recipient});
  const auto object = objectstore::get_bytes(*bucket()->store, bucket_prefix() + "x.db.zst.age", 64 * kMiB, {});
  ASSERT_TRUE(object) << object.error().to_string();
  ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), file("x.db.zst.age"), *object));

  ASSERT_EQ(run_program({"age", "-d", "-i", file("key.txt"), "-o", file("x.db.zst"), file("x.db.zst.age")}).exit_code,
            0);
  ASSERT_EQ(run_program({"zstd", "-q", "-d", file("x.db.zst"), "-o", file("x.db")}).exit_code, 0);

  const json::Object ours = document({"snapshot", "status", bucket_url() + "x", "--identity", file("key.txt")});
  for (const std::string& program : {etcdctl_program(EtcdVersion::v3_4), etcdutl_program()}) {
    const json::Value theirs = status_by(program, file("x.db"));
    for (const char* field : {"hash", "revision", "totalKey", "totalSize"}) {
      EXPECT_EQ(theirs.at(field), ours.at(field)) << program << " " << field;
    }
  }
}

TEST_P(Exchange, gunzip_opens_a_gzip_file) {
  ok({"snapshot", "save", file("x.db.gz"), "--endpoints", etcd_.endpoints()[0]});
  ASSERT_EQ(run_program({"gzip", "-d", "-k", file("x.db.gz")}).exit_code, 0);
  const json::Value theirs = status_by(etcdutl_program(), file("x.db"));
  EXPECT_EQ(theirs.at("hash"), document({"snapshot", "status", file("x.db.gz")}).at("hash"));
}

TEST_P(Exchange, a_snapshot_of_ours_restores_with_their_tool) {
  ok({"snapshot", "save", file("x.db"), "--endpoints", etcd_.endpoints()[0]});
  const Layout layout(1);
  restore_with_etcd(GetParam(), file("x.db"), layout, layout.names[0], file("restored"));
  start_and_compare(layout, restore_options(layout, file("restored")));
}

TEST_P(Exchange, a_snapshot_of_theirs_restores_with_ours) {
  ctl_.ok(0, {"snapshot", "save", file("theirs.db")});
  const Layout layout(1);
  const snapshot::RestoreOptions restored = restore_options(layout, file("restored"));
  ok({"snapshot", "restore", file("theirs.db"), "--name", layout.names[0], "--data-dir", restored.targets[0].data_dir,
      "--initial-cluster", layout.initial_cluster(), "--initial-cluster-token", restored.membership.token,
      "--initial-advertise-peer-urls", layout.peer_urls[0]});
  start_and_compare(layout, restored);
}

TEST_P(Exchange, a_snapshot_of_theirs_is_read_without_a_manifest) {
  ctl_.ok(0, {"snapshot", "save", file("theirs.db")});
  ASSERT_EQ(run_program({"zstd", "-q", file("theirs.db"), "-o", file("compressed.db.zst")}).exit_code, 0);
  const json::Value theirs = status_by(etcdutl_program(), file("theirs.db"));
  for (const char* name : {"theirs.db", "compressed.db.zst"}) {
    EXPECT_EQ(document({"snapshot", "status", file(name)}).at("hash"), theirs.at("hash")) << name;
    EXPECT_TRUE(document({"snapshot", "verify", file(name)}).at("ok").as_bool()) << name;
  }
}

TEST_P(Exchange, status_prints_what_etcdutl_prints) {
  ok({"snapshot", "save", file("x.db"), "--endpoints", etcd_.endpoints()[0]});
  for (const char* format : {"simple", "fields"}) {
    const ProgramResult theirs = run_program({etcdutl_program(), "snapshot", "status", file("x.db"), "-w", format});
    EXPECT_EQ(ok({"snapshot", "status", file("x.db"), "-w", format}), theirs.out);
  }
}

TEST_P(Exchange, the_member_ids_are_those_of_their_tool) {
  ok({"snapshot", "save", file("x.db"), "--endpoints", etcd_.endpoints()[0]});
  const json::Object restored = document({"snapshot", "restore", file("x.db"), "--data-dir", file("d")});
  EXPECT_EQ(restored.at("clusterId").as_string(), "cdf818194e3a8c32");
  EXPECT_EQ(restored.at("members").as_array()[0].at("memberId").as_string(), "8e9e05c52164694d");
}

}  // namespace
}  // namespace holdfast::test
