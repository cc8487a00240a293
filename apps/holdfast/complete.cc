#include "commands.h"

#include "cli/resources/complete_words.h"
#include "cli/server_options.h"

namespace holdfast::app {

// For the scripts of "holdfast completion".
cli::Command make_complete() {
  auto flags = std::make_shared<cli::ServerFlags>();
  return {.name = "__complete",
          .summary = "prints what may come next on a command line",
          .positionals = {{.name = "WORD", .help = "the words so far", .repeatable = true, .optional = true}},
          .groups = {cli::connection_options(*flags)},
          .examples = {{.explanation = "names of schedules", .line = "holdfast __complete -- get ecfg"}},
          .hidden = true,
          .run = [flags](cli::Session& session, const std::vector<std::string>& words) -> Result<int> {
            for (const std::string& word : cli::complete_words(words, *flags, session))
              session.world().out << word << '\n';
            return 0;
          },
          .storage = flags};
}

}  // namespace holdfast::app
