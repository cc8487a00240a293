#include <fmt/format.h>

#include "cli/completion.h"
#include "cli/completion_facts.h"

namespace holdfast::cli {
namespace {

// What the shell offers behind a flag: "words …", "files", "directories", "names" (of the server) or nothing.
std::string values_of(const Option& option) {
  if (!option.choices.empty()) return fmt::format("words {}", fmt::join(option.choices, " "));
  if (option.completes == Completes::file || option.completes == Completes::place) return "files";
  if (option.completes == Completes::resource) return "names";
  return option.completes == Completes::directory ? "directories" : "nothing";
}

std::string words_at(const CompletionPoint& point) {
  std::vector<std::string> words;
  for (const Command& child : point.command->commands) {
    if (!child.hidden) words.push_back(child.name);
  }
  for (const Positional& positional : point.command->positionals) {
    words.insert(words.end(), positional.choices.begin(), positional.choices.end());
  }
  for (const Option* option : point.options) {
    for (std::string& spelling : spellings_of(*option))
      words.push_back(std::move(spelling));
  }
  words.emplace_back("--help");
  return fmt::format("{}", fmt::join(words, " "));
}

constexpr std::string_view kFunction = R"sh(
_holdfast() {
  local cur="${COMP_WORDS[COMP_CWORD]}" prev="" path="" word words rest kind="" i skip=0
  ((COMP_CWORD > 0)) && prev="${COMP_WORDS[COMP_CWORD-1]}"
  if [[ $cur == "=" ]]; then
    cur=""
  elif [[ $prev == "=" ]] && ((COMP_CWORD > 1)); then
    prev="${COMP_WORDS[COMP_CWORD-2]}"
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="${COMP_WORDS[i]}"
    if ((skip)); then
      [[ $word == "=" ]] || skip=0
    elif [[ $word == -* ]]; then
      [[ -n $(_holdfast_values "$word") ]] && skip=1
    elif [[ -n $(_holdfast_words "${path:+$path }$word") ]]; then
      path="${path:+$path }$word"
    fi
  done
  COMPREPLY=()
  if [[ $prev == -* ]]; then
    rest=$(_holdfast_values "$prev")
    kind="${rest%% *}"
    case "$kind" in
      words) mapfile -t COMPREPLY < <(compgen -W "${rest#words }" -- "$cur"); return ;;
      files) mapfile -t COMPREPLY < <(compgen -f -- "$cur"); return ;;
      directories) mapfile -t COMPREPLY < <(compgen -d -- "$cur"); return ;;
      nothing) return ;;
    esac
  fi
  if [[ $kind == names ]] || { [[ $cur != -* ]] && _holdfast_resources "$path"; }; then
    words=$("${COMP_WORDS[0]}" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2>/dev/null)
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
    return
  fi
  mapfile -t COMPREPLY < <(compgen -W "$(_holdfast_words "$path")" -- "$cur")
}
complete -o default -F _holdfast holdfast
)sh";

}  // namespace

std::string bash_completion(const Command& root) {
  std::string out =
      "# bash completion for holdfast: source this file, or put it into\n"
      "# ~/.local/share/bash-completion/completions/holdfast\n\n"
      "# What may stand behind a flag; nothing is printed for switches and unknown flags.\n"
      "_holdfast_values() {\n  case \"$1\" in\n";
  for (const auto& [name, option] : distinct_options(root)) {
    if (option->is_switch()) continue;
    out += fmt::format("    {}) echo \"{}\" ;;\n", fmt::join(spellings_of(*option), "|"), values_of(*option));
  }
  out += "  esac\n}\n\n# What may stand behind these command words.\n_holdfast_words() {\n  case \"$1\" in\n";
  for (const CompletionPoint& point : completion_points(root)) {
    out += fmt::format("    \"{}\") echo \"{}\" ;;\n", point.path, words_at(point));
  }
  out +=
      "  esac\n}\n\n# Whether kinds and names of the server may stand there.\n_holdfast_resources() {\n  case \"$1\" "
      "in\n";
  for (const CompletionPoint& point : completion_points(root)) {
    if (takes_resources(point)) out += fmt::format("    \"{}\") return 0 ;;\n", point.path);
  }
  out += "  esac\n  return 1\n}\n";
  return out + std::string(kFunction);
}

}  // namespace holdfast::cli
