// Decides whether a save reads a member's db file itself, and opens what is read. Private to repository/.
#pragma once

#include <memory>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "etcd/client.h"
#include "etcd/member_choice.h"
#include "os/file_system.h"

namespace holdfast::repository {

// One save: first plan(), then open() for each candidate in turn. One thread. What it is given must outlive it.
class PinnedChoice {
 public:
  // `data_dir` empty: every snapshot is streamed.
  PinnedChoice(etcd::Client& client, os::FileSystem& files, std::string data_dir, std::stop_token stop)
      : client_(client), files_(files), data_dir_(std::move(data_dir)), stop_(std::move(stop)) {}

  // `choice` with the member whose directory it is once more in front, to be read there; as it was when that cannot be.
  etcd::Choice plan(etcd::Choice choice);

  // The db file for the candidate in front, the stream for every later one.
  Result<std::unique_ptr<etcd::SnapshotStream>> open(const etcd::Candidate& candidate);

  // What became of the attempt on the stream that open() gave last.
  void attempted(const Status& status);

  bool reading() const { return reading_; }  // what open() gave last is the db file
  // Why the db file was not read though a directory was given; empty while it is read.
  const std::string& reason() const { return reason_; }
  // Takes the attempt on the db file, which reason() tells of, out of who was tried in vain.
  void forget_attempt(std::vector<std::string>& failures) const;

 private:
  Result<etcd::Candidate> find_owner(const etcd::Choice& choice);

  etcd::Client& client_;
  os::FileSystem& files_;
  const std::string data_dir_;
  const std::stop_token stop_;
  std::string database_;  // path; empty: not to be read (any more)
  bool reading_ = false;
  bool tried_ = false;
  std::string reason_;
};

}  // namespace holdfast::repository
