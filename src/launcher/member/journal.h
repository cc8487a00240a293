// What is being done to the directories of a member, written before the first of them is renamed. Whoever finds it
// after a crash knows why the data directory is not there. The format is docs/formats/member-directories.md.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace holdfast::launcher {

constexpr std::size_t kMaxJournalSize = 4096;  // bytes

enum class Doing {
  swap,  // what runs becomes `before`, what is staged runs
  back,  // what runs becomes `undone`, `before` runs again
};

struct Journal {
  Doing doing = Doing::swap;
  std::string id;  // of the restore
  bool operator==(const Journal&) const = default;
};

std::string encode_journal(const Journal& journal);

// Code::corrupt: damaged, or not a journal; Code::unsupported: of a newer version.
Result<Journal> decode_journal(std::string_view text);

}  // namespace holdfast::launcher
