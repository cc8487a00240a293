// Who wrote what, when, from where, and how it went: one JSON object per line in a file of mode 0600. Never what was
// written: no body, no value.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "os/clock.h"
#include "os/file_system.h"

namespace holdfast::server {

struct AuditRecord {
  std::string time;  // RFC 3339 with milliseconds
  std::string id;    // as in the header Audit-Id of the answer
  std::string user;
  std::vector<std::string> groups;
  std::string impersonator;  // empty: nobody
  std::string method;        // of authentication: "certificate", "token"
  std::string address;       // of the peer
  std::string agent;         // what the client calls itself
  std::string verb;
  std::string group;
  std::string resource;
  std::string subresource;
  std::string name_space;
  std::string name;
  bool dry_run = false;
  int code = 0;                // of the answer
  std::string reason;          // of a failure: "Forbidden"
  std::uint64_t left_out = 0;  // records of strangers before this one that were not written
};

struct AuditOptions {
  std::string path;
  std::uint64_t rotate_bytes = 64 * kMiB;  // a file that has grown beyond becomes PATH.1, that one PATH.2 and so on
  int keep = 10;                           // files besides the current one
  std::string server = {};                 // id of the server, for those who gather the files of several; empty: none
  // Of people who are not known, so that nobody can push the others' records out of the files: at most so many, and so
  // many more each minute.
  std::uint64_t strangers = 60;
};

// Safe for any thread. The file system outlives it.
class AuditLog {
 public:
  static Result<std::unique_ptr<AuditLog>> open(const AuditOptions& options, os::FileSystem& files);
  // The line is in the system's hands when this returns; not necessarily on the disk.
  Status write(const AuditRecord& record);
  // The same for a request of nobody who is known. Beyond AuditOptions::strangers it is counted only, and the next one
  // that is written says how many were.
  Status write_of_stranger(AuditRecord record, os::SteadyTime now);

 private:
  AuditLog(AuditOptions options, os::FileSystem& files) : options_(std::move(options)), files_(files) {}
  Status reopen();
  Status rotate();
  Status append(const AuditRecord& record);  // mutex_ is held

  const AuditOptions options_;
  os::FileSystem& files_;
  std::mutex mutex_;
  std::unique_ptr<os::File> file_;  // protected by mutex_, as what follows
  std::uint64_t size_ = 0;
  std::uint64_t strangers_left_ = 0;  // that may be written at once
  std::optional<os::SteadyTime> strangers_counted_;
  std::uint64_t left_out_ = 0;
};

}  // namespace holdfast::server
