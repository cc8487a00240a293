#include "cli/help.h"

#include <fmt/format.h>

#include "commands.h"

namespace holdfast::app {

cli::Command make_help() {
  return {.name = "help",
          .summary = "shows what a command does",
          .positionals = {{.name = "COMMAND", .help = "words of the command", .repeatable = true, .optional = true}},
          .examples = {{.explanation = "the flags of one command", .line = "holdfast help snapshot save"}},
          .run = [](cli::Session& session, const std::vector<std::string>& words) -> Result<int> {
            const cli::Command* command = cli::find_command(session.root(), words);
            if (command == nullptr) {
              return with_hint(fail(Code::usage, "there is no command \"{}\"", fmt::join(words, " ")),
                               "\"holdfast help\" lists them");
            }
            session.world().out << cli::help_text(session.root(), words, *command, session.world().width);
            return 0;
          }};
}

}  // namespace holdfast::app
