// One row of the comparison: what people do today beside what Holdfast does, in turn, several rounds.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "side_by_side/measure.h"

namespace holdfast::bench {

// A way to get the job done: commands run one after the other, and what is removed before each round.
struct Way {
  std::string label;
  std::vector<Command> commands;
  std::vector<std::string> remove_before;  // files and directories
  std::vector<Command> prepare;            // not measured: deleting an object, say
};

struct Target {
  double wall_ratio = 0;                     // ours / theirs, at most
  std::optional<std::uint64_t> peak_memory;  // bytes, of ours
};

struct Job {
  std::string name;
  Way theirs;
  Way ours;
  Target target;
};

struct Figures {
  std::vector<Cost> rounds;
  Cost median() const;
};

struct Outcome {
  std::string name;
  std::string theirs_label;
  std::string ours_label;
  Figures theirs;
  Figures ours;
  Target target;
  double wall_ratio() const;  // median of the rounds' ratios: both ran under the same load
};

// Runs both ways in turn, `rounds` times after one round that is not counted.
Result<Outcome> run_job(const Job& job, int rounds, const std::string& work_directory);

// The table for people and the document for tools.
std::string to_table(const std::vector<Outcome>& outcomes);
std::string to_json(const std::vector<Outcome>& outcomes);

}  // namespace holdfast::bench
