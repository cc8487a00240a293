#include "pipeline/stoppable_file.h"

namespace holdfast::pipeline {

Result<std::size_t> StoppableFile::read_at(std::uint64_t offset, ByteSpan into) {
  if (stop_.stop_requested()) return fail(Code::cancelled, "stopped");
  return file_.read_at(offset, into);
}

Status StoppableFile::write_at(std::uint64_t offset, ByteView bytes) {
  return file_.write_at(offset, bytes);
}

Result<std::uint64_t> StoppableFile::size() {
  return file_.size();
}

Status StoppableFile::truncate(std::uint64_t size) {
  return file_.truncate(size);
}

Status StoppableFile::allocate(std::uint64_t size) {
  return file_.allocate(size);
}

Status StoppableFile::sync() {
  return file_.sync();
}

void StoppableFile::begin_writeback(std::uint64_t offset, std::uint64_t length) {
  file_.begin_writeback(offset, length);
}

void StoppableFile::will_read(std::uint64_t offset, std::uint64_t length) {
  file_.will_read(offset, length);
}

bool StoppableFile::discard(std::uint64_t offset, std::uint64_t length) {
  return file_.discard(offset, length);
}

Status StoppableFile::copy_range(std::uint64_t offset, std::uint64_t length, os::File& target,
                                 std::uint64_t target_offset) {
  return file_.copy_range(offset, length, target, target_offset);
}

Status StoppableFile::zero_range(std::uint64_t offset, std::uint64_t length) {
  return file_.zero_range(offset, length);
}

}  // namespace holdfast::pipeline
