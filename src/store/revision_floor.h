// Remembers outside the store how far its revisions got, so that they never go backwards when the store itself is put
// back from an older copy.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

#include "base/result.h"
#include "os/file_system.h"

namespace holdfast::store {

// A small file beside (not inside) the store, two numbers in plain text:
//   reserved  no number greater than this was ever handed out. On the disk before such a number is; raised in steps, so
//             it costs one small synced write per kStep revisions.
//   reached   the last number that is known to have been handed out. Written after each, without waiting for the disk:
//             exact after a killed process, up to half a minute old after a power cut.
// A store whose own counter is smaller than `reached` is an older copy and must go on above `reserved`. A store that
// merely was killed finds its counter at `reached` or above, and goes on where it was: nobody has to list again.
// Safe for any thread.
class RevisionFloor {
 public:
  static constexpr std::int64_t kStep = 10'000;

  RevisionFloor(os::FileSystem& files, std::string path);

  struct Floor {
    std::int64_t reserved = 0;
    std::int64_t reached = 0;
    bool found = false;  // false: there was no such file
  };
  // Reads the file. Code::corrupt when it is not ours. Call it before anything else.
  Result<Floor> load();
  // Makes sure that the file holds at least `revision` as reserved; writes only when the step is used up.
  Status reserve(std::int64_t revision);
  // Says that `revision` (reserved before) was handed out. Smaller than before: nothing happens. A failed write is made
  // up for by the next one.
  void note(std::int64_t revision);

  std::int64_t reserved() const;
  std::int64_t reached() const;

 private:
  Status write_step(std::int64_t reserved);

  os::FileSystem& files_;
  const std::string path_;
  mutable std::mutex mutex_;
  std::int64_t reserved_ = 0;  // protected by mutex_, as everything below
  std::int64_t reached_ = 0;
  std::unique_ptr<os::File> file_;  // the file as it was made by the last step
};

}  // namespace holdfast::store
