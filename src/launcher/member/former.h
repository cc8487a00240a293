// What earlier restores left beside the data directory, kept for the way back until somebody says that it may go.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "launcher/member/place.h"

#include "base/result.h"
#include "base/units.h"
#include "os/file_system.h"

namespace holdfast::launcher {

struct FormerDirectory {
  Kind kind = Kind::before;  // or undone
  std::string id;            // of the restore
  std::string path;
  std::uint64_t size = 0;  // bytes of all files in it
  WallTime since{};        // when it got its name, or a little later when somebody touched it since
};

// Ascending by kind and id. Reads every name in them, no contents.
Result<std::vector<FormerDirectory>> former_directories(os::FileSystem& files, const Place& place);

// The restores whose former directories have all been kept for `grace` (or longer) at `now`: what Goal::forgotten may
// be asked for. Times in the future, as a clock that was put back gives them, keep. Ascending.
std::vector<std::string> restores_to_forget(const std::vector<FormerDirectory>& former, WallTime now,
                                            std::chrono::nanoseconds grace);

}  // namespace holdfast::launcher
