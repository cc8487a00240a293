// The members of an object that somebody looks at, cut out of its text without reading the rest.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace holdfast::json {

// Names of members of an object, and of members of those that are objects themselves. Immutable once filled; any
// thread.
class Excerpt {
 public:
  void keep(std::string_view first);
  void keep(std::string_view first, std::string_view second);
  // All of `first` but this.
  void keep_without(std::string_view first, std::string_view second);

  // The text of the object with these members only, in their order. For text that this program wrote: what is left out
  // is not looked at closely. Nothing when it cannot be gone through; then the whole is to be read.
  std::optional<std::string> cut(std::string_view text) const;

 private:
  struct Part {
    bool all = false;  // but for `names`; otherwise these alone
    std::set<std::string, std::less<>> names;
  };
  class Cutter;

  std::map<std::string, Part, std::less<>> parts_;
};

}  // namespace holdfast::json
