// save, list, show, status, verify, restore and delete, for every kind of place and form.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e_support.h"

namespace holdfast::test {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

enum class Where { file, directory, bucket };

struct Case {
  std::string name;
  Where where;
  bool encrypted;
  std::vector<std::string> flags;
  std::string suffix;
};

class RoundTrip : public EndToEnd, public ::testing::WithParamInterface<Case> {
 protected:
  // The folder of this case, as a place.
  std::string folder() const {
    if (GetParam().where == Where::bucket) return bucket_url();
    return (GetParam().where == Where::directory ? "file://" : "") + file("backups") + "/";
  }
  std::string place() const {
    return folder() + "nightly" + (GetParam().where == Where::file ? GetParam().suffix : "");
  }

  std::vector<std::string> save_words() const {
    std::vector<std::string> words{"snapshot",           "save",      place(), "--endpoints",
                                   etcd_.endpoints()[0], "--cluster", "prod",  "--verify-hash-kv"};
    words.insert(words.end(), GetParam().flags.begin(), GetParam().flags.end());
    if (GetParam().encrypted) words.insert(words.end(), {"--recipient", recipient_});
    return words;
  }
  std::vector<std::string> with_key(std::vector<std::string> words) const {
    if (GetParam().encrypted) words.insert(words.end(), {"--identity", file("key.txt")});
    return words;
  }
  void SetUp() override {
    const ProgramResult made = run_program({"age-keygen", "-o", file("key.txt")});
    ASSERT_EQ(made.exit_code, 0) << made.err;
    recipient_ = run_program({"age-keygen", "-y", file("key.txt")}).out;
    recipient_.pop_back();
  }

  const EtcdCluster& etcd_ = quiet_etcd(EtcdVersion::v3_5);
  std::string recipient_;
};

INSTANTIATE_TEST_SUITE_P(
    Places, RoundTrip,
    ::testing::Values(Case{"plain_file", Where::file, false, {}, ".db"},
                      Case{"encrypted_file", Where::file, true, {}, ".db.zst.age"},
                      Case{"directory", Where::directory, false, {}, ".db.zst"},
                      Case{"directory_gzip_age", Where::directory, true, {"--compression", "gzip"}, ".db.gz.age"},
                      Case{"bucket", Where::bucket, false, {"--compression", "none"}, ".db"},
                      Case{"bucket_zstd_age", Where::bucket, true, {}, ".db.zst.age"}),
    [](const auto& one) { return one.param.name; });

TEST_P(RoundTrip, everything_that_was_saved_comes_back) {
  ASSERT_TRUE(os::real_file_system().make_directories(file("backups")));
  const Ctl ctl(EtcdVersion::v3_5, etcd_);
  const std::string keyspace = ctl.keyspace(0);

  const json::Object saved = document(save_words());

  const std::string object = folder() + "nightly" + GetParam().suffix;
  EXPECT_EQ(saved.at("place").as_string(), object);
  const json::Object snapshot = saved.at("manifest").as_object().at("snapshot").as_object();
  EXPECT_EQ(snapshot.at("revision").as_int64(), ctl.revision(0));

  const json::Array listed = document({"snapshot", "list", folder()}).at("snapshots").as_array();
  ASSERT_EQ(listed.size(), 1U);
  EXPECT_EQ(listed[0].at("place").as_string(), object);
  EXPECT_EQ(listed[0].at("state").as_string(), "ok");
  EXPECT_EQ(document({"snapshot", "show", place()}).at("manifest"), saved.at("manifest"));

  const json::Object status = document(with_key({"snapshot", "status", place()}));
  EXPECT_EQ(status.at("hash"), snapshot.at("hash"));
  EXPECT_EQ(status.at("totalKey"), snapshot.at("totalKey"));
  EXPECT_TRUE(document(with_key({"snapshot", "verify", place()})).at("ok").as_bool());
  EXPECT_TRUE(document(with_key({"snapshot", "verify", place(), "--deep"})).at("histories").as_bool());

  const Layout layout(1);
  snapshot::RestoreOptions restored = restore_options(layout, file("restored"));
  ok(with_key({"snapshot", "restore", place(), "--name", layout.names[0], "--data-dir", restored.targets[0].data_dir,
               "--initial-cluster", layout.initial_cluster(), "--initial-cluster-token", restored.membership.token}));
  const auto cluster = start_restored(EtcdVersion::v3_5, layout, restored);
  ASSERT_TRUE(cluster) << cluster.error().to_string();
  EXPECT_EQ(Ctl(EtcdVersion::v3_5, **cluster).keyspace(0), keyspace);

  ok({"snapshot", "delete", place(), "--yes"});
  EXPECT_THAT(document({"snapshot", "list", folder(), "--all"}).at("snapshots").as_array(), IsEmpty());
}

class Buckets : public EndToEnd {
 protected:
  const EtcdCluster& etcd_ = quiet_etcd(EtcdVersion::v3_5);
};

TEST_F(Buckets, check_finds_the_shared_bucket_usable_and_leaves_nothing) {
  const json::Object checked = document({"snapshot", "check", bucket_url()});
  EXPECT_TRUE(checked.at("usable").as_bool());
  const auto look = bucket();
  int objects = 0;
  ASSERT_TRUE(look->store->list(bucket_prefix(), [&](const auto&) -> Status { return ++objects, Status{}; }, {}));
  EXPECT_EQ(objects, 0);
}

TEST_F(Buckets, check_says_which_right_is_missing) {
  const ProgramResult result =
      run({"snapshot", "check", bucket_url()},
          {"AWS_ACCESS_KEY_ID=" + rgw().reader_access_key, "AWS_SECRET_ACCESS_KEY=" + rgw().reader_secret_key});
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.out, HasSubstr("s3:PutObject"));
}

