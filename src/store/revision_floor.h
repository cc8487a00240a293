// Remembers outside the store how far its revisions got, so that they never go backwards when the store itself is put
// back from an older copy.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>

#include "base/result.h"
#include "os/file_system.h"

namespace holdfast::store {

// A small file beside (not inside) the store. Raised in steps, before the numbers of the step are handed out, so that it
// costs one small write per kStep revisions. Safe for any thread.
class RevisionFloor {
 public:
  static constexpr std::int64_t kStep = 10'000;

  RevisionFloor(os::FileSystem& files, std::string path);

  // The number every new revision must be greater than when the store's own counter is smaller; 0 for a new file.
  // Code::corrupt when the file is not ours.
  Result<std::int64_t> load();
  // Makes sure that the file holds at least `revision`; writes only when the step is used up.
  Status reserve(std::int64_t revision);

 private:
  os::FileSystem& files_;
  std::string path_;
  std::mutex mutex_;
  std::int64_t reserved_ = 0;
};

}  // namespace holdfast::store
