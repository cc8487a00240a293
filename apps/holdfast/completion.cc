#include "cli/completion.h"

#include "commands.h"

namespace holdfast::app {

cli::Command make_completion() {
  return {.name = "completion",
          .summary = "prints the completion script of a shell",
          .positionals = {{.name = "SHELL", .help = "bash, zsh or fish", .choices = {"bash", "zsh", "fish"}}},
          .examples = {{.explanation = "for this bash", .line = "source <(holdfast completion bash)"},
                       {.explanation = "for good, in fish",
                        .line = "holdfast completion fish > ~/.config/fish/completions/holdfast.fish"}},
          .run = [](cli::Session& session, const std::vector<std::string>& arguments) -> Result<int> {
            const cli::Command& root = session.root();
            std::ostream& out = session.world().out;
            if (arguments[0] == "bash") {
              out << cli::bash_completion(root);
            } else if (arguments[0] == "zsh") {
              out << cli::zsh_completion(root);
            } else if (arguments[0] == "fish") {
              out << cli::fish_completion(root);
            } else {
              return with_hint(fail(Code::usage, "\"{}\" is not a shell this knows", arguments[0]),
                               "choose one of: bash, zsh, fish");
            }
            return 0;
          }};
}

}  // namespace holdfast::app
