// A small tree of commands for tests of the layers around them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command.h"
#include "cli/session.h"
#include "cli/setters.h"

namespace holdfast::cli {

struct SampleFlags {
  std::string color = "red";
  std::vector<std::string> tags;
  std::uint64_t rate = 0;
  bool force = false;
  std::string user;
  std::string painter;
  Secret password;
};

struct Sample {
  General general;
  SampleFlags flags;
  std::vector<std::string> arguments;  // of the last run
  Result<int> answer = 0;              // what a run returns
  Command root;

  Sample() {
    OptionGroup paint{.title = "Paint", .options = {}};
    paint.options.push_back({.name = "color",
                             .letters = "c",
                             .aliases = {"colour"},
                             .value_name = "NAME",
                             .help = "what it looks like",
                             .default_text = "red",
                             .environment = {"PAINT_COLOR"},
                             .choices = {"red", "green", "blue"},
                             .set = set_text(flags.color)});
    paint.options.push_back({.name = "tag",
                             .value_name = "TAG",
                             .help = "a word about it",
                             .repeatable = true,
                             .set = set_list(flags.tags)});
    paint.options.push_back({.name = "painter",
                             .value_name = "PAINTER",
                             .help = "who does it",
                             .completes = Completes::resource,
                             .kind = "painters",
                             .set = set_text(flags.painter)});
    paint.options.push_back(
        {.name = "rate", .value_name = "SIZE", .help = "bytes a second", .set = set_bytes(flags.rate)});
    paint.options.push_back(
        {.name = "force", .help = "do it anyway", .only_flag = true, .set = set_switch(flags.force)});
    paint.options.push_back({.name = "user",
                             .value_name = "USER[:PASSWORD]",
                             .help = "who asks",
                             .hides = Hides::after_colon,
                             .set = set_text(flags.user)});
    paint.options.push_back({.name = "password",
                             .value_name = "PASSWORD",
                             .help = "and how to prove it",
                             .not_in_file = true,
                             .hides = Hides::value,
                             .set = set_secret(flags.password)});
    Command wall{
        .name = "wall",
        .summary = "paints a wall",
        .positionals = {{.name = "WALL", .help = "which wall", .repeatable = true}},
        .groups = {paint},
        .examples = {{.explanation = "the north wall, in green", .line = "holdfast paint wall north -c green"}},
        .run = [this](Session&, const std::vector<std::string>& given) -> Result<int> {
          arguments = given;
          return answer;
        }};
    Command floor = wall;
    floor.name = "floor";
    floor.summary = "paints the floor";
    floor.positionals = {};
    root = Command{.name = "holdfast",
                   .summary = "a program for tests",
                   .groups = {general_options(general)},
                   .commands = {{.name = "paint", .summary = "paints something", .commands = {wall, floor}}}};
  }
  Sample(const Sample&) = delete;
  Sample& operator=(const Sample&) = delete;
};

}  // namespace holdfast::cli
