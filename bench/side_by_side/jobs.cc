#include "side_by_side/setting.h"

namespace holdfast::bench {
namespace {

constexpr std::string_view kFolder = "s3://holdfast-test/bench/";

std::string in_bucket(std::string_view name) {
  return std::string(kFolder).append(name);
}

Command program(std::vector<std::string> arguments) {
  return {.arguments = std::move(arguments), .environment = {}, .input_file = {}, .stdout_file = {}};
}

Command etcdctl_save(const Setting& setting, const std::string& file) {
  return program(
      {test::etcdctl_program(test::EtcdVersion::v3_5), "--endpoints", setting.endpoint, "snapshot", "save", file});
}

Command etcdutl_restore(const std::string& file, const std::string& directory) {
  return program({test::etcdutl_program(), "snapshot", "restore", file, "--data-dir", directory});
}

Job save_to_file(const Setting& setting) {
  const std::string theirs = setting.path("theirs.db");
  const std::string ours = setting.path("ours.db");
  return {.name = "save to a file",
          .theirs = {.label = "etcdctl 3.5 snapshot save",
                     .commands = {etcdctl_save(setting, theirs)},
                     .remove_before = {theirs},
                     .prepare = {}},
          .ours = {.label = "holdfast snapshot save",
                   .commands = {setting.holdfast({"save", ours, "--endpoints", setting.endpoint})},
                   .remove_before = {ours, ours + ".manifest.json"},
                   .prepare = {}},
          .target = {.wall_ratio = 0.7, .peak_memory = 64 * kMiB}};
}

Way plain_save(const Setting& setting) {
  const std::string ours = setting.path("ours.db");
  return {.label = "holdfast snapshot save to a file",
          .commands = {setting.holdfast({"save", ours, "--endpoints", setting.endpoint})},
          .remove_before = {ours, ours + ".manifest.json"},
          .prepare = {}};
}

// On etcd's own host, with the db file read directly.
Way pinned_save(const Setting& setting) {
  const std::string ours = setting.path("pinned.db");
  return {.label = "holdfast snapshot save --data-dir",
          .commands = {setting.holdfast(
              {"save", ours, "--endpoints", setting.endpoint, "--data-dir", setting.etcd->data_dir(0)})},
          .remove_before = {ours, ours + ".manifest.json"},
          .prepare = {}};
}

Job save_pinned(const Setting& setting) {
  const std::string theirs = setting.path("theirs.db");
  return {.name = "save from the data directory",
          .theirs = {.label = "etcdctl 3.5 snapshot save",
                     .commands = {etcdctl_save(setting, theirs)},
                     .remove_before = {theirs},
                     .prepare = {}},
          .ours = pinned_save(setting),
          .target = {.wall_ratio = 0.4, .peak_memory = 64 * kMiB}};
}

Job save_pinned_against_stream(const Setting& setting) {
  return {.name = "the same, against our stream",
          .theirs = plain_save(setting),
          .ours = pinned_save(setting),
          .target = {.wall_ratio = 0.5, .peak_memory = 64 * kMiB}};
}

Command delete_object(const Setting& setting, std::string_view name) {
  return setting.s3cmd({"del", "--force", "--recursive", in_bucket(name)});
}

Way holdfast_to_bucket(const Setting& setting) {
  return {.label = "holdfast snapshot save s3://, zstd and age",
          .commands = {setting.holdfast(
              {"save", in_bucket("ours"), "--endpoints", setting.endpoint, "--recipient", setting.age_recipient})},
          .remove_before = {},
          .prepare = {delete_object(setting, "ours")}};
}

Job save_to_s3(const Setting& setting) {
  const std::string file = setting.path("theirs.db");
  return {.name = "save to S3, zstd and age",
          .theirs = {.label = "etcdctl save, gzip, s3cmd put",
                     .commands = {etcdctl_save(setting, file), program({"gzip", "-f", file}),
                                  setting.s3cmd({"put", file + ".gz", in_bucket("theirs.db.gz")})},
                     .remove_before = {file, file + ".gz"},
                     .prepare = {}},
          .ours = holdfast_to_bucket(setting),
          .target = {.wall_ratio = 0.3, .peak_memory = 128 * kMiB}};
}

Job save_to_s3_against_plain(const Setting& setting) {
  return {.name = "the same, against our plain save",
          .theirs = plain_save(setting),
          .ours = holdfast_to_bucket(setting),
          .target = {.wall_ratio = 1.3, .peak_memory = 128 * kMiB}};
}

Job restore_from_file(const Setting& setting) {
  const std::string snapshot = setting.path("snapshot.db");
  const std::string theirs = setting.path("theirs.etcd");
  const std::string ours = setting.path("ours.etcd");
  return {.name = "restore from a file",
          .theirs = {.label = "etcdutl 3.5 snapshot restore",
                     .commands = {etcdutl_restore(snapshot, theirs)},
                     .remove_before = {theirs},
                     .prepare = {}},
          .ours = {.label = "holdfast snapshot restore",
                   .commands = {setting.holdfast({"restore", snapshot, "--data-dir", ours})},
                   .remove_before = {ours},
                   .prepare = {}},
          .target = {.wall_ratio = 0.5, .peak_memory = 64 * kMiB}};
}

Job restore_from_s3(const Setting& setting) {
  const std::string object = setting.path("fetched.db.zst.age");
  const std::string compressed = setting.path("fetched.db.zst");
  const std::string snapshot = setting.path("fetched.db");
  const std::string theirs = setting.path("theirs.etcd");
  const std::string ours = setting.path("ours.etcd");
  return {.name = "restore from S3, zstd and age",
          .theirs = {.label = "s3cmd get, age -d, zstd -d, etcdutl restore",
                     .commands = {setting.s3cmd({"get", in_bucket("ours.db.zst.age"), object}),
                                  program({"age", "-d", "-i", setting.age_identity, "-o", compressed, object}),
                                  program({"zstd", "-q", "-d", "-o", snapshot, compressed}),
                                  etcdutl_restore(snapshot, theirs)},
                     .remove_before = {object, compressed, snapshot, theirs},
                     .prepare = {}},
          .ours = {.label = "holdfast snapshot restore s3://",
                   .commands = {setting.holdfast(
                       {"restore", in_bucket("ours"), "--identity", setting.age_identity, "--data-dir", ours})},
                   .remove_before = {ours},
                   .prepare = {}},
          .target = {.wall_ratio = 0.4, .peak_memory = 128 * kMiB}};
}

Job look_at(const Setting& setting, const std::string& verb, double wall_ratio) {
  const std::string snapshot = setting.path("snapshot.db");
  return {.name = verb,
          .theirs = {.label = "etcdutl 3.5 snapshot status",
                     .commands = {program({test::etcdutl_program(), "snapshot", "status", snapshot})},
                     .remove_before = {},
                     .prepare = {}},
          .ours = {.label = "holdfast snapshot " + verb,
                   .commands = {setting.holdfast({verb, snapshot})},
                   .remove_before = {},
                   .prepare = {}},
          .target = {.wall_ratio = wall_ratio, .peak_memory = std::nullopt}};
}

// By hand one would go on from there: start etcd on what was restored, list its keys as well, and compare.
Job compare_with_cluster(const Setting& setting) {
  const std::string snapshot = setting.path("snapshot.db");
  const std::string theirs = setting.path("theirs.etcd");
  Command list = program({test::etcdctl_program(test::EtcdVersion::v3_5), "--endpoints", setting.endpoint,
                          "--command-timeout", "60s", "get", "", "--prefix", "--keys-only"});
  list.stdout_file = setting.path("theirs.keys");
  return {.name = "diff with the cluster",
          .theirs = {.label = "etcdutl 3.5 snapshot restore, etcdctl get --keys-only",
                     .commands = {etcdutl_restore(snapshot, theirs), std::move(list)},
                     .remove_before = {theirs, setting.path("theirs.keys")},
                     .prepare = {}},
          .ours = {.label = "holdfast snapshot diff",
                   .commands = {setting.holdfast({"diff", snapshot, "--endpoints", setting.endpoint})},
                   .remove_before = {},
                   .prepare = {}},
          .target = {.wall_ratio = 1.0, .peak_memory = 128 * kMiB}};
}

}  // namespace

std::vector<Job> all_jobs(const Setting& setting) {
  return {save_to_file(setting),
          save_pinned(setting),
          save_pinned_against_stream(setting),
          save_to_s3(setting),
          save_to_s3_against_plain(setting),
          restore_from_file(setting),
          restore_from_s3(setting),
          look_at(setting, "status", 0.5),
          look_at(setting, "verify", 1.5),
          compare_with_cluster(setting)};
}

}  // namespace holdfast::bench
