#include "cli/man_page.h"

#include <fmt/format.h>

#include "cli/help.h"
#include "cli/reference.h"

namespace holdfast::cli {
namespace {

// Backslashes and hyphens are letters of roff, and so are '.' and '\'' at the start of a line.
std::string roff(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    line_start = c == '\n';
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

// An argument of a macro, in quotes.
std::string quoted(std::string_view text) {
  std::string out;
  for (const char c : roff(text))
    out += c == '"' ? "\\(dq" : std::string(1, c);
  return "\"" + out + "\"";
}

std::string paragraphs(std::string_view text) {
  std::string out = ".PP\n";
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find("\n\n", at), text.size());
    if (at > 0) out += ".PP\n";
    out += roff(text.substr(at, end - at)) + "\n";
    at = end + 2;
  }
  return out;
}

std::string entry(const std::string& term, const std::string& text) {
  return ".TP\n.B " + quoted(term) + "\n" + roff(text) + "\n";
}

std::string options(const OptionGroup& group) {
  std::string out;
  for (const Option& option : group.options) {
    std::string text = option.help + ".";
    const std::string remarks = remarks_of(option);
    if (!remarks.empty()) text += " (" + remarks + ")";
    const auto variables = variables_of(option);
    if (!variables.empty()) text += fmt::format(" Environment: {}.", fmt::join(variables, ", "));
    out += entry(usage_of(option), text);
  }
  return out;
}

std::string command_section(const ReferenceEntry& item, const Reference& reference) {
  const Command& command = *item.command;
  std::string out = ".SS " + quoted(usage_line(item.path, command)) + "\n";
  out += paragraphs(command.description.empty() ? command.summary + "." : command.description);
  for (const Positional& positional : command.positionals)
    out += entry(positional.name, positional.help);
  std::vector<std::string> also;
  for (const OptionGroup& group : command.groups) {
    if (reference.is_shared(group)) {
      also.push_back(group.title);
    } else {
      out += options(group);
    }
  }
  if (!also.empty()) out += paragraphs(fmt::format("It also takes the options under: {}.", fmt::join(also, ", ")));
  for (const Example& example : command.examples) {
    out += ".PP\n" + roff(example.explanation) + ":\n.PP\n.RS\n.nf\n" + roff(example.line) + "\n.fi\n.RE\n";
  }
  return out;
}

constexpr std::string_view kPrecedence =
    "A flag comes before the environment, the environment before the configuration file, and that before the default. "
    "Every option that does not belong to one run only is also read from the variable HOLDFAST_ and its name in "
    "capitals, "
    "with _ for -, and then from the other variables named with it.";
constexpr std::string_view kFile =
    "A YAML mapping from the options' names, without the dashes, to their values. --config or HOLDFAST_CONFIG name "
    "another file.";

}  // namespace

std::string man_page(const Command& root, const std::string& version) {
  const Reference reference = make_reference(root);
  std::string out = fmt::format(".TH HOLDFAST 1 \"\" {} \"Holdfast\"\n", quoted("holdfast " + version));
  out += ".SH NAME\nholdfast \\- " + roff(root.summary) + "\n.SH SYNOPSIS\n.nf\n";
  for (const ReferenceEntry& item : reference.commands)
    out += roff(usage_line(item.path, *item.command)) + "\n";
  out += ".fi\n.SH DESCRIPTION\n" + paragraphs(root.description) + ".SH COMMANDS\n";
  for (const ReferenceEntry& item : reference.commands)
    out += command_section(item, reference);
  out += ".SH OPTIONS\n";
  for (const OptionGroup* group : reference.shared) {
    out += ".SS " + quoted(group->title) + "\n" + options(*group);
  }
  out += ".SH ENVIRONMENT\n" + paragraphs(kPrecedence);
  out += ".SH FILES\n" + entry("~/.config/holdfast/config.yaml", std::string(kFile));
  out += ".SH EXIT STATUS\n";
  for (const ExitStatus& status : exit_statuses()) {
    out += entry(std::to_string(status.code), std::string(status.meaning) + ".");
  }
  return out;
}

}  // namespace holdfast::cli