TEST_F(Buckets, retained_objects_cannot_be_deleted) {
  const std::string place = "s3://" + rgw().locked_bucket + "/" + bucket_prefix() + "kept";
  ok({"snapshot", "save", place, "--endpoints", etcd_.endpoints()[0], "--retain-until", "2037-01-01T00:00:00Z",
      "--s3-object-lock-mode", "governance"});
  EXPECT_EQ(document({"snapshot", "show", place}).at("state").as_string(), "ok");
}

TEST_F(Buckets, the_same_content_is_not_stored_twice_when_told_so) {
  ok({"snapshot", "save", bucket_url() + "first", "--endpoints", etcd_.endpoints()[0]});
  const json::Object second =
      document({"snapshot", "save", bucket_url() + "second", "--endpoints", etcd_.endpoints()[0], "--skip-unchanged"});
  EXPECT_FALSE(second.at("stored").as_bool());
  EXPECT_EQ(second.at("unchangedSince").as_string(), "first");
}

TEST_F(Buckets, settings_come_from_a_configuration_file) {
  const std::string config = fmt::format(
      "endpoints: {}\ncluster: from-file\ns3-endpoint: {}\ns3-allow-http: true\ns3-access-key-id: {}\n"
      "s3-secret-key-file: {}\n",
      etcd_.endpoints()[0], rgw().endpoint, rgw().access_key, file("secret"));
  ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), file("config.yaml"), as_bytes(config)));
  ASSERT_TRUE(os::write_file_atomically(os::real_file_system(), file("secret"), as_bytes(rgw().secret_key + "\n")));
  const ProgramResult result =
      run({"snapshot", "save", bucket_url() + "x", "-o", "json"},
          {"HOLDFAST_CONFIG=" + file("config.yaml"),
           "AWS_ACCESS_KEY_ID=", "AWS_SECRET_ACCESS_KEY=", "AWS_ENDPOINT_URL_S3=", "HOLDFAST_S3_ALLOW_HTTP="});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("\"from-file\""));
}

TEST_F(Buckets, several_members_are_restored_from_one_stream) {
  ok({"snapshot", "save", bucket_url() + "x", "--endpoints", etcd_.endpoints()[0]});
  const Layout layout(3);
  const snapshot::RestoreOptions restored = restore_options(layout, file("restored"));
  std::vector<std::string> words{"snapshot",
                                 "restore",
                                 bucket_url() + "x",
                                 "--initial-cluster",
                                 layout.initial_cluster(),
                                 "--initial-cluster-token",
                                 restored.membership.token};
  for (const auto& target : restored.targets)
    words.insert(words.end(), {"--member", target.name + "=" + target.data_dir});
  ok(words);
  const auto cluster = start_restored(EtcdVersion::v3_5, layout, restored);
  ASSERT_TRUE(cluster) << cluster.error().to_string();
  EXPECT_EQ(Ctl(EtcdVersion::v3_5, **cluster).keyspace(2), Ctl(EtcdVersion::v3_5, etcd_).keyspace(0));
}

}  // namespace
}  // namespace holdfast::test
