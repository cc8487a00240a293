// What came out of orders, on the disk from before the server is told until it knows: a launcher that dies in between
// says it after its next start, and does nothing twice.
#pragma once

#include <optional>
#include <string>
#include <utility>

#include "base/result.h"
#include "model/json.h"
#include "os/file_system.h"

namespace holdfast::launcher {

// One thread at a time. One file of each order, named by its uid. The file system outlives it.
class OutcomeJournal {
 public:
  OutcomeJournal(std::string directory, os::FileSystem& files) : directory_(std::move(directory)), files_(files) {}

  // The status it ended with; nothing: it has not ended, as far as is known. What cannot be read counts as that: the
  // order is carried out again, which finds what is done.
  std::optional<json::Object> find(const std::string& uid);
  Status keep(const std::string& uid, const json::Object& status);
  Status forget(const std::string& uid);

 private:
  // Code::internal when it could not be the name of a file.
  Result<std::string> file_of(const std::string& uid) const;

  const std::string directory_;
  os::FileSystem& files_;
};

}  // namespace holdfast::launcher
