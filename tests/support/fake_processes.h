// Programs that are only said to run: answers by the program's name, and a record of what was asked for.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "os/process.h"

namespace holdfast::test {

class FakeProcesses final : public os::Processes {
 public:
  using Play = std::function<Result<os::ProgramOutcome>(const os::Program&)>;

  // Its output goes to on_output where the program has one.
  void answer(const std::string& program, Result<os::ProgramOutcome> outcome) {
    play(program, [outcome = std::move(outcome)](const os::Program&) { return outcome; });
  }
  void play(const std::string& program, Play play) {
    const std::lock_guard guard(mutex_);
    plays_.insert_or_assign(program, std::move(play));
  }
  std::vector<std::vector<std::string>> calls() const {
    std::vector<std::vector<std::string>> calls;
    for (const os::Program& each : programs())
      calls.push_back(each.words);
    return calls;
  }
  std::vector<os::Program> programs() const {
    const std::lock_guard guard(mutex_);
    return programs_;
  }

  Result<os::ProgramOutcome> run(const os::Program& program, const std::stop_token&) override {
    const std::lock_guard guard(mutex_);
    programs_.push_back(program);
    programs_.back().on_output = {};
    const auto found = plays_.find(program.words.front());
    if (found == plays_.end()) return fail(Code::not_found, "cannot run {}", program.words.front());
    auto outcome = found->second(program);
    if (outcome && program.on_output) {
      program.on_output(outcome->output.reveal());
      outcome->output = Secret();
    }
    return outcome;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Play> plays_;
  std::vector<os::Program> programs_;
};

}  // namespace holdfast::test
