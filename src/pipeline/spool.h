// A bounded queue of bytes between a writer that must never wait (etcd) and a reader that may be slow (a bucket). What
// does not fit into memory goes to a file, which is unlinked at once after it was made, so it is gone on every path.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "base/stream.h"
#include "os/file_system.h"

namespace holdfast::pipeline {

struct SpoolOptions {
  std::size_t memory_bytes = 16 * kMiB;
  std::string directory;                 // for the file; empty: no file, the writer waits when the memory is full
  std::uint64_t file_limit = 0;          // bytes the file may take; 0: whatever is free there less `keep_free`
  std::uint64_t keep_free = 512 * kMiB;  // bytes of the file system left alone
};

// One writer thread, one reader thread. Either side may fail; the other then gets that error from its next call.
class Spool {
 public:
  Spool(const SpoolOptions& options, os::FileSystem& files);
  ~Spool();  // both sides must be done

  ByteSink&
  writer();  // write() waits only when memory is full and there is no file (or its limit is reached); finish() ends
  ByteSource& reader();  // read() waits for bytes

  void fail_writer(const Error& error);  // the producing side gives up: the reader gets `error` after what was written
  void fail_reader(const Error& error);  // the consuming side gives up: write() returns `error` from now on

  std::uint64_t spilled_bytes() const;  // how many bytes went through the file so far

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::pipeline
