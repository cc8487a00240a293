// Metrics, alert rules, dashboard and logs of the built server at work: on a real etcd, read by Prometheus' own tool.
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/kubectl_support.h"

#include "model/json.h"

namespace holdfast::test {
namespace {

using testing::HasSubstr;

std::string contents(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

std::string document(const std::string& name) {
  const std::string text = contents(std::string(HOLDFAST_SOURCE_DIR) + "/docs/" + name);
  EXPECT_FALSE(text.empty()) << name;
  return text;
}

ProgramResult promtool(const std::vector<std::string>& words, const std::string& input = "") {
  std::vector<std::string> all{servers_directory() + "/promtool/promtool"};
  all.insert(all.end(), words.begin(), words.end());
  return run_program(all, input);
}

std::set<std::string> metrics_named_in(const std::string& text) {
  static const std::regex name("\\b(holdfast|kubermatic|process)_[a-z0-9_]+");
  std::set<std::string> names;
  for (std::sregex_iterator each(text.begin(), text.end(), name), end; each != end; ++each)
    names.insert(each->str());
  return names;
}

// Families by their TYPE lines, those of histograms with the names that queries use.
std::set<std::string> metrics_on(const std::string& page) {
  static const std::regex type("# TYPE ([a-z0-9_]+) ([a-z]+)");
  std::set<std::string> names;
  for (std::sregex_iterator each(page.begin(), page.end(), type), end; each != end; ++each) {
    const std::string name = (*each)[1];
    if ((*each)[2] != "histogram") names.insert(name);
    if ((*each)[2] == "histogram") names.insert({name, name + "_bucket", name + "_sum", name + "_count"});
  }
  return names;
}

// One server for all tests, which has made one backup of the cluster "prod" and failed at one of "gone".
class Monitoring : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    etcd_ = make_etcd_cluster({}).value().release();
    server_ = HoldfastServer::start({"--metrics-listen", "127.0.0.1:0", "--log-format", "json"}).value().release();
    kubectl({"apply", "-f", "-"},
            fmt::format("apiVersion: kubermatic.k8c.io/v1\nkind: Seed\nmetadata: {{name: s1, namespace: kubermatic}}\n"
                        "spec:\n  etcdBackupRestore:\n    destinations:\n      disk: {{type: local, path: {}}}\n",
                        server_->file("backups")));
    make_backup("prod", etcd_->endpoints().front());
    make_backup("gone", fmt::format("http://127.0.0.1:{}", free_port()));
    EXPECT_TRUE(shows("kubermatic_etcdbackup_object_count{destination=\"disk\",cluster=\"prod\"} 1"));
    EXPECT_TRUE(shows("holdfast_operation_attempts_total{result=\"retried\",type=\"Backup\"} 1"));
  }
  static void TearDownTestSuite() {
    delete server_;
    delete etcd_;
  }

  static ProgramResult kubectl(std::vector<std::string> words, const std::string& input = "") {
    words.insert(words.begin(), servers_directory() + "/kubectl-1.32/kubectl");
    words.insert(words.end(), {"--kubeconfig", server_->kubeconfig(), "--cache-dir", server_->file("cache")});
    auto result = run_program(words, input, {"HOME=" + server_->file("home")});
    EXPECT_EQ(result.exit_code, 0) << fmt::format("{}\n{}{}", fmt::join(words, " "), result.out, result.err);
    return result;
  }
  static void make_backup(const std::string& cluster, const std::string& endpoint) {
    kubectl({"create", "-f", "-"},
            fmt::format("apiVersion: kubermatic.k8c.io/v1\nkind: Cluster\nmetadata: {{name: {}}}\nspec:\n"
                        "  etcd: {{endpoints: [\"{}\"]}}\n",
                        cluster, endpoint));
    kubectl({"create", "-f", "-"},
            fmt::format("apiVersion: kubermatic.k8c.io/v1\nkind: EtcdBackupConfig\nmetadata: {{name: once, namespace: "
                        "cluster-{0}}}\nspec: {{cluster: {{name: {0}}}, destination: disk}}\n",
                        cluster));
  }
  static std::string plain_url() {
    static const std::regex port("metrics on port ([0-9]+)");
    std::smatch found;
    const std::string said = server_->output();
    return std::regex_search(said, found, port) ? "http://127.0.0.1:" + found[1].str() : "";
  }
  static std::string page() { return run_program({"curl", "-sS", "--fail", plain_url() + "/metrics"}).out; }
  static bool shows(const std::string& line) {
    for (int i = 0; i < 120; ++i) {
      if (("\n" + page()).find("\n" + line + "\n") != std::string::npos) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(500));
    }
    ADD_FAILURE() << line << "\n" << page() << server_->output();
    return false;
  }

  static EtcdCluster* etcd_;
  static HoldfastServer* server_;
};
EtcdCluster* Monitoring::etcd_ = nullptr;
HoldfastServer* Monitoring::server_ = nullptr;

TEST_F(Monitoring, EveryMetricOfTheRulesIsThere) {
  EXPECT_THAT(metrics_on(page()), testing::IsSupersetOf(metrics_named_in(document("monitoring/holdfast-alerts.yaml"))));
}

TEST_F(Monitoring, EveryMetricOfTheDashboardIsThere) {
  EXPECT_THAT(metrics_on(page()),
              testing::IsSupersetOf(metrics_named_in(document("monitoring/holdfast-dashboard.json"))));
}

