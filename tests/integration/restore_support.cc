#include "integration/restore_support.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "model/json.h"
#include "os/file_system.h"
#include "os/random.h"

namespace holdfast::test {
namespace {

constexpr std::size_t kJsonLimit = 64 * kMiB;
constexpr const char* kToken = "restored";

json::Value parsed(const std::string& text) {
  auto value = json::parse(text, kJsonLimit);
  EXPECT_TRUE(value) << value.error().message << "\n" << text;
  return value ? std::move(*value) : json::Value();
}

// etcdctl writes 64-bit numbers as JSON numbers.
std::uint64_t number(const json::Value& value) {
  return value.is_uint64() ? value.get_uint64() : static_cast<std::uint64_t>(value.as_int64());
}

}  // namespace

const char* version_name(EtcdVersion version) {
  return version == EtcdVersion::v3_4 ? "v3_4" : "v3_5";
}

ProgramResult Ctl::run(int member, std::vector<std::string> arguments, const std::string& input) const {
  arguments.insert(arguments.begin(), {etcdctl_program(version_), "--command-timeout", "20s", "--endpoints",
                                       cluster_.endpoints().at(static_cast<std::size_t>(member))});
  return run_program(arguments, input, {"ETCDCTL_API=3"});
}

std::string Ctl::ok(int member, std::vector<std::string> arguments, const std::string& input) const {
  const std::string what = fmt::format("{}", fmt::join(arguments, " "));
  const ProgramResult result = run(member, std::move(arguments), input);
  EXPECT_EQ(result.exit_code, 0) << what << "\n" << result.err;
  return result.out;
}

std::string Ctl::keyspace(int member) const {
  const json::Value answer = parsed(ok(member, {"get", "", "--prefix", "-w", "json"}));
  const json::Value* kvs = answer.as_object().if_contains("kvs");
  return kvs == nullptr ? "" : json::to_string(*kvs);
}

std::int64_t Ctl::revision(int member) const {
  const json::Value answer = parsed(ok(member, {"get", "x", "-w", "json"}));
  return answer.at("header").at("revision").as_int64();
}

std::uint64_t Ctl::hash_kv(int member, std::int64_t at) const {
  const json::Value answer = parsed(ok(member, {"endpoint", "hashkv", "--rev", std::to_string(at), "-w", "json"}));
  return number(answer.as_array().at(0).at("HashKV").at("hash"));
}

std::vector<std::string> Ctl::member_list(int member) const {
  const json::Value answer = parsed(ok(member, {"member", "list", "-w", "json"}));
  std::vector<std::string> members;
  for (const json::Value& each : answer.at("members").as_array()) {
    const std::string urls = json::to_string(each.at("peerURLs"));
    members.push_back(
        fmt::format("{:016x} {} {}", number(each.at("ID")), std::string(each.at("name").as_string()), urls));
  }
  std::sort(members.begin(), members.end());
  return members;
}

std::string write_history(const Ctl& ctl) {
  for (int i = 0; i < 40; ++i) {
    ctl.ok(0, {"put", fmt::format("/registry/pods/default/pod-{}", i),
               std::string(static_cast<std::size_t>(i) * 50, 'x')});
  }
  for (int i = 0; i < 20; ++i)
    ctl.ok(0, {"put", "/registry/leases/leader", fmt::format("renewal {}", i)});
  for (int i = 0; i < 10; ++i)
    ctl.ok(0, {"del", fmt::format("/registry/pods/default/pod-{}", 2 * i)});
  ctl.ok(0, {"txn"}, "\nput /registry/a 1\nput /registry/b 2\ndel /registry/pods/default/pod-1\n\n\n");
  const std::string granted = ctl.ok(0, {"lease", "grant", "3600"});  // "lease <id> granted with TTL(3600s)"
  const std::string lease = granted.substr(6, granted.find(' ', 6) - 6);
  ctl.ok(0, {"put", "--lease", lease, "/registry/events/1", "event"});
  ctl.ok(0, {"compact", "50"});
  ctl.ok(0, {"put", "/registry/pods/default/pod-2", "created again"});
  ctl.ok(0, {"del", "/registry/a"});
  return lease;
}

const TakenSnapshot& taken_snapshot(EtcdVersion version) {
  static TempDir directory;
  static std::map<EtcdVersion, TakenSnapshot> taken;
  const auto found = taken.find(version);
  if (found != taken.end()) return found->second;
  TakenSnapshot& snapshot = taken[version];
  const auto cluster = make_etcd_cluster({.version = version});
  EXPECT_TRUE(cluster) << cluster.error().to_string();
  if (!cluster) return snapshot;
  const Ctl ctl(version, **cluster);
  snapshot.path = directory.file(version_name(version)) + std::string(".db");
  snapshot.lease = write_history(ctl);
  snapshot.keyspace = ctl.keyspace(0);
  snapshot.revision = ctl.revision(0);
  snapshot.hash = ctl.hash_kv(0, snapshot.revision);
  ctl.ok(0, {"snapshot", "save", snapshot.path});
  return snapshot;
}

Layout::Layout(int count) {
  for (int i = 0; i < count; ++i) {
    names.push_back(fmt::format("m{}", i));
    peer_urls.push_back(fmt::format("http://127.0.0.1:{}", free_port()));
  }
}

std::string Layout::initial_cluster() const {
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i) {
    text += fmt::format("{}{}={}", i == 0 ? "" : ",", names[i], peer_urls[i]);
  }
  return text;
}

