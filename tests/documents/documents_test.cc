// Every command in the documents is executed: the ```sh blocks of one document run in order, as one script, in an empty
// directory, with an etcd that holds data (ETCDCTL_ENDPOINTS) and a bucket (BUCKET and the AWS variables). Blocks that
// are only to be read are marked ```console or ```text.
#include <gtest/gtest.h>

#include "os/file_system.h"
#include "support/etcd_server.h"
#include "support/rgw_server.h"
#include "support/temp_dir.h"

namespace holdfast::test {
namespace {

struct Document {
  std::string path;    // below the source directory
  std::string script;  // its ```sh blocks
};

std::string shell_blocks(const std::string& text) {
  std::string script;
  bool inside = false;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    at = end + 1;
    if (inside && line == "```") {
      inside = false;
    } else if (inside) {
      script += line + "\n";
    } else if (line == "```sh") {
      inside = true;
    }
  }
  return script;
}

void collect(const std::string& path, std::vector<Document>& documents) {
  auto& files = os::real_file_system();
  const std::string full = os::join_path(HOLDFAST_SOURCE_DIR, path);
  const auto info = files.stat(full);
  if (!info || !*info) return;
  if ((*info)->kind == os::FileKind::directory) {
    const auto names = files.list(full);
    ASSERT_TRUE(names) << full;
    for (const std::string& name : *names)
      collect(os::join_path(path, name), documents);
    return;
  }
  // That one needs a server with an administrator, which its own test gives it.
  if (!path.ends_with(".md") || path == "docs/access.md") return;
  const auto bytes = os::read_file(files, full, 4 * kMiB);
  ASSERT_TRUE(bytes) << full;
  const std::string script = shell_blocks(std::string(as_text(*bytes)));
  if (!script.empty()) documents.push_back({.path = path, .script = script});
}

Document document_at(const std::string& path) {
  std::vector<Document> documents;
  collect(path, documents);
  EXPECT_EQ(documents.size(), 1U) << path;
  return documents.empty() ? Document{} : documents.front();
}

std::vector<Document> all_documents() {
  std::vector<Document> documents;
  for (const char* path : {"README.md", "CONTRIBUTING.md", "docs"})
    collect(path, documents);
  return documents;
}

constexpr const char* kOldestKubectl = "kubectl-1.20";
constexpr const char* kNewestKubectl = "kubectl-1.32";

// A directory with the programs the documents name, for PATH.
std::string program_directory(const TempDir& directory, const std::string& kubectl) {
  const std::string bin = directory.file("bin");
  EXPECT_TRUE(os::real_file_system().make_directories(bin));
  for (const auto& [name, target] : {std::pair<std::string, std::string>{"holdfast", HOLDFAST_PROGRAM},
                                     {"etcdctl", etcdctl_program(EtcdVersion::v3_5)},
                                     {"etcd", etcd_program(EtcdVersion::v3_5)},
                                     {"etcdutl", etcdutl_program()},
                                     {"kubectl", fmt::format("{}/{}/kubectl", servers_directory(), kubectl)}}) {
    EXPECT_EQ(run_program({"ln", "-s", target, bin + "/" + name}).exit_code, 0);
  }
  return bin;
}

// Documents show the real world, where the bucket speaks TLS and lies at AWS; here it is told where it is.
std::vector<std::string> environment(const TempDir& directory, const std::string& endpoint, const RgwServer& s3,
                                     const std::string& kubectl) {
  const std::string host = s3.endpoint.substr(s3.endpoint.find("://") + 3);
  const std::string config =
      fmt::format("[default]\naccess_key = {}\nsecret_key = {}\nhost_base = {}\nhost_bucket = {}\nuse_https = False\n",
                  s3.access_key, s3.secret_key, host, host);
  EXPECT_TRUE(os::write_file_atomically(os::real_file_system(), directory.file(".s3cfg"), as_bytes(config)));
  return {
      "PATH=" + program_directory(directory, kubectl) + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
      "HOME=" + directory.path(),
      "ETCDCTL_API=3",
      "ETCDCTL_ENDPOINTS=" + endpoint,
      "BUCKET=holdfast-test",
      "AWS_ACCESS_KEY_ID=" + s3.access_key,
      "AWS_SECRET_ACCESS_KEY=" + s3.secret_key,
      "AWS_REGION=us-east-1",
      "AWS_ENDPOINT_URL=" + s3.endpoint,
      "HOLDFAST_LISTEN=127.0.0.1:0",
      "HOLDFAST_S3_ALLOW_HTTP=true"};
}

// What the documents talk about: some keys with a few revisions.
void fill(const std::string& endpoint) {
  const std::string script =
      "for i in $(seq 40); do \"$1\" --endpoints \"$2\" put /registry/pods/default/web-$((i % 30)) value-$i; done";
  const auto filled = run_program({"bash", "-euc", script, "fill", etcdctl_program(EtcdVersion::v3_5), endpoint}, "",
                                  {"ETCDCTL_API=3"});
  EXPECT_EQ(filled.exit_code, 0) << filled.err;
}

// Runs the documents one after the other in one empty directory and one shell.
void run_documents(const std::vector<Document>& documents, const std::string& kubectl) {
  const auto s3 = rgw_server();
  ASSERT_TRUE(s3) << "no S3 server: ctest starts one through scripts/ceph-rgw";
  auto etcd = make_etcd_cluster({});
  ASSERT_TRUE(etcd) << etcd.error().to_string();
  const std::string endpoint = (*etcd)->endpoints().front();
  fill(endpoint);
  const TempDir directory;
  const std::string work = directory.file("work");
  ASSERT_TRUE(os::real_file_system().make_directories(work));

  // They begin with an empty folder in the bucket, and leave nothing running.
  std::string script = "cd '" + work +
                       "'\ntrap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT\ns3cmd del --force --recursive "
                       "s3://$BUCKET/prod/ >/dev/null\nset -x\n";
  std::string paths;
  for (const Document& each : documents) {
    script += each.script;
    paths += each.path + " ";
  }
  const auto result =
      run_program({"bash", "-euo", "pipefail", "-c", script}, "", environment(directory, endpoint, *s3, kubectl));

  EXPECT_EQ(result.exit_code, 0) << paths << "\n--- output\n" << result.out << "\n--- errors\n" << result.err;
}

class Documents : public testing::TestWithParam<Document> {};

TEST_P(Documents, CommandsRun) {
  run_documents({GetParam()}, kNewestKubectl);
}

TEST(GuideOfKubectl, WorksInTheDirectoryWhereTheReadmeWasTried) {
  run_documents({document_at("README.md"), document_at("docs/guides/kubectl.md")}, kNewestKubectl);
}

TEST(GuideOfKubectl, WorksWithTheOldestKubectlItNames) {
  run_documents({document_at("docs/guides/kubectl.md")}, kOldestKubectl);
}

std::string test_name(const testing::TestParamInfo<Document>& document) {
  std::string name = document.param.path;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(All, Documents, testing::ValuesIn(all_documents()), test_name);

}  // namespace
}  // namespace holdfast::test
