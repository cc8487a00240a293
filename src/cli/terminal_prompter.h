// Asks the person at the controlling terminal, whatever standard input and output are connected to.
#pragma once

#include <stop_token>
#include <string>

#include "cli/world.h"

namespace holdfast::cli {

class TerminalPrompter final : public Prompter {
 public:
  // Gives up waiting for an answer when `stop` is requested (Code::cancelled).
  explicit TerminalPrompter(std::stop_token stop);
  ~TerminalPrompter() override;
  TerminalPrompter(const TerminalPrompter&) = delete;
  TerminalPrompter& operator=(const TerminalPrompter&) = delete;

  bool possible() override;
  Result<Secret> ask_secret(const std::string& question) override;
  Result<std::string> ask(const std::string& question) override;

 private:
  Result<std::string> read_line(const std::string& question);

  std::stop_token stop_;
  int terminal_ = -1;
};

}  // namespace holdfast::cli
