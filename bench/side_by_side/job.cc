#include "side_by_side/job.h"

#include <cstdio>

#include "model/json.h"
#include "os/file_system.h"

namespace holdfast::bench {
namespace {

Result<Cost> run_way(const Way& way, const std::string& work_directory) {
  auto& files = os::real_file_system();
  const std::string output = os::join_path(work_directory, "output.txt");
  for (const std::string& path : way.remove_before)
    HF_TRY(os::remove_tree(files, path));
  for (const Command& command : way.prepare)
    HF_TRY(measure(command, output));
  Cost total;
  for (const Command& command : way.commands) {
    auto cost = measure(command, output);
    if (!cost) return in_context(std::move(cost).error(), "{}", way.label);
    total += *cost;
  }
  return total;
}

double median_of(const std::vector<Cost>& rounds, double (*value)(const Cost&)) {
  std::vector<double> values;
  for (const Cost& cost : rounds)
    values.push_back(value(cost));
  return median(std::move(values));
}

json::Object figures_to_json(const std::string& label, const Figures& figures) {
  json::Array rounds;
  for (const Cost& cost : figures.rounds) {
    rounds.push_back(
        json::Object{{"wallSeconds", cost.wall}, {"cpuSeconds", cost.cpu}, {"peakMemory", cost.peak_memory}});
  }
  return {{"label", label}, {"rounds", std::move(rounds)}};
}

double mebibytes(std::uint64_t bytes) {
  return static_cast<double>(bytes) / static_cast<double>(kMiB);
}

}  // namespace

Cost Figures::median() const {
  return {.wall = median_of(rounds, [](const Cost& cost) { return cost.wall; }),
          .cpu = median_of(rounds, [](const Cost& cost) { return cost.cpu; }),
          .peak_memory = static_cast<std::uint64_t>(
              median_of(rounds, [](const Cost& cost) { return static_cast<double>(cost.peak_memory); }))};
}

double Outcome::wall_ratio() const {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < ours.rounds.size(); ++i)
    ratios.push_back(ours.rounds[i].wall / theirs.rounds[i].wall);
  return median(std::move(ratios));
}

Result<Outcome> run_job(const Job& job, int rounds, const std::string& work_directory) {
  Outcome outcome{.name = job.name,
                  .theirs_label = job.theirs.label,
                  .ours_label = job.ours.label,
                  .theirs = {},
                  .ours = {},
                  .target = job.target};
  for (int round = 0; round <= rounds; ++round) {
    HF_ASSIGN(const Cost theirs, run_way(job.theirs, work_directory));
    HF_ASSIGN(const Cost ours, run_way(job.ours, work_directory));
    fmt::print(stderr, "  {:<28} round {}: theirs {:.2f} s, ours {:.2f} s{}\n", job.name, round, theirs.wall, ours.wall,
               round == 0 ? " (warm-up)" : "");
    if (round == 0) continue;
    outcome.theirs.rounds.push_back(theirs);
    outcome.ours.rounds.push_back(ours);
  }
  return outcome;
}

std::string to_table(const std::vector<Outcome>& outcomes) {
  std::string text =
      "| job | against | theirs: wall, CPU, peak | ours: wall, CPU, peak | wall ratio | reach "
      "|\n|---|---|---|---|---|---|\n";
  for (const Outcome& outcome : outcomes) {
    const Cost theirs = outcome.theirs.median();
    const Cost ours = outcome.ours.median();
    std::string reach = fmt::format("≤ {:.2f}", outcome.target.wall_ratio);
    if (outcome.target.peak_memory) reach += fmt::format(", ≤ {:.0f} MiB", mebibytes(*outcome.target.peak_memory));
    text +=
        fmt::format("| {} | {} | {:.2f} s, {:.2f} s, {:.0f} MiB | {:.2f} s, {:.2f} s, {:.0f} MiB | **{:.2f}** | {} |\n",
                    outcome.name, outcome.theirs_label, theirs.wall, theirs.cpu, mebibytes(theirs.peak_memory),
                    ours.wall, ours.cpu, mebibytes(ours.peak_memory), outcome.wall_ratio(), reach);
  }
  return text;
}

std::string to_json(const std::vector<Outcome>& outcomes) {
  json::Array list;
  for (const Outcome& outcome : outcomes) {
    list.push_back(json::Object{{"job", outcome.name},
                                {"wallRatio", outcome.wall_ratio()},
                                {"wallRatioTarget", outcome.target.wall_ratio},
                                {"theirs", figures_to_json(outcome.theirs_label, outcome.theirs)},
                                {"ours", figures_to_json(outcome.ours_label, outcome.ours)}});
  }
  return json::to_pretty_string(json::Object{{"jobs", std::move(list)}});
}

}  // namespace holdfast::bench
