#include <fmt/format.h>

#include "cli/completion.h"
#include "cli/completion_facts.h"

namespace holdfast::cli {
namespace {

// Inside single quotes, and inside the brackets and colons of _arguments.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
      continue;
    }
    if (c == '[' || c == ']' || c == ':' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string action(const std::vector<std::string>& choices, Completes completes) {
  if (!choices.empty()) return fmt::format("({})", fmt::join(choices, " "));
  if (completes == Completes::file || completes == Completes::place) return "_files";
  return completes == Completes::directory ? "_files -/" : "";
}

std::string function_of(const std::string& path) {
  std::string name = "_holdfast";
  if (!path.empty()) name += "_";
  for (const char c : path)
    name += c == ' ' ? '_' : c;
  return name;
}

// The words before the command itself are gone by then, so they are said again; so is the flag whose value is wanted,
// which may be a part of the word that is being typed.
std::string resources_at(const CompletionPoint& point, const std::string& flag = "") {
  return fmt::format("{{_holdfast_resources {} \"${{(@)words[2,CURRENT-1]}}\"{}}}", point.path,
                     flag.empty() ? "" : " " + flag);
}

void add_options(std::string& out, const CompletionPoint& point) {
  for (const Option* option : point.options) {
    for (const std::string& spelling : spellings_of(*option)) {
      const bool resource = option->completes == Completes::resource;
      const std::string what = resource ? resources_at(point, spelling) : action(option->choices, option->completes);
      const std::string value = option->is_switch() ? "" : ":" + option->value_name + ":" + what;
      const bool long_name = spelling.starts_with("--");
      out += fmt::format(" \\\n    '{}{}{}[{}]{}'", option->repeatable ? "*" : "", spelling,
                         option->is_switch() ? "" : (long_name ? "=" : "+"), escaped(option->help), value);
    }
  }
  out += " \\\n    '--help[shows what the command does]'";
}

constexpr std::string_view kResources = R"sh(_holdfast_resources() {
  local -a found
  found=(${(f)"$(holdfast __complete -- "$@" 2>/dev/null)"})
  compadd -a found
}

)sh";

std::string leaf(const CompletionPoint& point) {
  std::string out = function_of(point.path) + "() {\n  _arguments -s";
  add_options(out, point);
  int position = 1;
  for (const Positional& positional : point.command->positionals) {
    const std::string where = positional.repeatable ? "*" : std::to_string(position++);
    const bool resource = positional.completes == Completes::resource;
    out += fmt::format(" \\\n    '{}:{}:{}'", where, positional.name,
                       resource ? resources_at(point) : action(positional.choices, positional.completes));
  }
  return out + "\n}\n\n";
}

std::string group(const CompletionPoint& point) {
  std::string out = function_of(point.path) + "() {\n  local line state\n  local -a commands\n  commands=(\n";
  std::string cases;
  for (const Command& child : point.command->commands) {
    if (child.hidden) continue;
    out += fmt::format("    '{}:{}'\n", child.name, escaped(child.summary));
    const std::string path = point.path.empty() ? child.name : point.path + " " + child.name;
    cases += fmt::format("        {}) {} ;;\n", child.name, function_of(path));
  }
  out += "  )\n  _arguments -C -s";
  add_options(out, point);
  out +=
      " \\\n    '1:command:->command' \\\n    '*::argument:->argument'\n"
      "  case $state in\n    command) _describe command commands ;;\n    argument)\n      case $line[1] in\n";
  return out + cases + "      esac ;;\n  esac\n}\n\n";
}

}  // namespace

std::string zsh_completion(const Command& root) {
  std::string out =
      "#compdef holdfast\n# zsh completion for holdfast: put this file as _holdfast into a directory of $fpath\n\n";
  out += kResources;
  for (const CompletionPoint& point : completion_points(root)) {
    out += point.command->commands.empty() ? leaf(point) : group(point);
  }
  return out +
         "if [[ $funcstack[1] == _holdfast ]]; then\n  _holdfast \"$@\"\nelse\n  compdef _holdfast holdfast\nfi\n";
}

}  // namespace holdfast::cli
