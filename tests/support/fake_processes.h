// Programs that are only said to run: answers by the program's name, and a record of what was asked for.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "os/process.h"

namespace holdfast::test {

class FakeProcesses final : public os::Processes {
 public:
  void answer(const std::string& program, Result<os::ProgramOutcome> outcome) {
    const std::lock_guard guard(mutex_);
    answers_.insert_or_assign(program, std::move(outcome));
  }
  std::vector<std::vector<std::string>> calls() const {
    const std::lock_guard guard(mutex_);
    return calls_;
  }

  Result<os::ProgramOutcome> run(const os::Program& program, const std::stop_token&) override {
    const std::lock_guard guard(mutex_);
    calls_.push_back(program.words);
    const auto found = answers_.find(program.words.front());
    if (found == answers_.end()) return fail(Code::not_found, "cannot run {}", program.words.front());
    return found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Result<os::ProgramOutcome>> answers_;
  std::vector<std::vector<std::string>> calls_;
};

}  // namespace holdfast::test
