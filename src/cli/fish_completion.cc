#include <fmt/format.h>

#include "cli/completion.h"
#include "cli/completion_facts.h"

namespace holdfast::cli {
namespace {

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

std::string value_part(const Option& option) {
  if (option.is_switch()) return "";
  if (!option.choices.empty())
    return fmt::format(" -x -a {}", quoted(fmt::format("{}", fmt::join(option.choices, " "))));
  if (option.completes == Completes::file || option.completes == Completes::place) return " -r -F";
  if (option.completes == Completes::resource) return fmt::format(" -x -a '(__holdfast_resources --{})'", option.name);
  return option.completes == Completes::directory ? " -x -a '(__fish_complete_directories)'" : " -x";
}

std::string option_line(const CompletionPoint& point, const Option& option) {
  std::string out = fmt::format("complete -c holdfast -n '__holdfast_at \"{}\"'", point.path);
  out += " -l " + option.name;
  for (const std::string& alias : option.aliases)
    out += " -l " + alias;
  for (const char letter : option.letters)
    out += fmt::format(" -s {}", letter);
  return out + value_part(option) + " -d " + quoted(option.help) + "\n";
}

constexpr std::string_view kFunctions = R"sh(
# The command words typed so far, and whether they are exactly these.
function __holdfast_path
    set -l tokens (commandline -opc)
    set -e tokens[1]
    set -l path ""
    set -l skip 0
    for token in $tokens
        if test $skip = 1
            set skip 0
        else if contains -- $token $__holdfast_value_flags
            set skip 1
        else if not string match -q -- '-*' $token
            set -l longer (string trim -- "$path $token")
            contains -- $longer $__holdfast_paths; and set path $longer
        end
    end
    echo $path
end

function __holdfast_at
    test (__holdfast_path) = "$argv[1]"
end

# Kinds and names of the server; the flag whose value is wanted may be a part of the word that is being typed.
function __holdfast_resources
    set -l tokens (commandline -opc)
    set -l program $tokens[1]
    set -e tokens[1]
    $program __complete -- $tokens $argv 2>/dev/null
end

complete -c holdfast -f
)sh";

}  // namespace

std::string fish_completion(const Command& root) {
  std::string flags;
  for (const auto& [name, option] : distinct_options(root)) {
    if (!option->is_switch()) flags += fmt::format(" {}", fmt::join(spellings_of(*option), " "));
  }
  std::string paths;
  std::string lines;
  for (const CompletionPoint& point : completion_points(root)) {
    const std::string at = fmt::format("complete -c holdfast -n '__holdfast_at \"{}\"'", point.path);
    if (!point.path.empty()) paths += " " + quoted(point.path);
    for (const Command& child : point.command->commands) {
      if (!child.hidden) lines += fmt::format("{} -a {} -d {}\n", at, child.name, quoted(child.summary));
    }
    for (const Positional& positional : point.command->positionals) {
      if (!positional.choices.empty()) {
        lines += fmt::format("{} -a {}\n", at, quoted(fmt::format("{}", fmt::join(positional.choices, " "))));
      } else if (positional.completes == Completes::resource) {
        lines += at + " -a '(__holdfast_resources)'\n";
      } else if (positional.completes != Completes::nothing) {
        lines += at + " -F\n";
      }
    }
    for (const Option* option : point.options)
      lines += option_line(point, *option);
    lines += at + " -l help -s h -d 'shows what the command does'\n";
  }
  return "# fish completion for holdfast: put this file into ~/.config/fish/completions\n\nset -g "
         "__holdfast_value_flags" +
         flags + "\nset -g __holdfast_paths" + paths + "\n" + std::string(kFunctions) + lines;
}

}  // namespace holdfast::cli
