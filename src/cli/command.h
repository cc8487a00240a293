// What a command is: its place in the tree, its options, its examples and what it does.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/log.h"
#include "base/result.h"
#include "cli/option.h"

namespace holdfast::cli {

class Session;

struct Positional {
  std::string name = {};  // "PLACE"
  std::string help = {};
  bool repeatable = false;  // one or more; only the last positional may be
  bool optional = false;
  std::vector<std::string> choices = {};
  Completes completes = Completes::nothing;
  std::string kind = {};  // of Completes::resource: names of this kind (or those of option.h);
                          // empty: a kind first, then its names
};

struct Example {
  std::string explanation;  // "a plain file, as etcdctl writes it"
  std::string line;         // "holdfast snapshot save backup.db"
};

struct Command {
  std::string name = {};
  std::string summary = {};      // one line, lower case, no full stop
  std::string description = {};  // paragraphs for --help and the man page, separated by "\n\n"
  std::vector<Positional> positionals = {};
  std::vector<OptionGroup> groups = {};  // for the root: the options every command takes
  std::vector<Example> examples = {};
  std::vector<Command> commands = {};  // not empty: this is only a word before other commands
  bool hidden = false;
  log::Level log_level = log::Level::warning;  // of its events unless --log-level says otherwise

  // Does the work and prints the result. Returns the exit code of a success, or of a bad result that was printed
  // (verification failed). Called after the setters of all options.
  std::function<Result<int>(Session& session, const std::vector<std::string>& arguments)> run = {};

  // Flags live here, so that setters can point at them.
  std::shared_ptr<void> storage = {};
};

// "holdfast snapshot save" for the command words below the root; nullptr when there is no such command.
const Command* find_command(const Command& root, const std::vector<std::string>& words);

// Calls `visit` for the root and every command below it, with the words that lead to it (the root's name first).
using CommandVisitor = std::function<void(const std::vector<std::string>& words, const Command& command)>;
void for_each_command(const Command& root, const CommandVisitor& visit);

}  // namespace holdfast::cli
