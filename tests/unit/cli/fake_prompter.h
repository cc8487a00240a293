// A person at the terminal who gives prepared answers.
#pragma once

#include <deque>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "cli/world.h"

namespace holdfast::test {

struct FakePrompter final : cli::Prompter {
  bool somebody = true;
  std::deque<std::string> secrets;
  std::deque<std::string> answers;
  std::vector<std::string> questions;  // that were asked
  std::function<void()> meanwhile;     // happens while the person thinks; may be empty

  bool possible() override { return somebody; }
  Result<Secret> ask_secret(const std::string& question) override {
    HF_ASSIGN(const std::string text, next(question, secrets));
    return Secret(text);
  }
  Result<std::string> ask(const std::string& question) override { return next(question, answers); }

 private:
  Result<std::string> next(const std::string& question, std::deque<std::string>& from) {
    questions.push_back(question);
    if (meanwhile) std::exchange(meanwhile, nullptr)();
    if (from.empty()) return fail(Code::cancelled, "the input ended");
    std::string text = from.front();
    from.pop_front();
    return text;
  }
};

}  // namespace holdfast::test
