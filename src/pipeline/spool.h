// A bounded queue of bytes between a writer that must never wait (etcd) and a reader that may be slow (a bucket). What
// does not fit into memory goes to a file without a name, so it is gone on every path, a crash included.
//
// Order of use: memory first; when it is full, everything goes to the file until the reader has emptied it. Bytes
// travel in blocks of a sixteenth of the memory, 4 to 256 KiB, and become readable when their block is full or finish()
// was called. What comes back from the file is checked against a CRC-32C kept in memory (16 bytes and some per block).
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/stream.h"
#include "os/file_system.h"

namespace holdfast::pipeline {

struct SpoolOptions {
  std::size_t memory_bytes = 8 * kMiB;   // everything the spool holds in memory; at least three blocks are used
  std::string directory;                 // for the file; empty: no file, the writer waits when the memory is full
  std::uint64_t file_limit = 0;          // bytes the file may take on disk; 0: no limit but `keep_free`
  std::uint64_t keep_free = 512 * kMiB;  // bytes of the file system left alone
};

// One writer thread, one reader thread. Either side may fail; the other then gets that error from its next call, or
// from the call it is waiting in.
class Spool {
 public:
  // Makes the file at once. Where that is impossible (no such directory, no right), the first write() says so.
  // `files` must outlive the spool.
  Spool(const SpoolOptions& options, os::FileSystem& files);
  ~Spool();  // no call may be under way
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // write() waits for the reader only when the memory is full and there is no file, or no room for the file: its limit
  // is reached, or the disk has no more than `keep_free` left, or is full. A full disk thus slows the writer down and
  // fails nothing. finish() never waits.
  ByteSink& writer();
  // read() waits for bytes. File space is given back as it is read, by punching holes where the file system can, else
  // when the file is empty. Code::corrupt when the file does not give back what was written.
  ByteSource& reader();

  // One side, or whoever watches over both, gives up. From any thread; wakes calls that wait. The first error given to
  // either call is what write(), finish() and read() return from now on; what is still queued is dropped.
  void fail_writer(const Error& error);
  void fail_reader(const Error& error);

  std::uint64_t spilled_bytes() const;  // how many bytes went through the file so far; from any thread

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace holdfast::pipeline
