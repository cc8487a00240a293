// Progress of long work, as an interface with a terminal, a JSON-lines and a silent version (the first two live in
// cli/).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace holdfast::pipeline {

struct ProgressUpdate {
  std::string phase;                   // "save", "upload", "restore", "verify"
  std::uint64_t done = 0;              // bytes
  std::optional<std::uint64_t> total;  // bytes, when known
};

// update() may be called from any thread, as often as one likes: implementations thin it out.
class Progress {
 public:
  virtual ~Progress() = default;
  virtual void update(const ProgressUpdate& update) = 0;
};

Progress& silent_progress();

}  // namespace holdfast::pipeline
