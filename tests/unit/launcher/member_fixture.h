// A data directory with directories of restores beside it: small stand-ins whose database is one word.
#pragma once

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "launcher/member/bring_to.h"

#include "support/temp_dir.h"

namespace holdfast::test {

constexpr const char* kId = "r-1";

// Where the data directory lies: ordinary, or a link, so that names change inside it.
enum class PlaceKind { beside, inside };

launcher::StagedFacts some_facts(const std::string& id, std::uint64_t database_size);

class MemberPlace {
 public:
  explicit MemberPlace(PlaceKind kind = PlaceKind::beside);

  const launcher::Place& place() const { return place_; }
  launcher::Layout layout() const;
  std::string root() const { return layout_root_; }
  std::string path(const std::string& name) const { return root() + "/" + name; }
  std::string name(launcher::Kind kind, const std::string& id = kId) const;

  // A directory whose database holds `word`; with `id` it says that this restore staged it.
  void make(const std::string& name, const std::string& word, const std::string& id = "");
  void make_live(const std::string& word, const std::string& id = "") { make(base_, word, id); }
  void make_staged(const std::string& word, const std::string& id = kId) {
    make(name(launcher::Kind::staged, id), word, id);
  }
  void make_journal(const std::string& text);

  // By what follows the base in its name ("" is what runs, ".staged-r-1"): the word in its database, or "empty",
  // "damaged" when there is none, or "file". Other names are whole, with "file" or "?".
  std::map<std::string, std::string> contents() const;

 private:
  TempDir directory_;
  launcher::Place place_;
  std::string layout_root_;
  std::string base_;
};

using Contents = std::map<std::string, std::string>;

}  // namespace holdfast::test
