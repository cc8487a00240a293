// http-server-bench: what the HTTP server does per second, how long a client waits, how long an event takes to a
// thousand watches, and what an idle watch costs. Prints a table in Markdown.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>
#include <vector>

#include <fmt/core.h>
#include <sys/resource.h>
#include <unistd.h>

#include "http_server/client.h"
#include "http_server/serve.h"

#include "support/child_process.h"

namespace holdfast::bench {
namespace {

using Steady = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

constexpr auto kLoadTime = std::chrono::seconds(4);
constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n";
constexpr std::string_view kWatch = "GET /watch HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr std::string_view kEvent = "POST /event HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
constexpr std::size_t kFraming = 7;  // "400\r\n" before an event of 1024 bytes, "\r\n" behind it

class ServerProcess {
 public:
  explicit ServerProcess(bool tls) {
    int ends[2];
    if (::pipe(ends) != 0) std::exit(1);
    auto child = test::ChildProcess::start(
        {.arguments = {"/proc/self/exe", tls ? "serve-tls" : "serve"}, .extra_environment = {}, .stdout_fd = ends[1]});
    ::close(ends[1]);
    if (!child) std::exit(1);
    child_ = std::move(*child);
    char text[16] = {};
    if (::read(ends[0], text, sizeof text - 1) <= 0) std::exit(1);
    ::close(ends[0]);
    port_ = static_cast<std::uint16_t>(std::atoi(text));
  }

  std::uint16_t port() const { return port_; }

  std::size_t resident() const {
    std::ifstream file(fmt::format("/proc/{}/statm", child_.pid()));
    std::size_t total = 0;
    std::size_t resident = 0;
    file >> total >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  }

  double processor_seconds() const {
    std::ifstream file(fmt::format("/proc/{}/stat", child_.pid()));
    std::string word;
    double user = 0;
    double system = 0;
    for (int i = 1; i < 14; ++i)
      file >> word;
    file >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
  }

 private:
  test::ChildProcess child_;
  std::uint16_t port_ = 0;
};

void measure_requests(bool tls, int connections) {
  const ServerProcess server(tls);
  std::vector<std::vector<double>> waits(static_cast<std::size_t>(connections));
  const double processor = server.processor_seconds();
  const auto begin = Steady::now();
  {
    std::vector<std::jthread> threads;
    for (auto& own : waits)
      threads.emplace_back([&] {
        Client client(server.port(), tls);
        client.send(kGet);
        const std::size_t answer = client.receive_head().size() + kBodySize;
        client.receive(kBodySize);
        while (Steady::now() - begin < kLoadTime) {
          const auto sent = Steady::now();
          client.send(kGet);
          client.receive(answer);
          own.push_back(Seconds(Steady::now() - sent).count());
        }
      });
  }
  const double took = Seconds(Steady::now() - begin).count();
  std::vector<double> all;
  for (const auto& own : waits)
    all.insert(all.end(), own.begin(), own.end());
  std::ranges::sort(all);
  const auto at = [&](double part) {
    return 1e3 * all[static_cast<std::size_t>(part * static_cast<double>(all.size() - 1))];
  };
  const double cost = (server.processor_seconds() - processor) / static_cast<double>(all.size());
  fmt::print("| {} | {} | {:.0f} | {:.2f} ms | {:.2f} ms | {:.0f} µs |\n", tls ? "TLS 1.3" : "plain", connections,
             static_cast<double>(all.size()) / took, at(0.5), at(0.99), 1e6 * cost);
}

using Clients = std::vector<std::unique_ptr<Client>>;

Clients open_watches(const ServerProcess& server, bool tls, std::size_t count) {
  Clients clients;
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(std::make_unique<Client>(server.port(), tls));
    clients.back()->send(kWatch);
    clients.back()->receive_head();
  }
  return clients;
}

// From the request that causes the event to its last byte at the last client.
void measure_fan_out(bool tls, std::size_t count) {
  const ServerProcess server(tls);
  const Clients clients = open_watches(server, tls, count);
  Client cause(server.port(), tls);
  std::vector<double> times;
  for (int round = 0; round < 21; ++round) {
    const auto begin = Steady::now();
    cause.send(kEvent);
    for (const auto& client : clients)
      client->receive(kEventSize + kFraming);
    times.push_back(1e3 * Seconds(Steady::now() - begin).count());
    cause.receive_head();
  }
  std::ranges::sort(times);
  fmt::print("| {} | {} | {:.1f} ms | {:.1f} ms |\n", tls ? "TLS 1.3" : "plain", count, times[times.size() / 2],
             times.back());
}

void measure_idle(bool tls, std::size_t count) {
  const ServerProcess server(tls);
  {
    const Client first(server.port(), tls);
  }  // what is made once is made
  const std::size_t before = server.resident();
  const Clients clients = open_watches(server, tls, count);
  const std::size_t after = server.resident();
  const double processor = server.processor_seconds();
  std::this_thread::sleep_for(kLoadTime);
  const double busy = (server.processor_seconds() - processor) / Seconds(kLoadTime).count();
  fmt::print("| {} | {} | {:.1f} MB | {:.1f} KB | {:.1f} % |\n", tls ? "TLS 1.3" : "plain", count,
             static_cast<double>(after - before) / 1e6,
             static_cast<double>(after - before) / 1e3 / static_cast<double>(count), 100 * busy);
}

int run() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  const std::size_t many = std::min<std::size_t>(10'000, limit.rlim_max - 100);

  fmt::print(
      "| | connections | requests/s | median | 99 % | server's processor time each |\n|---|---|---|---|---|---|\n");
  for (const bool tls : {false, true}) {
    for (const int connections : {1, 16, 64})
      measure_requests(tls, connections);
  }
  fmt::print("\n| | streams | median | worst of 21 |\n|---|---|---|---|\n");
  for (const bool tls : {false, true})
    measure_fan_out(tls, 1'000);
  fmt::print("\n| | idle streams | memory | each | processor |\n|---|---|---|---|---|\n");
  for (const bool tls : {false, true})
    measure_idle(tls, many);
  return 0;
}

}  // namespace
}  // namespace holdfast::bench

int main(int count, char** arguments) {
  const std::string_view mode = count > 1 ? arguments[1] : "";
  if (mode == "serve" || mode == "serve-tls") return holdfast::bench::serve(mode == "serve-tls");
  return holdfast::bench::run();
}
