#include "cli/command.h"

namespace holdfast::cli {
namespace {

void walk(std::vector<std::string>& words, const Command& command, const CommandVisitor& visit) {
  words.push_back(command.name);
  visit(words, command);
  for (const Command& child : command.commands)
    walk(words, child, visit);
  words.pop_back();
}

}  // namespace

const Command* find_command(const Command& root, const std::vector<std::string>& words) {
  const Command* at = &root;
  for (const std::string& word : words) {
    const Command* next = nullptr;
    for (const Command& child : at->commands) {
      if (child.name == word) next = &child;
    }
    if (next == nullptr) return nullptr;
    at = next;
  }
  return at;
}

void for_each_command(const Command& root, const CommandVisitor& visit) {
  std::vector<std::string> words;
  walk(words, root, visit);
}

}  // namespace holdfast::cli
