// What a shell offers for the next word where a kind or the name of an object belongs.
#pragma once

#include <string>
#include <vector>

#include "cli/server_options.h"
#include "cli/session.h"

namespace holdfast::cli {

// `words`: the command line so far, without the program's name and the word that is being typed. Kinds are those the
// program knows; names come from the server, within two seconds. Nothing when anything fails. Only words that a shell
// takes as they are. `flags` are changed by the options in `words`.
std::vector<std::string> complete_words(const std::vector<std::string>& words, ServerFlags& flags, Session& session);

}  // namespace holdfast::cli
