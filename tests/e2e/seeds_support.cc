#include "e2e/seeds_support.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "objectstore/check.h"
#include "os/random.h"

namespace holdfast::test {
namespace {

constexpr std::chrono::seconds kPatience{60};

std::string contents(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void replace_all(std::string& text, const std::string& from, const std::string& to) {
  std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << "no \"" << from << "\" in the document";
  for (; at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

// Without the lines "..." that stand for the rest.
std::string inner_part(const std::string& text) {
  std::istringstream in(text);
  std::string inner;
  for (std::string line; std::getline(in, line);) {
    if (line != "...") inner += line + "\n";
  }
  return inner;
}

std::string without_lines(const std::string& text, const std::vector<std::string>& beginnings) {
  std::istringstream in(text);
  std::string rest;
  for (std::string line; std::getline(in, line);) {
    const bool goes = std::any_of(beginnings.begin(), beginnings.end(),
                                  [&](const std::string& each) { return line.starts_with("  " + each); });
    if (!goes) rest += line + "\n";
  }
  return rest;
}

}  // namespace

SeedsWorld& SeedsWorld::get() {
  static SeedsWorld world;
  return world;
}

SeedsWorld::SeedsWorld() : prefix_(fmt::format("seeds-{:x}", os::real_random().next())) {
  const auto rgw = rgw_server();
  if (!rgw) throw std::runtime_error("no S3 server is running: scripts/ceph-rgw start");
  rgw_ = *rgw;
  const std::string host = rgw_.endpoint.substr(rgw_.endpoint.find("://") + 3);
  std::ofstream(dir_.file("s3cfg")) << fmt::format(
      "[default]\naccess_key = {}\nsecret_key = {}\nhost_base = {}\nhost_bucket = {}\nuse_https = False\n",
      rgw_.access_key, rgw_.secret_key, host, host);
  for (const char* destination : {"s3", "minio"}) {
    const ProgramResult made = s3cmd({"mb", "s3://" + bucket(destination)});
    if (made.exit_code != 0) throw std::runtime_error(made.err);
  }
  auto etcd = make_etcd_cluster({});
  if (!etcd) throw std::runtime_error(etcd.error().to_string());
  etcd_ = std::move(*etcd);
  for (int i = 0; i < 20; ++i) {
    const ProgramResult put = run_program({etcdctl_program(EtcdVersion::v3_5), "--endpoints", etcd_endpoint(), "put",
                                           fmt::format("/registry/pods/default/web-{}", i), "value"});
    if (put.exit_code != 0) throw std::runtime_error(put.err);
  }
}

SeedsWorld::~SeedsWorld() {
  for (const char* destination : {"s3", "minio"})
    s3cmd({"rb", "--recursive", "--force", "s3://" + bucket(destination)});
}

ProgramResult SeedsWorld::s3cmd(std::vector<std::string> words) const {
  words.insert(words.begin(), {"s3cmd", "-c", dir_.file("s3cfg")});
  return run_program(words);
}

std::string document(const std::string& file, const Replacements& replacements) {
  std::string text = contents(std::string(HOLDFAST_TEST_DATA) + "/kkp/" + file);
  for (const auto& [from, to] : replacements)
    replace_all(text, from, to);
  return text;
}

void SeedsTest::SetUp() {
  static int number = 0;
  seed = unique(fmt::format("europe{}", ++number));
  cluster = unique(fmt::format("zvc{}", number));
  name_space = "cluster-" + cluster;
}

std::string SeedsTest::seed_text(const std::string& secret, const std::string& default_destination) const {
  const std::string settings = inner_part(document(
      "destination.yaml",
      {{"kkpbackuptest", world().bucket("s3")}, {"backup-s3", secret}, {"s3.amazonaws.com", world().rgw().endpoint}}));
  // The second one is written like the first.
  const std::size_t begin = settings.find("      s3:");
  const std::size_t end = settings.find("    defaultDestination");
  std::string first = settings.substr(begin, end - begin) + "        prefix: " + seed + "/\n";
  std::string second = first;
  replace_all(second, "      s3:", "      minio:");
  replace_all(second, world().bucket("s3"), world().bucket("minio"));
  return fmt::format(
      "apiVersion: kubermatic.k8c.io/v1\nkind: Seed\nmetadata: {{name: {0}, namespace: kubermatic}}\nspec:\n"
      "  location: Hamburg\n  datacenters: {{dc-{0}: {{location: Hamburg}}}}\n{1}{2}{3}    defaultDestination: {4}\n",
      seed, settings.substr(0, begin), first, second,
      default_destination.empty() ? std::string("\"\"") : default_destination);
}

void SeedsTest::make_secret(const std::string& name) const {
  const std::string secret =
      ok({"create", "secret", "generic", name, "-n", "kube-system",
          "--from-literal=ACCESS_KEY_ID=" + world().rgw().access_key,
          "--from-literal=SECRET_ACCESS_KEY=" + world().rgw().secret_key, "--dry-run=client", "-o", "yaml"});
  ok({"apply", "-f", "-"}, secret);
}

void SeedsTest::make_cluster(const std::string& name, const std::string& more) const {
  ok({"apply", "-f", "-"},
     fmt::format("apiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nmetadata: {{name: {}}}\nspec:\n"
                 "  humanReadableName: shop\n  cloud: {{dc: dc-{}}}\n  etcd: {{endpoints: [\"{}\"]}}\n{}",
                 name, seed, world().etcd_endpoint(), more));
}

std::string SeedsTest::daily_backup(const std::string& name) const {
  return document("daily-backup.yaml", {{"zvc78xnnz7", name}});
}

std::string SeedsTest::snapshot(const std::string& name, const std::string& config,
                                const std::string& destination) const {
  std::string text = without_lines(daily_backup(name), {"schedule:", "keep:"});
  replace_all(text, "daily-backup", config);
  replace_all(text, "destination: s3", "destination: " + destination);
  return text;
}

void SeedsTest::wait_for_snapshot(const std::string& name) const {
  ok({"wait", "--for=condition=BackupSucceeded", "ecfg/" + name, "-n", name_space, "--timeout=60s"});
}

std::string SeedsTest::value(const std::string& kind, const std::string& name, const std::string& path) const {
  const std::string place = kind == "seed" ? "kubermatic" : name_space;
  return ok({"get", kind, name, "-n", place, "-o", "jsonpath={" + path + "}"});
}

testing::AssertionResult SeedsTest::eventually(const std::vector<std::string>& words,
                                               const std::function<bool(const std::string&)>& wished) const {
  const auto until = std::chrono::steady_clock::now() + kPatience;
  ProgramResult last;
  while (std::chrono::steady_clock::now() < until) {
    last = run(words);
    if (last.exit_code == 0 && wished(last.out)) return testing::AssertionSuccess();
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  return testing::AssertionFailure() << fmt::format("kubectl {}\n{}{}", fmt::join(words, " "), last.out, last.err);
}

testing::AssertionResult SeedsTest::becomes(const std::string& kind, const std::string& name, const std::string& path,
                                            const std::string& wished) const {
  const std::string place = kind == "seed" ? "kubermatic" : name_space;
  return eventually({"get", kind, name, "-n", place, "-o", "jsonpath={" + path + "}"},
                    [&](const std::string& out) { return out == wished; });
}

std::vector<std::string> SeedsTest::objects(const std::string& destination) const {
  const std::string folder = fmt::format("s3://{}/{}/", world().bucket(destination), seed);
  const ProgramResult listed = world().s3cmd({"ls", folder});
  EXPECT_EQ(listed.exit_code, 0) << listed.err;
  std::istringstream in(listed.out);
  std::vector<std::string> keys;
  for (std::string line; std::getline(in, line);) {
    const std::size_t at = line.find(folder);
    if (at == std::string::npos || line.ends_with(".manifest.json")) continue;
    std::string key = line.substr(at + folder.size());
    if (!key.starts_with(objectstore::kProbeName)) keys.push_back(std::move(key));  // the server tries the place
  }
  return keys;
}

}  // namespace holdfast::test
