#include "os/file_system.h"

#include <algorithm>
#include <atomic>

#include <fmt/format.h>
#include <unistd.h>

#include "os/random.h"

namespace holdfast::os {
namespace {

// A hidden sibling that no other writer, in this process or another, uses at the same time.
std::string temporary_name(const std::string& path) {
  static std::atomic<unsigned> counter{0};
  return join_path(parent_path(path), fmt::format(".{}.{}-{}.tmp", file_name(path), ::getpid(), counter++));
}

}  // namespace

Status File::zero_range(std::uint64_t offset, std::uint64_t length) {
  const Bytes zeros(static_cast<std::size_t>(std::min<std::uint64_t>(length, kMiB)));
  while (length > 0) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(length, zeros.size()));
    HF_TRY(write_at(offset, ByteView(zeros).first(count)));
    offset += count;
    length -= count;
  }
  return {};
}

Result<bool> File::held_elsewhere() {
  return fail(Code::unsupported, "nobody knows who holds this file");
}

bool File::discard(std::uint64_t, std::uint64_t) {
  return false;
}

Result<std::unique_ptr<File>> FileSystem::open_anonymous(const std::string& directory) {
  std::uint8_t random[16];
  real_random().fill(random);
  const std::string path = join_path(directory, ".holdfast-" + to_hex(random));
  HF_ASSIGN(auto file, open(path, OpenMode::create));
  HF_TRY(remove(path));
  return file;
}

Result<std::unique_ptr<File>> FileSystem::open_held(const std::string& path) {
  return fail(Code::unsupported, "{} cannot be held: this file system has no locks", path);
}

Result<bool> FileSystem::is_mount_point(const std::string& path) {
  HF_ASSIGN(const auto here, stat(path));
  HF_ASSIGN(const auto above, stat(parent_path(path)));
  return here && above && !here->is_link && here->device != above->device;
}

Status FileSystem::change_owner(const std::string& path, unsigned, unsigned) {
  return fail(Code::unsupported, "{} cannot be given to another user: this file system has no owners", path);
}

std::string parent_path(std::string_view path) {
  while (path.size() > 1 && path.back() == '/')
    path.remove_suffix(1);
  const auto slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  return std::string(slash == 0 ? "/" : path.substr(0, slash));
}

std::string join_path(std::string_view directory, std::string_view name) {
  if (directory.empty()) return std::string(name);
  std::string path(directory);
  if (path.back() != '/') path += '/';
  return path.append(name);
}

std::string file_name(std::string_view path) {
  while (path.size() > 1 && path.back() == '/')
    path.remove_suffix(1);
  const auto slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

Status remove_tree(FileSystem& files, const std::string& path) {
  const Status removed = files.remove(path);
  // Only "not empty" leads inside. A link is never that, so nothing behind a link is touched even if it cannot be
  // removed.
  if (removed || removed.error().code != Code::exists) return removed;
  HF_ASSIGN(const auto names, files.list(path));
  for (const std::string& name : names)
    HF_TRY(remove_tree(files, join_path(path, name)));
  return files.remove(path);
}

Result<Bytes> read_file(FileSystem& files, const std::string& path, std::size_t limit) {
  HF_ASSIGN(const auto file, files.open(path, OpenMode::read));
  HF_ASSIGN(const std::uint64_t size, file->size());
  Bytes bytes;
  std::size_t filled = 0;
  // One byte more than there should be shows the end, or that the file grew meanwhile (or, in /proc, told no size).
  bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(size, limit)) + 1);
  while (filled <= limit) {
    HF_ASSIGN(const std::size_t count, file->read_at(filled, ByteSpan(bytes).subspan(filled)));
    if (count == 0) break;
    filled += count;
    if (filled == bytes.size()) bytes.resize(std::min(filled, limit) * 2 + 1);
  }
  if (filled > limit) return fail(Code::no_space, "{} is larger than the {} bytes allowed", path, limit);
  bytes.resize(filled);
  return bytes;
}

Status write_file_atomically(FileSystem& files, const std::string& path, ByteView bytes, unsigned permissions) {
  const std::string temporary = temporary_name(path);
  const auto write = [&]() -> Status {
    HF_ASSIGN(const auto file, files.open(temporary, OpenMode::create, permissions));
    HF_TRY(file->write_at(0, bytes));
    return file->sync();
  };
  auto done = write();
  if (done) done = files.rename(temporary, path, true);
  if (done) return files.sync_directory(parent_path(path));
  static_cast<void>(files.remove(temporary));  // the first error is the one to tell
  return done;
}

}  // namespace holdfast::os
