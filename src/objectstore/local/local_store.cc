#include "objectstore/local/local_store.h"

#include <algorithm>
#include <limits>

#include "base/log.h"
#include "objectstore/local/file_source.h"
#include "objectstore/local/pending_file.h"
#include "objectstore/local/tree_walk.h"
#include "objectstore/put_source.h"

namespace holdfast::objectstore {
namespace {

constexpr std::size_t kBufferSize = kMiB;
constexpr std::uint64_t kWritebackStep =
    8 * kMiB;  // begin writing out this often, so that the sync at the end is short
constexpr std::uint64_t kSpaceCheckStep = 64 * kMiB;  // look at the free space this often

// A file that is stored again is another file: every put makes one. The time guards against an inode used again.
std::string etag_of(const os::FileInfo& file) {
  return fmt::format("{:x}-{:x}", file.inode, file.modified.time_since_epoch().count());
}

constexpr std::uint64_t kSmallObject = kMiB;  // manifests are no larger

ObjectInfo object_info(const std::string& key, const os::FileInfo& file) {
  return {.key = key, .size = file.size, .modified = file.modified, .etag = etag_of(file), .metadata = {}};
}

std::string without_trailing_slashes(std::string path) {
  while (path.size() > 1 && path.back() == '/')
    path.pop_back();
  return path;
}

LocalOptions normalised(LocalOptions options) {
  options.root = without_trailing_slashes(std::move(options.root));
  return options;
}

}  // namespace

LocalStore::LocalStore(LocalOptions options, os::FileSystem& files, os::Clock& clock, os::Random& random)
    : options_(normalised(std::move(options))),
      files_(files),
      clock_(clock),
      random_(random),
      paths_(options_.root, files) {}

Result<ObjectInfo> LocalStore::put(const std::string& key, ByteSource& source, const PutOptions& options,
                                   const std::stop_token& stop) {
  HF_ASSIGN(const std::string path, paths_.path(key));
  if (options.retain_until) {
    return with_hint(fail(Code::unsupported, "cannot lock {}: a directory has no object lock", key),
                     "use a bucket with object lock for backups that nobody may delete");
  }
  auto stored = store(key, path, source, options, stop);
  if (!stored) return in_context(std::move(stored).error(), "store {}", key);
  return stored;
}

Result<ObjectInfo> LocalStore::store(const std::string& key, const std::string& path, ByteSource& source,
                                     const PutOptions& options, const std::stop_token& stop) {
  HF_TRY(check_not_stopped(stop));
  if (!options_.make_root) HF_TRY(check_reachable());
  // A large object may end where the reserve begins: what belongs to it and is small must still fit.
  const bool small = options.size_limit && *options.size_limit <= kSmallObject;
  HF_TRY(check_space(small ? options_.keep_free / 2 : options_.keep_free));
  HF_TRY(paths_.prepare(key));
  const bool replace = !options.only_if_absent && !options.avoid_replacing;
  if (!replace) {  // asked again by the rename; here to fail before the source is read
    HF_ASSIGN(const auto there, files_.stat(path));
    if (there) return fail(Code::exists, "{} is already there", path);
  }
  sweep_once(os::parent_path(path));

  HF_ASSIGN(PendingFile pending, PendingFile::make(files_, random_, path));
  PutSource checked(source, options.size_limit, stop);
  HF_ASSIGN(const std::uint64_t size, write_all(pending.file(), checked));
  HF_TRY(check_not_stopped(stop));
  HF_ASSIGN(const os::FileInfo file, pending.commit(replace));
  if (auto synced = paths_.sync(key); !synced) return undo(std::move(synced).error(), path, file, replace);
  if (file.size != size) {
    return fail(Code::corrupt, "{} has {} bytes after {} were written", path, file.size, size);
  }
  return object_info(key, file);
}

// The object is visible, and may be gone after a power failure. What replaced nothing is taken away again; what was
// replaced cannot come back.
tl::unexpected<Error> LocalStore::undo(Error why, const std::string& path, const os::FileInfo& file, bool replaced) {
  if (replaced) {
    why.hint += fmt::format("{}{} may not survive a power failure", why.hint.empty() ? "" : ". ", path);
    return tl::unexpected<Error>(std::move(why));
  }
  const auto now = files_.stat(path);
  if (now && *now && etag_of(**now) == etag_of(file)) static_cast<void>(files_.remove(path));
  return tl::unexpected<Error>(std::move(why));
}

Result<std::uint64_t> LocalStore::write_all(os::File& file, ByteSource& source) {
  Bytes buffer(kBufferSize);
  std::uint64_t size = 0;
  std::uint64_t flushed = 0;
  std::uint64_t checked = 0;
  while (true) {
    HF_ASSIGN(const std::size_t count, source.read(buffer));
    if (count == 0) return size;
    HF_TRY(file.write_at(size, ByteView(buffer).first(count)));
    size += count;
    if (size - flushed >= kWritebackStep) {
      file.begin_writeback(flushed, size - flushed);
      flushed = size;
    }
    if (size - checked >= kSpaceCheckStep) {
      HF_TRY(check_space(options_.keep_free));
      checked = size;
    }
  }
}

Status LocalStore::check_space(std::uint64_t keep_free) {
  HF_ASSIGN(const std::uint64_t free, files_.free_bytes(options_.root));
  if (free >= keep_free) return {};
  return with_hint(fail(Code::no_space, "only {} are free in {}, and {} are kept free for other programs",
                        format_bytes(free), options_.root, format_bytes(keep_free)),
                   "free some space there or choose another place");
}

Result<ObjectStore::Opened> LocalStore::get(const std::string& key, const ByteRange& range,
                                            const std::stop_token& stop) {
  HF_TRY(check_not_stopped(stop));
  HF_ASSIGN(const std::string path, paths_.path(key));
  HF_ASSIGN(const auto found, paths_.find(key));
  if (!found) return fail(Code::not_found, "{} does not exist in {}", key, describe());
  HF_ASSIGN(auto file, files_.open(path, os::OpenMode::read));
  ObjectInfo info = object_info(key, *found);
  HF_ASSIGN(info.size, file->size());  // of what was opened: the name may lead to another file since find()
  HF_ASSIGN(const auto part, resolve_range(range, info.size, key));
  auto source = std::make_unique<FileSource>(std::move(file), key, info.size, part, stop);
  return Opened{.info = std::move(info), .source = std::move(source)};
}

Result<ObjectInfo> LocalStore::head(const std::string& key, const std::stop_token& stop) {
  HF_TRY(check_not_stopped(stop));
  HF_ASSIGN(const auto found, paths_.find(key));
  if (!found) return fail(Code::not_found, "{} does not exist in {}", key, describe());
  return object_info(key, *found);
}

Status LocalStore::list(const std::string& prefix, const Visitor& visit, const std::stop_token& stop) {
  const TreeVisitor visitor{
      .on_object = [&](const std::string& key, const os::FileInfo& info) { return visit(object_info(key, info)); },
      .on_temporary = {},
      .on_unreadable =
          [](const std::string& path) {
            log::event(log::Level::warning, "directory_not_readable", {{"path", path}, {"effect", "passed over"}});
          }};
  return walk_tree(files_, options_.root, prefix, visitor, stop);
}

Status LocalStore::remove(const std::string& key, const std::stop_token& stop) {
  HF_TRY(check_not_stopped(stop));
  HF_ASSIGN(const std::string path, paths_.path(key));
  HF_ASSIGN(const auto found, paths_.find(key));
  if (!found) return check_reachable();
  HF_TRY(files_.remove(path));
  return files_.sync_directory(os::parent_path(path));
}

// What is not seen because a disk is not mounted is not removed, and not made anew where only its owner may.
Status LocalStore::check_reachable() {
  Status root = check_root(files_, options_.root);
  if (root || root.error().code != Code::not_found) return root;
  Error error = std::move(root).error();
  error.code = Code::unavailable;
  error.retryable = true;
  return tl::unexpected<Error>(std::move(error));
}

Features LocalStore::features(const std::stop_token&) const {
  constexpr std::uint64_t kLargestFile = std::numeric_limits<std::int64_t>::max();
  return {.conditional_put = true,
          .conditional_put_limit = kLargestFile,
          .metadata = false,
          .object_lock = false,
          .versions = false,
          .largest_object = kLargestFile};
}

Result<std::uint64_t> LocalStore::abort_stale_uploads(const StaleUploads& which, const std::stop_token& stop) {
  std::uint64_t removed = 0;
  const WallTime limit = clock_.now() - which.older_than;
  const TreeVisitor visitor{.on_object = {},
                            .on_temporary = [&](const std::string& path, const os::FileInfo& info) -> Status {
                              if (info.modified >= limit) return {};
                              HF_TRY(files_.remove(path));
                              ++removed;
                              return {};
                            },
                            .on_unreadable = {}};
  HF_TRY(walk_tree(files_, options_.root, which.prefix, visitor, stop));
  return removed;
}

// A process that was killed leaves its temporary file; the next one that stores something beside it clears it away.
// Nothing here is a reason to fail a put.
void LocalStore::sweep_once(const std::string& directory) {
  {
    const std::lock_guard guard(mutex_);
    if (!swept_.insert(directory).second) return;
  }
  const WallTime limit = clock_.now() - options_.stale_after;
  const auto names = files_.list(directory);
  if (!names) return;
  for (const std::string& name : *names) {
    if (!name.starts_with(kTemporaryPrefix)) continue;
    const std::string path = os::join_path(directory, name);
    const auto info = files_.stat(path);
    if (info && *info && (*info)->modified < limit) static_cast<void>(files_.remove(path));
  }
}

}  // namespace holdfast::objectstore
