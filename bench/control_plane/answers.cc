#include "control_plane/answers.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <vector>

#include "control_plane/connection.h"
#include "control_plane/must.h"
#include "control_plane/state.h"

#include "support/etcd_server.h"

namespace holdfast::bench {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::string_view kConfigs = "/apis/kubermatic.k8c.io/v1/etcdbackupconfigs";
constexpr std::string_view kTable = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

double since(Steady::time_point begin) {
  return std::chrono::duration<double>(Steady::now() - begin).count();
}

double middle(std::vector<double> times) {
  std::ranges::sort(times);
  return times[times.size() / 2];
}

std::size_t rows_of(const Reply& reply) {
  if (reply.status != 200) give_up(fmt::format("a list was answered with {}: {}", reply.status, reply.body));
  std::size_t rows = 0;
  for (std::size_t at = reply.body.find("{\"cells\""); at != std::string::npos;
       at = reply.body.find("{\"cells\"", at + 1))
    ++rows;
  return rows;
}

std::string list_version(const Reply& reply) {
  constexpr std::string_view kName = R"("metadata":{"resourceVersion":")";
  const std::size_t at = reply.body.find(kName);
  if (at == std::string::npos) give_up("a list without a version: " + reply.body);
  const std::size_t begin = at + kName.size();
  return reply.body.substr(begin, reply.body.find('"', begin) - begin);
}

void time_lists(const ServerProcess& server, std::size_t clusters, int rounds, AnswerTimes& times) {
  Connection connection(server.port(), server.pki());
  std::vector<double> whole;
  std::vector<double> page;
  times.first_table = connection.request("GET", kConfigs, kTable).seconds;
  const double used = server.processor_seconds();
  for (int round = 0; round < rounds; ++round) {
    const Reply reply = connection.request("GET", kConfigs, kTable);
    if (const std::size_t rows = rows_of(reply); rows != clusters) give_up(fmt::format("{} rows came", rows));
    whole.push_back(reply.seconds);
    times.table_bytes = reply.body.size();
  }
  times.table_processor = (server.processor_seconds() - used) / rounds;
  for (int round = 0; round < rounds; ++round) {
    const Reply reply = connection.request("GET", std::string(kConfigs) + "?limit=500", kTable);
    if (const std::size_t rows = rows_of(reply); rows != std::min<std::size_t>(clusters, 500))
      give_up(fmt::format("{} rows came", rows));
    page.push_back(reply.seconds);
  }
  times.whole_table = middle(whole);
  times.first_page = middle(page);
}

// `more`: further words of the command.
double kubectl_seconds(const ServerProcess& server, const AnswerOptions& options,
                       const std::vector<std::string>& more) {
  std::vector<std::string> words{options.kubectl,
                                 "--kubeconfig",
                                 server.kubeconfig(),
                                 "--cache-dir",
                                 server.kubeconfig() + ".cache",
                                 "get",
                                 "etcdbackupconfigs",
                                 "-A"};
  words.insert(words.end(), more.begin(), more.end());
  std::vector<double> took;
  for (int round = 0; round < std::min(options.rounds, 5) + 1; ++round) {
    const auto begin = Steady::now();
    const auto result = test::run_program(words);
    if (result.exit_code != 0) give_up("kubectl: " + result.err);
    if (round != 0) took.push_back(since(begin));  // the first one fills its cache of kinds
  }
  return middle(took);
}

void time_kubectl(const ServerProcess& server, const AnswerOptions& options, AnswerTimes& times) {
  if (options.kubectl.empty()) return;
  times.kubectl = kubectl_seconds(server, options, {});
  times.kubectl_at_once = kubectl_seconds(server, options, {"--chunk-size=0"});
}

// All watch all configs, as `kubectl get -w` does; the config of one cluster is changed.
void time_watchers(const ServerProcess& server, const AnswerOptions& options, AnswerTimes& times) {
  Connection writer(server.port(), server.pki());
  const std::string now = list_version(writer.request("GET", std::string(kConfigs) + "?limit=1", kTable));
  std::vector<std::unique_ptr<Connection>> watchers;
  for (std::size_t i = 0; i < options.watchers; ++i) {
    watchers.push_back(std::make_unique<Connection>(server.port(), server.pki()));
    watchers.back()->open_watch(std::string(kConfigs) + "?watch=true&resourceVersion=" + now, kTable);
  }
  const std::string path =
      fmt::format("/apis/kubermatic.k8c.io/v1/namespaces/cluster-{}/etcdbackupconfigs/regular/status", cluster_name(0));
  std::vector<double> took;
  for (int round = 0; round < options.rounds; ++round) {
    const std::string message = fmt::format("told in round {}", round);
    const auto begin = Steady::now();
    const Reply reply =
        writer.request("PATCH", path, "application/json",
                       fmt::format(R"({{"status":{{"lastMessage":"{}"}}}})", message), "application/merge-patch+json");
    if (reply.status != 200) give_up("a status was not written: " + reply.body);
    for (const auto& each : watchers)
      each->read_event(message);
    took.push_back(since(begin));
  }
  times.all_watchers = middle(took);
  times.worst_watchers = *std::ranges::max_element(took);
}

}  // namespace

AnswerTimes time_answers(const ServerProcess& server, std::size_t clusters, const AnswerOptions& options) {
  AnswerTimes times;
  time_lists(server, clusters, options.rounds, times);
  time_kubectl(server, options, times);
  time_watchers(server, options, times);
  return times;
}

}  // namespace holdfast::bench
