#include "objectstore/local/key_paths.h"

#include <vector>

#include "objectstore/object_store.h"

namespace holdfast::objectstore {
namespace {

constexpr std::size_t kLongestName = 255;  // bytes; what Linux file systems allow

// Calls `visit` with "a", "a/b", … for key "a/b/c", without the key itself, until it returns false.
template <class Visit>
void for_each_folder(const std::string& key, const Visit& visit) {
  for (auto slash = key.find('/'); slash != std::string::npos; slash = key.find('/', slash + 1)) {
    if (!visit(key.substr(0, slash))) return;
  }
}

tl::unexpected<Error> clash(const std::string& key, const std::string& other) {
  return with_hint(fail(Code::refused, "cannot store {} here: {}", key, other),
                   "in a directory a name cannot be both an object and the folder of others; choose another name");
}

}  // namespace

Result<std::string> KeyPaths::path(const std::string& key) const {
  HF_TRY(check_key(key));
  std::string_view rest = key;
  while (true) {
    const auto slash = rest.find('/');
    const std::string_view segment = rest.substr(0, slash);
    if (segment.size() > kLongestName) {
      return fail(Code::unsupported, "\"{}…\" is longer than the {} bytes a file name may have", segment.substr(0, 40),
                  kLongestName);
    }
    if (segment.starts_with(kTemporaryPrefix)) {
      return fail(Code::usage, "\"{}\": names that begin with {} are temporary files", key, kTemporaryPrefix);
    }
    if (slash == std::string_view::npos) return os::join_path(root_, key);
    rest.remove_prefix(slash + 1);
  }
}

Result<std::optional<os::FileInfo>> KeyPaths::find(const std::string& key) const {
  HF_ASSIGN(const std::string file, path(key));
  Status in_the_way;
  bool reachable = true;
  for_each_folder(key, [&](const std::string& folder) {
    const auto info = look(os::join_path(root_, folder));
    if (!info) in_the_way = tl::unexpected<Error>(info.error());
    reachable = info && *info && (*info)->kind == os::FileKind::directory;
    return reachable;
  });
  HF_TRY(in_the_way);
  if (!reachable) return std::optional<os::FileInfo>();
  HF_ASSIGN(auto info, look(file));
  if (info && info->kind != os::FileKind::file) info.reset();
  return info;
}

Status KeyPaths::prepare(const std::string& key) const {
  HF_ASSIGN(const std::string file, path(key));
  HF_TRY(make_root());
  Status done;
  for_each_folder(key, [&](const std::string& folder) {
    done = make_folder(key, folder);
    return done.has_value();
  });
  HF_TRY(done);
  HF_TRY(check_replaceable(key, file));
  auto synced = files_.sync_directory(os::parent_path(file));
  if (synced) return {};
  Error error = std::move(synced).error();
  if (error.code == Code::refused) {
    error.hint =
        "give the user who saves the right to read that directory too: without it nothing can be known to be on the "
        "disk";
  }
  return tl::unexpected<Error>(std::move(error));
}

Status KeyPaths::make_folder(const std::string& key, const std::string& folder) const {
  const std::string directory = os::join_path(root_, folder);
  HF_ASSIGN(const auto info, look(directory));
  if (info && info->kind == os::FileKind::directory) return {};
  if (info) return clash(key, fmt::format("{} is a file there", folder));
  HF_TRY(files_.make_directories(directory));
  return files_.sync_directory(os::parent_path(directory));
}

Status KeyPaths::check_replaceable(const std::string& key, const std::string& file) const {
  HF_ASSIGN(const auto info, look(file));
  if (!info || info->kind == os::FileKind::file) return {};
  if (info->kind == os::FileKind::directory) return clash(key, fmt::format("{} is a directory there", key));
  return with_hint(fail(Code::refused, "{} is a device, a FIFO or a socket", file),
                   "only regular files are replaced; choose another name");
}

// Parents of the root that had to be made are synced here, once; the root's own entry with every put.
Status KeyPaths::make_root() const {
  std::vector<std::string> made;
  for (std::string at = root_;; at = os::parent_path(at)) {
    HF_ASSIGN(const auto info, files_.stat(at));
    if (info) break;
    made.push_back(at);
  }
  HF_TRY(files_.make_directories(root_));
  for (const std::string& directory : made)
    HF_TRY(files_.sync_directory(os::parent_path(directory)));
  return {};
}

// Every level, not only the ones this put made: another put may have made one a moment ago and not have synced it yet.
Status KeyPaths::sync(const std::string& key) const {
  HF_TRY(files_.sync_directory(os::parent_path(os::join_path(root_, key))));
  const auto sync_above = [this](const std::string& directory) -> Status {
    auto synced = files_.sync_directory(directory);
    if (!synced && synced.error().code == Code::refused) return {};  // see the header
    return synced;
  };
  for (auto slash = key.rfind('/'); slash != std::string::npos && slash > 0; slash = key.rfind('/', slash - 1)) {
    HF_TRY(sync_above(os::parent_path(os::join_path(root_, key.substr(0, slash)))));
  }
  return sync_above(os::parent_path(root_));
}

Result<std::optional<os::FileInfo>> KeyPaths::look(const std::string& path) const {
  HF_ASSIGN(const auto info, files_.stat(path));
  if (info && info->is_link) {
    return with_hint(fail(Code::refused, "{} is a symbolic link", path),
                     "links below a backup directory are not followed; replace it with what it leads to");
  }
  return info;
}

}  // namespace holdfast::objectstore
