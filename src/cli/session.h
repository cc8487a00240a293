// What a running command works with: the world, the options every command takes, and how it speaks to people.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "base/log.h"
#include "cli/command.h"
#include "cli/output.h"
#include "cli/progress_display.h"
#include "cli/world.h"
#include "model/json.h"

namespace holdfast::cli {

// The options of the root.
struct General {
  OutputFormat output = OutputFormat::table;
  bool output_given = false;  // somebody has set it
  std::string json_path;      // of OutputFormat::jsonpath; can be parsed
  ProgressStyle progress = ProgressStyle::automatic;
  bool quiet = false;
  std::optional<log::Level> log_level;  // absent: as the command has it
  bool log_json = false;
  std::string config;  // read before the other settings, see load_config()
};
OptionGroup general_options(General& general);

class Session {
 public:
  Session(World& world, const General& general, const Command& root) : world_(world), general_(general), root_(root) {}

  World& world() { return world_; }
  const Command& root() const { return root_; }  // of the tree of commands
  OutputFormat output() const { return general_.output; }
  bool quiet() const { return general_.quiet && !general_.output_given; }  // a good result is not to be printed
  // What --output jsonpath=… makes of a document, with a newline at its end when it has none.
  std::string by_json_path(const json::Value& document) const;

  // The result of the command, on standard output. With --quiet only when it is a bad one (an exit `code` other than 0)
  // or somebody has set --output.
  void print(const json::Value& document, const std::function<void(std::ostream&)>& print_table, int code = 0);
  // Something a person should know although it went well, on standard error, also with --quiet.
  void warn(const std::string& sentence);
  // As --progress and --quiet say.
  std::unique_ptr<ProgressDisplay> progress();
  // How it goes with what is being waited for, on standard error, between the progress; not with --quiet.
  void note(ProgressDisplay& display, const std::string& sentence);

 private:
  World& world_;
  const General& general_;
  const Command& root_;
};

}  // namespace holdfast::cli
