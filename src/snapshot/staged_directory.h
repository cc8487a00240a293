// A directory that is built beside its place and appears there complete, or not at all.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "os/file_system.h"
#include "os/random.h"

namespace holdfast::snapshot {

// Where nothing is yet, the temporary directory is a sibling, ".<name>.holdfast-<random>", and is renamed as a whole.
// Where an empty directory is (a mount point, a link to one, somebody's choice of owner and mode), it is left as it is:
// the temporary directory ".holdfast-<random>" is made inside, and what it holds is renamed one level up. One thread.
// Borrows files.
class StagedDirectory {
 public:
  // Makes the temporary directory (mode 0700) and missing parents of `target`, a plain path. Code::exists when a file
  // is there, or a directory that holds anything but "lost+found" and temporaries of earlier attempts.
  static Result<std::unique_ptr<StagedDirectory>> create(os::FileSystem& files, os::Random& random,
                                                         const std::string& target);
  // Removes all temporaries, and after publish() without keep() what was published, as far as that still works.
  ~StagedDirectory();
  StagedDirectory(const StagedDirectory&) = delete;
  StagedDirectory& operator=(const StagedDirectory&) = delete;

  const std::string& target() const { return target_; }
  const std::string& path() const { return path_; }  // the temporary directory: build here
  // Temporaries that an earlier attempt for the same target left behind when it was killed.
  const std::vector<std::string>& leftovers() const { return leftovers_; }

  // Moves everything into place and syncs the directory above. What was built is synced already. After an error nothing
  // is in place, unless the error says otherwise.
  Status publish();
  // Undoes publish(): moves everything back, and removes it with the temporary directory.
  Status withdraw();
  // What was published stays.
  void keep();

 private:
  StagedDirectory(os::FileSystem& files, std::string target) : files_(files), target_(std::move(target)) {}

  Result<bool> look_at_target();
  Status make_parents();
  void look_for_siblings();
  Status move_into_place();
  Status move_back();
  void discard();

  os::FileSystem& files_;
  const std::string target_;
  std::string path_;
  bool inside_ = false;  // the target exists and stays
  std::vector<std::string> leftovers_;
  std::vector<std::string> made_;       // parents that were missing, outermost first
  std::vector<std::string> published_;  // with inside_: names moved so far; otherwise the target itself
  bool kept_ = false;
};

}  // namespace holdfast::snapshot
