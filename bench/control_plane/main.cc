// control-plane-bench: what the server costs while it looks after many clusters. Makes the state of a server on disk,
// starts the real binary on it, asks it as clients do, and drives backups through it. Started by scripts/bench.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sys/resource.h>

#include "control_plane/answers.h"
#include "control_plane/driving.h"
#include "control_plane/must.h"
#include "control_plane/server_process.h"
#include "control_plane/state.h"

#include "model/json.h"
#include "os/file_system.h"
#include "support/temp_dir.h"

namespace holdfast::bench {
namespace {

struct Arguments {
  std::string holdfast;
  std::string work;
  std::string kubectl;
  std::string json_file;
  std::vector<std::size_t> clusters{100, 1000, 10'000};
  std::size_t backups = 20;
  std::size_t watchers = 1000;
  std::size_t per_second = 10;
  bool is_short = false;
  double idle_seconds = 60;
  double drive_seconds = 180;  // 0: no backups
  int rounds = 11;
};

// What was measured with so many clusters.
struct Figures {
  std::size_t clusters = 0;
  double start = 0;          // seconds
  double look = 0;           // seconds of processor time until everything was looked at after the start
  double idle = 0;           // of a core
  double resident = 0;       // MiB, while idle
  double most_resident = 0;  // MiB, up to then
  double disk = 0;           // MiB
  AnswerTimes answers;
};

int usage() {
  fmt::print(stderr,
             "usage: control-plane-bench --holdfast PROGRAM [--work DIRECTORY] [--kubectl PROGRAM] [--json FILE]\n"
             "                           [--clusters N,N,...] [--backups N] [--watchers N] [--per-second N]\n"
             "                           [--idle SECONDS] [--drive SECONDS] [--rounds N] [--short yes]\n");
  return 2;
}

std::vector<std::size_t> numbers(const std::string& text) {
  std::vector<std::size_t> all;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    all.push_back(std::stoul(text.substr(at, comma - at)));
    at = comma + 1;
  }
  return all;
}

// Whether everything runs, in a few seconds; the figures are worth nothing.
void make_short(Arguments& arguments) {
  arguments.clusters = {20, 200};
  arguments.backups = 2;
  arguments.watchers = 20;
  arguments.per_second = 5;
  arguments.idle_seconds = 1;
  arguments.drive_seconds = 5;
  arguments.is_short = true;
  arguments.rounds = 2;
}

bool parse(int argc, char** argv, Arguments& arguments) {
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string flag = argv[i];
    const std::string value = argv[i + 1];
    if (flag == "--holdfast")
      arguments.holdfast = value;
    else if (flag == "--work")
      arguments.work = value;
    else if (flag == "--kubectl")
      arguments.kubectl = value;
    else if (flag == "--json")
      arguments.json_file = value;
    else if (flag == "--clusters")
      arguments.clusters = numbers(value);
    else if (flag == "--backups")
      arguments.backups = std::stoul(value);
    else if (flag == "--watchers")
      arguments.watchers = std::stoul(value);
    else if (flag == "--per-second")
      arguments.per_second = std::stoul(value);
    else if (flag == "--idle")
      arguments.idle_seconds = std::stod(value);
    else if (flag == "--drive")
      arguments.drive_seconds = std::stod(value);
    else if (flag == "--rounds")
      arguments.rounds = std::stoi(value);
    else if (flag == "--short")
      make_short(arguments);
    else
      return false;
  }
  return argc % 2 == 1 && !arguments.holdfast.empty() && !arguments.clusters.empty();
}

std::string data_directory(const Arguments& arguments, std::size_t clusters) {
  return fmt::format("{}/control-plane-{}", arguments.work, clusters);
}

double mebibytes(std::uint64_t bytes) {
  return static_cast<double>(bytes) / (1024.0 * 1024.0);
}

Figures measure(const Arguments& arguments, std::size_t clusters) {
  Figures figures{.clusters = clusters};
  const std::string data = data_directory(arguments, clusters);
  fmt::print(stderr, "{} clusters: making the state\n", clusters);
  make_state({.data_directory = data,
              .objects_directory = data + "-objects",
              .clusters = clusters,
              .backups = arguments.backups});
  {
    const ServerProcess server(arguments.holdfast, data);
    fmt::print(stderr, "{} clusters: {:.1f} s of processor time for the first look\n", clusters, server.settle());
  }
  const ServerProcess server(arguments.holdfast, data);
  figures.start = server.start_seconds();
  figures.look = server.settle();
  figures.most_resident = mebibytes(server.most_resident());
  const double used = server.processor_seconds();
  std::this_thread::sleep_for(std::chrono::duration<double>(arguments.idle_seconds));
  figures.idle = (server.processor_seconds() - used) / arguments.idle_seconds;
  figures.resident = mebibytes(server.resident());
  figures.disk = mebibytes(must(os::real_file_system().stat(data + "/holdfast.db"))->size);
  figures.answers = time_answers(
      server, clusters, {.watchers = arguments.watchers, .rounds = arguments.rounds, .kubectl = arguments.kubectl});
  return figures;
}

void print_figures(const std::vector<Figures>& all) {
  fmt::print(
      "| clusters | start | RSS idle (most) | idle, of a core | first look, each | on disk | table of all: first, "
      "again, processor, each | first 500 | kubectl, in one piece | update to watchers (worst) "
      "|\n|---|---|---|---|---|---|---|---|---|---|\n");
  for (const Figures& each : all) {
    const auto count = static_cast<double>(each.clusters);
    const AnswerTimes& answers = each.answers;
    fmt::print(
        "| {} | {:.2f} s | {:.0f} MiB ({:.0f}) | {:.2f} % | {:.2f} ms | {:.0f} MiB | {:.0f} ms, {:.0f} ms, {:.0f} ms, "
        "{:.0f} µs | "
        "{:.1f} ms | {:.2f} s, {:.2f} s | {:.0f} ms ({:.0f}) |\n",
        each.clusters, each.start, each.resident, each.most_resident, 100 * each.idle, 1e3 * each.look / count,
        each.disk, 1e3 * answers.first_table, 1e3 * answers.whole_table, 1e3 * answers.table_processor,
        1e6 * answers.table_processor / count, 1e3 * answers.first_page, answers.kubectl, answers.kubectl_at_once,
        1e3 * answers.all_watchers, 1e3 * answers.worst_watchers);
  }
}

struct Load {
  std::string name;
  std::uint64_t snapshot_bytes;
  double transfer_seconds;
};

void print_driving(const std::string& name, std::size_t clusters, const DrivingFigures& figures, double seconds) {
  fmt::print(
      "| {} | {} | {:.1f} | {} / {} / {} | {:.2f} s | {:.2f} s | {:.2f} s | {} → {} | {:.1f} ms | {:.0f} MiB |\n",
      clusters, name, static_cast<double>(figures.completed) / seconds, figures.begun, figures.failed, figures.skipped,
      figures.middle_delay, figures.late_delay, figures.worst_delay, figures.most_waiting, figures.most_waiting_late,
      1e3 * figures.processor_each, mebibytes(figures.resident));
}

json::Value to_json(const Figures& each) {
  return json::Object{{"clusters", each.clusters},
                      {"startSeconds", each.start},
                      {"lookProcessorSeconds", each.look},
                      {"idleCores", each.idle},
                      {"residentMiB", each.resident},
                      {"mostResidentMiB", each.most_resident},
                      {"diskMiB", each.disk},
                      {"firstTableSeconds", each.answers.first_table},
                      {"tableSeconds", each.answers.whole_table},
                      {"tableProcessorSeconds", each.answers.table_processor},
                      {"tableBytes", each.answers.table_bytes},
                      {"firstPageSeconds", each.answers.first_page},
                      {"kubectlSeconds", each.answers.kubectl},
                      {"kubectlAtOnceSeconds", each.answers.kubectl_at_once},
                      {"watchersSeconds", each.answers.all_watchers},
                      {"watchersWorstSeconds", each.answers.worst_watchers}};
}

void drive(const Arguments& arguments) {
  if (arguments.drive_seconds <= 0) return;
  fmt::print(
      "\n| clusters besides | snapshots | done each second | begun / failed / skipped | begins after its slot: middle "
      "| "
      "99 % | worst | waiting, first half → second | processor each | RSS "
      "|\n|---|---|---|---|---|---|---|---|---|---|\n");
  const std::size_t clusters = arguments.clusters.back();
  const std::string data = data_directory(arguments, clusters);
  std::size_t first = 50'000;
  for (const Load& load : {Load{"64 KiB, half a second each", 65'536, 0.5}, Load{"50 MB", 50'000'000, 0}}) {
    DrivingOptions options{.data_directory = data,
                           .first = first,
                           .per_second = arguments.per_second,
                           .snapshot_bytes = load.snapshot_bytes,
                           .transfer_seconds = load.transfer_seconds,
                           .seconds = arguments.drive_seconds};
    if (arguments.is_short) {
      options.ramp_seconds = 2;
      options.warm_seconds = 0;
      options.schedule.clear();
    }
    const DrivingFigures figures = drive_backups(options);
    if (figures.begun == 0 || figures.failed != 0)
      give_up(fmt::format("{} backups began, {} failed", figures.begun, figures.failed));
    print_driving(load.name, clusters, figures, arguments.drive_seconds);
    std::fflush(stdout);
    first += options.ramp_seconds * arguments.per_second;
  }
}

void run(const Arguments& arguments) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  std::vector<Figures> all;
  json::Array document;
  for (const std::size_t clusters : arguments.clusters) {
    all.push_back(measure(arguments, clusters));
    document.push_back(to_json(all.back()));
  }
  print_figures(all);
  std::fflush(stdout);
  drive(arguments);
  if (arguments.json_file.empty()) return;
  must(os::write_file_atomically(os::real_file_system(), arguments.json_file,
                                 as_bytes(json::to_pretty_string(document)), 0644));
}

}  // namespace
}  // namespace holdfast::bench

int main(int argc, char** argv) {
  holdfast::bench::Arguments arguments;
  if (!holdfast::bench::parse(argc, argv, arguments)) return holdfast::bench::usage();
  std::optional<holdfast::test::TempDir> directory;
  if (arguments.work.empty()) arguments.work = directory.emplace().path();
  holdfast::bench::run(arguments);
  return 0;
}
