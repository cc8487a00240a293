// One option of a command, described once: the parser, --help, the man page, shell completion and the configuration
// file all read this description, so they cannot disagree.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace holdfast::cli {

// What a shell offers for a value.
enum class Completes { nothing, file, directory, place, resource };

// Names that are no objects of the server, in the place of a kind.
inline constexpr const char* kDestinations = "(destinations)";  // of the Seeds
inline constexpr const char* kContexts = "(contexts)";          // of the kubeconfig

// Which part of a value must not stay in the process list.
enum class Hides {
  nothing,
  value,
  after_colon,
  url_password,  // "http://user:HERE@host"
  private_key,   // the whole value when it is an age private key, given where a file or a public key belongs
};

// Takes the values given (one, unless the option is repeatable; "true" or "false" for a switch). An error says what is
// wrong with the value; the caller adds where it came from.
using Setter = std::function<Status(const std::vector<std::string>& values)>;

struct Option {
  std::string name = {};                  // "limit-rate": --limit-rate, HOLDFAST_LIMIT_RATE, limit-rate: in the file
  std::string letters = {};               // "o": -o
  std::vector<std::string> aliases = {};  // further long names, only on the command line
  std::string value_name = {};            // "RATE"; empty: a switch
  std::string help = {};                  // lower case, no full stop
  std::string default_text = {};          // for people; empty: nothing to say
  std::vector<std::string> environment = {};  // other tools' variables that are honoured after HOLDFAST_…
  std::vector<std::string> choices = {};      // the only values allowed, of one with '=' at its end all that
                                              // begin so; empty: any
  Completes completes = Completes::nothing;
  std::string kind = {};  // of Completes::resource: names of this kind
  bool repeatable = false;
  bool only_flag = false;          // belongs to one run: neither environment nor configuration file may set it
  bool not_from_settings = false;  // as only_flag, but others of this name are set there: it is passed over in silence
  bool not_in_file = false;        // holds a secret: not in the configuration file
  Hides hides = Hides::nothing;
  Setter set = {};

  bool is_switch() const { return value_name.empty(); }
};

struct OptionGroup {
  std::string title;  // "etcd": groups with one title are the same group wherever they appear
  std::vector<Option> options;
};

// "limit-rate" -> "HOLDFAST_LIMIT_RATE".
std::string variable_of(std::string_view option_name);

// "--limit-rate RATE", "-o, --output FORMAT".
std::string usage_of(const Option& option);

}  // namespace holdfast::cli
