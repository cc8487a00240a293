#include "commands.h"

#include "cli/man_page.h"
#include "cli/setters.h"
#include "model/version.h"

namespace holdfast::app {
namespace {

struct Flags {
  bool markdown = false;
};

}  // namespace

cli::Command make_man() {
  auto flags = std::make_shared<Flags>();
  cli::OptionGroup group{.title = "Format", .options = {}};
  group.options.push_back({.name = "markdown",
                           .help = "the reference of commands and flags as Markdown instead of a man page",
                           .only_flag = true,
                           .set = cli::set_switch(flags->markdown)});
  return {.name = "man",
          .summary = "prints the man page",
          .groups = {std::move(group)},
          .examples = {{.explanation = "read it", .line = "holdfast man | man -l -"}},
          .hidden = true,
          .run = [flags](cli::Session& session, const std::vector<std::string>&) -> Result<int> {
            const cli::Command& root = session.root();
            session.world().out << (flags->markdown ? cli::markdown_reference(root)
                                                    : cli::man_page(root, std::string(kVersion)));
            return 0;
          }};
}

}  // namespace holdfast::app