TEST_F(Monitoring, EveryMetricIsInTheDocument) {
  const std::set<std::string> described = metrics_named_in(document("monitoring.md"));
  static const std::regex type("# TYPE ([a-z0-9_]+) ");
  const std::string text = page();
  for (std::sregex_iterator each(text.begin(), text.end(), type), end; each != end; ++each)
    EXPECT_TRUE(described.contains((*each)[1])) << (*each)[1];
}

TEST_F(Monitoring, EveryMetricOfTheDocumentIsThere) {
  EXPECT_THAT(metrics_on(page()), testing::IsSupersetOf(metrics_named_in(document("monitoring.md"))));
}

TEST_F(Monitoring, TheDashboardIsJson) {
  const std::string text = document("monitoring/holdfast-dashboard.json");
  const auto parsed = json::parse(text, text.size());
  ASSERT_TRUE(parsed) << parsed.error().to_string();
  EXPECT_GT(parsed->at("panels").as_array().size(), 20U);
}

TEST_F(Monitoring, PrometheusAcceptsTheRules) {
  const auto checked =
      promtool({"check", "rules", std::string(HOLDFAST_SOURCE_DIR) + "/docs/monitoring/holdfast-alerts.yaml"});
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
}

TEST_F(Monitoring, TheRulesFireWhenTheyShould) {
  const auto tested =
      promtool({"test", "rules", std::string(HOLDFAST_SOURCE_DIR) + "/tests/data/monitoring/alerts.test.yaml"});
  EXPECT_EQ(tested.exit_code, 0) << tested.out << tested.err;
}

// The names of KKP break a rule of style ("_count" without being a histogram's); nothing else may be wrong.
TEST_F(Monitoring, PrometheusAcceptsThePage) {
  const auto checked = promtool({"check", "metrics"}, page());
  std::istringstream complaints(checked.out + checked.err);
  for (std::string line; std::getline(complaints, line);)
    EXPECT_THAT(line, HasSubstr("kubermatic_etcdbackup_")) << page();
}

TEST_F(Monitoring, TheApiShowsThePageToItsAdministrator) {
  EXPECT_THAT(kubectl({"get", "--raw", "/metrics"}).out, HasSubstr("holdfast_clusters 2\n"));
  EXPECT_EQ(run_program({"curl", "-sSk", "-o", "/dev/null", "-w", "%{http_code}", server_->url() + "/metrics"}).out,
            "401");
}

TEST_F(Monitoring, TheUserOfTheDocumentMayReadIt) {
  const std::string text = document("monitoring.md");
  const std::string fence = "```yaml\n";
  const std::size_t begin = text.find(fence) + fence.size();
  const std::string user = text.substr(begin, text.find("```", begin) - begin);

  ASSERT_EQ(kubectl({"create", "-f", "-"}, user).exit_code, 0);
  std::string token = run_program({HOLDFAST_PROGRAM, "token", "create", "prometheus", "--for-user", "prometheus",
                                   "--kubeconfig", server_->kubeconfig()})
                          .out;
  token.erase(token.find_last_not_of('\n') + 1);

  EXPECT_EQ(kubectl({"auth", "can-i", "get", "/metrics", "--as", "prometheus"}).out, "yes\n");
  EXPECT_THAT(run_program({"curl", "-sSk", "-H", "Authorization: Bearer " + token, server_->url() + "/metrics"}).out,
              HasSubstr("# TYPE holdfast_clusters gauge"));
}

TEST_F(Monitoring, ThePlainAddressShowsNothingElse) {
  const auto code = [](const std::string& path) {
    return run_program({"curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", plain_url() + path}).out;
  };
  EXPECT_EQ(code("/readyz"), "200");
  EXPECT_EQ(code("/api/v1/namespaces"), "404");
  EXPECT_EQ(code("/version"), "404");
}

TEST_F(Monitoring, CountsWhatHappened) {
  EXPECT_TRUE(shows("holdfast_operation_attempts_total{result=\"completed\",type=\"Backup\"} 1"));
  EXPECT_TRUE(shows("holdfast_cluster_protected{cluster=\"gone\"} 0"));
  EXPECT_TRUE(shows("holdfast_leader 1"));
  EXPECT_TRUE(shows("kubermatic_etcdbackup_query_success{destination=\"disk\"} 1"));
  EXPECT_THAT(page(), HasSubstr("holdfast_http_requests_total{code=\"201\",resource=\"clusters\",verb=\"create\"} 2"));
}

TEST_F(Monitoring, TheLogTellsOfEachOperation) {
  std::set<std::string> begun;
  std::set<std::string> ended;
  std::istringstream lines(server_->output());
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('{')) continue;
    const auto event = json::parse(line, line.size());
    ASSERT_TRUE(event) << line;
    EXPECT_TRUE(event->get_object().contains("time")) << line;
    const std::string name(event->at("event").get_string());
    if (!name.starts_with("operation.") || event->at("cluster").get_string() != "prod") continue;
    (name == "operation.begin" ? begun : ended).emplace(event->at("operation").get_string());
    if (name == "operation.begin") continue;
    EXPECT_EQ(event->at("result").get_string(), "completed") << line;
  }
  EXPECT_FALSE(begun.empty()) << server_->output();
  EXPECT_EQ(begun, ended);
}

}  // namespace
}  // namespace holdfast::test
