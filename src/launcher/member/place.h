// Where the directories of one etcd member lie during a restore, and what they are called. The layout is
// docs/formats/member-directories.md.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "os/file_system.h"

namespace holdfast::launcher {

// What etcd is told.
struct Place {
  std::string data_dir;  // --data-dir, an absolute path
  std::string wal_dir;   // --wal-dir; empty: not given
};

// The id of a restore, part of file names: 1 to 63 of a-z, 0-9 and '-'.
bool is_restore_id(std::string_view id);

enum class Kind {
  building,  // being staged; never taken for anything whole
  staged,    // built and proven, waiting
  before,    // what ran until the swap
  undone,    // what ran after the swap, until it was taken back
  removing,  // no longer wanted, and perhaps only half of it is there
};
std::string_view kind_name(Kind kind);  // "staged"

// Everything lies under one directory, so that a rename is all it takes: beside the data directory, or, where that is a
// mount point or a link and cannot be renamed itself, inside it beside its `member`.
struct Layout {
  std::string root;     // the directory where names change
  std::string base;     // the name there of what runs: "etcd", or "member"
  bool inside = false;  // the second of the two

  std::string name(Kind kind, std::string_view id) const;  // "etcd.staged-ID"
  std::string journal_name() const;                        // "etcd.journal"
  std::string path(std::string_view name) const;           // of a name in the root
  std::string live() const { return path(base); }
  std::string database(const std::string& directory) const;     // the db of such a directory
  std::string staged_file(const std::string& directory) const;  // its staged.json
};

// Looks at the data directory as it is now; one that is missing is thought of as an ordinary one. Code::usage: not an
// absolute path, or one that cannot be renamed; Code::exists: something else than a directory is there;
// Code::not_found: a link that leads nowhere; Code::unsupported: the write-ahead log is kept outside the data directory
// (--wal-dir; two directories cannot be swapped by one rename). That is also the preflight of a restore, as far as the
// place goes.
Result<Layout> find_layout(os::FileSystem& files, const Place& place);

}  // namespace holdfast::launcher
