#include "cli/help.h"

#include <algorithm>

#include <fmt/format.h>

#include "cli/text.h"

namespace holdfast::cli {
namespace {

constexpr std::size_t kHelpColumn = 30;

// `left` in its column, `text` wrapped beside it, or below it when `left` is too long.
void add_entry(std::string& out, const std::string& left, const std::string& text, std::size_t width) {
  const std::size_t room = width > kHelpColumn + 20 ? width - kHelpColumn : 20;
  std::string line = left;
  for (const std::string& part : wrap(text, room)) {
    if (columns_of(line) + 2 > kHelpColumn) {
      out += line + "\n";
      line.clear();
    }
    line += std::string(kHelpColumn - columns_of(line), ' ') + part;
    out += line + "\n";
    line.clear();
  }
}

void add_paragraphs(std::string& out, const std::string& text, std::size_t width) {
  for (const std::string& line : wrap(text, width))
    out += line + "\n";
  out += "\n";
}

void add_options(std::string& out, const OptionGroup& group, std::size_t width) {
  out += group.title + ":\n";
  for (const Option& option : group.options) {
    const std::string indent = option.letters.empty() ? "      " : "  ";
    std::string text = option.help;
    const std::string remarks = remarks_of(option);
    if (!remarks.empty()) text += " (" + remarks + ")";
    add_entry(out, indent + usage_of(option), text, width);
  }
  out += "\n";
}

void add_commands(std::string& out, const Command& command, std::size_t width) {
  out += "Commands:\n";
  for (const Command& child : command.commands) {
    if (!child.hidden) add_entry(out, "  " + child.name, child.summary, width);
  }
  out += "\n";
}

void add_examples(std::string& out, const Command& command) {
  if (command.examples.empty()) return;
  out += "Examples:\n";
  for (const Example& example : command.examples) {
    out += "  # " + example.explanation + "\n  " + example.line + "\n\n";
  }
}

// What no setting can set: said once, not beside each.
void add_only_flags(std::string& out, const Command& root, const Command& command, std::size_t width) {
  std::vector<std::string> names;
  for (const Command* each : {&command, &root}) {
    for (const OptionGroup& group : each->groups) {
      for (const Option& option : group.options) {
        if (option.only_flag || option.not_from_settings) names.push_back("--" + option.name);
      }
    }
    if (&command == &root) break;
  }
  if (names.empty()) return;
  add_paragraphs(out,
                 fmt::format("Variables (HOLDFAST_...) and the configuration file can set the flags, but those that "
                             "belong to one run: {}.",
                             fmt::join(names, ", ")),
                 width);
}

}  // namespace

std::string remarks_of(const Option& option) {
  std::vector<std::string> remarks;
  if (!option.choices.empty()) remarks.push_back(fmt::format("{}", fmt::join(option.choices, ", ")));
  if (option.repeatable) remarks.emplace_back("may be repeated");
  if (!option.default_text.empty()) remarks.push_back("default: " + option.default_text);
  return fmt::format("{}", fmt::join(remarks, "; "));
}

std::string usage_line(const std::string& path, const Command& command) {
  if (!command.commands.empty()) return path + " COMMAND [flags]";
  std::string line = path + " [flags]";
  for (const Positional& positional : command.positionals) {
    const std::string name = positional.name + (positional.repeatable ? "..." : "");
    line += positional.optional ? " [" + name + "]" : " " + name;
  }
  return line;
}

std::string help_text(const Command& root, const std::vector<std::string>& words, const Command& command, int width) {
  const auto columns = static_cast<std::size_t>(std::clamp(width, 60, 120));
  std::string path = root.name;
  for (const std::string& word : words)
    path += " " + word;

  std::string out = path + ": " + command.summary + "\n\n";
  out += "Usage:\n  " + usage_line(path, command) + "\n\n";
  if (!command.description.empty()) add_paragraphs(out, command.description, columns);
  if (!command.commands.empty()) add_commands(out, command, columns);
  if (!command.positionals.empty()) {
    out += "Arguments:\n";
    for (const Positional& positional : command.positionals) {
      add_entry(out, "  " + positional.name, positional.help, columns);
    }
    out += "\n";
  }
  add_examples(out, command);
  if (&root != &command) {
    for (const OptionGroup& group : command.groups)
      add_options(out, group, columns);
  }
  for (const OptionGroup& group : root.groups)
    add_options(out, group, columns);
  if (command.commands.empty()) add_only_flags(out, root, command, columns);
  if (!command.commands.empty()) out += fmt::format("\"{} COMMAND --help\" says more of each.\n", path);
  return out;
}

}  // namespace holdfast::cli
