// Progress on a terminal as a bar, elsewhere as JSON lines or not at all.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <ostream>
#include <string>

#include "cli/progress_rate.h"
#include "os/clock.h"
#include "pipeline/progress.h"

namespace holdfast::cli {

enum class ProgressStyle { automatic, bar, json, none };

// Progress, and lines between: what is said must not tear the bar.
class ProgressDisplay : public pipeline::Progress {
 public:
  // A line that stays, on standard error. Safe for any thread.
  virtual void print_line(const std::string& line) = 0;
};

// Draws "save  [======>      ]  42%  1.2 GB of 2.8 GB  210 MB/s  8s left" over and over on one line, at most ten times
// a second, and at once when a phase is new. As long as no byte has moved of nobody knows how many, it is the phase
// alone. The destructor clears the line. Safe for any thread.
class ProgressBar final : public ProgressDisplay {
 public:
  ProgressBar(std::ostream& err, os::Clock& clock, int width);
  ~ProgressBar() override;
  void update(const pipeline::ProgressUpdate& update) override;
  void print_line(const std::string& line) override;

 private:
  std::string line(const pipeline::ProgressUpdate& update, const ProgressRate& rate) const;

  std::ostream& err_;
  os::Clock& clock_;
  const std::size_t width_;

  std::mutex mutex_;                           // protects what follows
  std::map<std::string, ProgressRate> rates_;  // per phase: two may run at the same time
  std::optional<os::SteadyTime> drawn_;
};

// {"progress":{"phase":"save","done":1,"total":2,"bytesPerSecond":3,"remainingSeconds":4}}, at most once a second for
// each phase and once more at the end. Safe for any thread.
class ProgressLines final : public ProgressDisplay {
 public:
  ProgressLines(std::ostream& err, os::Clock& clock);
  ~ProgressLines() override;
  void update(const pipeline::ProgressUpdate& update) override;
  void print_line(const std::string& line) override;

 private:
  struct Phase {
    ProgressRate rate;
    pipeline::ProgressUpdate last;
    std::optional<os::SteadyTime> printed;
    bool news = false;  // `last` was not printed yet
  };
  void print(Phase& phase);

  std::ostream& err_;
  os::Clock& clock_;

  std::mutex mutex_;                     // protects what follows
  std::map<std::string, Phase> phases_;  // two may run at the same time
};

// automatic: a bar when `err_is_terminal`, silence otherwise.
std::unique_ptr<ProgressDisplay> make_progress(ProgressStyle style, std::ostream& err, bool err_is_terminal, int width,
                                               os::Clock& clock);

}  // namespace holdfast::cli
