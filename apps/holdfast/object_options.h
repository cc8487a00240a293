// Options that several commands about objects have.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/units.h"
#include "cli/option.h"
#include "cli/setters.h"

namespace holdfast::app {

inline cli::Option filename_option(std::vector<std::string>& target) {
  return {.name = "filename",
          .letters = "f",
          .value_name = "FILE",
          .help = "file or directory with objects, YAML or JSON; - is standard input",
          .completes = cli::Completes::file,
          .repeatable = true,
          .only_flag = true,
          .set = cli::set_list(target)};
}

inline cli::Option dry_run_option(bool& target) {
  return {.name = "dry-run",
          .value_name = "WHERE",
          .help = "let the server check everything and keep nothing",
          .choices = {"server"},
          .only_flag = true,
          .set = [&target](const std::vector<std::string>&) -> Status {
            target = true;
            return {};
          }};
}

inline cli::Option timeout_option(std::optional<Duration>& target, std::string help, std::string default_text) {
  return {.name = "timeout",
          .value_name = "TIME",
          .help = std::move(help),
          .default_text = std::move(default_text),
          .only_flag = true,
          .set = [&target](const std::vector<std::string>& values) -> Status {
            HF_ASSIGN(target, parse_duration(values.back()));
            return {};
          }};
}

inline cli::Option yes_option(bool& target) {
  return {.name = "yes",
          .letters = "y",
          .help = "delete without asking",
          .only_flag = true,
          .set = cli::set_switch(target)};
}

}  // namespace holdfast::app
