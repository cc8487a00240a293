// Lets two neighbouring stages work at the same time: one runs on a thread of its own, with a few buffers in between.
// Both threads are started and joined by the object that is returned.
#pragma once

#include <functional>
#include <memory>

#include "base/stream.h"

namespace holdfast::pipeline {

// Makes a read or a write that is under way in another thread return soon, with any result. Called at most once, from
// the destructor. May be empty where such calls never wait long.
using StopHook = std::function<void()>;

// A source that reads `from` ahead, on its own thread, into `chunks` buffers (at least two) of `chunk_size` bytes: that
// is all the memory it takes. A buffer is handed over when it is full, or at the end. The bytes, then the error or the
// clean end of `from` come out in order. `from` is used by that thread alone and must outlive the source; destroying
// the source before its end calls `stop`, waits for the read that is under way and reads no more.
std::unique_ptr<ByteSource> make_read_ahead(ByteSource& from, std::size_t chunk_size, std::size_t chunks,
                                            StopHook stop = {});

// A sink whose memory can be filled in place, which saves a copy of everything.
class BufferedSink : public ByteSink {
 public:
  // Where the next bytes may be put: at least one, valid until the next call of any other function. Fails like write().
  virtual Result<ByteSpan> space() = 0;
  // The first `size` bytes of the last space() are written. No error of its own: the next call tells.
  virtual void commit(std::size_t size) = 0;
};

// The twin for pushing: write() copies into buffers, which a thread of its own writes to `next`, whole buffers at a
// time. An error of `next` is given by the next write() that comes after it, or by finish(). finish() waits until
// everything was written and `next` finished. Destroyed without finish(), it calls `stop`, drops what was not written
// and does not finish `next`. `next` must outlive the sink.
std::unique_ptr<BufferedSink> make_write_behind(ByteSink& next, std::size_t chunk_size, std::size_t chunks,
                                                StopHook stop = {});

}  // namespace holdfast::pipeline
