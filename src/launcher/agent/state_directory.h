// What a launcher keeps between its runs, in a directory for its owner alone:
//   launcher.lock     held by the launcher that uses the directory
//   id                what tells its machine from others
//   token             its credential (api/launcher_token.h)
//   token.next        the one that follows, from before it is asked for until it is the token
//   outcomes/         what came out of orders, until the server knows (outcome_journal.h)
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/launcher_token.h"
#include "base/result.h"
#include "base/secret.h"
#include "base/units.h"
#include "os/file_system.h"
#include "os/random.h"

namespace holdfast::launcher {

// One thread at a time. The file system outlives it.
class StateDirectory {
 public:
  // Makes it when it is not there, and holds it. Code::refused: another launcher does.
  static Result<StateDirectory> open(const std::string& path, os::FileSystem& files);

  std::string token_file() const { return os::join_path(path_, "token"); }
  std::string outcomes() const { return os::join_path(path_, "outcomes"); }

  // Whose credential lies here; nothing: none does. Code::corrupt: what lies there is none.
  Result<std::optional<api::LauncherName>> whose();
  // When it was made; nothing: there is none.
  Result<std::optional<WallTime>> token_time();
  // The token to ask for next: the one that was made for that already, or a new one, which is on the disk before
  // anybody else knows of it.
  Result<Secret> next_token(const api::LauncherName& launcher, os::Random& random);
  // It was given: from now on it is the token.
  Status take_next_token();

  // Made once: of the machine (os::machine_id) and the launcher's name where the machine has an id, so that it is the
  // same again when this directory is lost; else random.
  Result<std::string> id(const api::LauncherName& launcher, const std::string& machine_id, os::Random& random);

 private:
  StateDirectory(std::string path, os::FileSystem& files, std::unique_ptr<os::File> held)
      : path_(std::move(path)), files_(&files), held_(std::move(held)) {}
  std::string file(std::string_view name) const { return os::join_path(path_, name); }
  Result<std::optional<Secret>> read(std::string_view name);

  std::string path_;
  os::FileSystem* files_;
  std::unique_ptr<os::File> held_;
};

}  // namespace holdfast::launcher