snapshot::RestoreOptions restore_options(const Layout& layout, const std::string& directory) {
  snapshot::RestoreOptions options;
  auto membership = snapshot::parse_membership(layout.initial_cluster(), kToken);
  EXPECT_TRUE(membership) << membership.error().to_string();
  if (membership) options.membership = std::move(*membership);
  for (const std::string& name : layout.names) {
    options.targets.push_back({.name = name, .data_dir = os::join_path(directory, name), .wal_dir = ""});
  }
  return options;
}

Result<snapshot::RestoreReport> restore_from(const std::string& path, const snapshot::RestoreOptions& options) {
  HF_ASSIGN(const auto file, os::real_file_system().open(path, os::OpenMode::read));
  return snapshot::restore({.file = file.get()}, options, os::real_file_system(), os::real_random());
}

Result<std::unique_ptr<EtcdCluster>> start_restored(EtcdVersion version, const Layout& layout,
                                                    const snapshot::RestoreOptions& options) {
  EtcdOptions server{.version = version, .members = static_cast<int>(layout.names.size())};
  for (const auto& target : options.targets)
    server.data_dirs.push_back(target.data_dir);
  server.peer_urls = layout.peer_urls;
  server.initial_cluster_token = kToken;
  return make_etcd_cluster(server);
}

UtlStatus utl_status(const std::string& path) {
  const ProgramResult result = run_program({etcdutl_program(), "snapshot", "status", "-w", "json", path});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const json::Value answer = parsed(result.out);
  return {.hash = number(answer.at("hash")),
          .revision = answer.at("revision").as_int64(),
          .total_key = number(answer.at("totalKey"))};
}

void restore_with_etcd(EtcdVersion version, const std::string& snapshot, const Layout& layout, const std::string& name,
                       const std::string& directory, std::vector<std::string> more) {
  const auto at =
      static_cast<std::size_t>(std::find(layout.names.begin(), layout.names.end(), name) - layout.names.begin());
  std::vector<std::string> command{version == EtcdVersion::v3_4 ? etcdctl_program(version) : etcdutl_program(),
                                   "snapshot",
                                   "restore",
                                   snapshot,
                                   "--data-dir",
                                   os::join_path(directory, name),
                                   "--name",
                                   name,
                                   "--initial-cluster",
                                   layout.initial_cluster(),
                                   "--initial-cluster-token",
                                   kToken,
                                   "--initial-advertise-peer-urls",
                                   layout.peer_urls.at(at)};
  command.insert(command.end(), more.begin(), more.end());
  const ProgramResult result = run_program(command, "", {"ETCDCTL_API=3"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
}

}  // namespace holdfast::test
