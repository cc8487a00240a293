#include "objectstore/local/tree_walk.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "objectstore/local/key_paths.h"
#include "objectstore/object_store.h"
#include "objectstore/put_source.h"

namespace holdfast::objectstore {
namespace {

struct Entry {
  std::string order;  // the name, with '/' behind a directory's: then sorting names sorts keys ("a.b" before "a/b")
  std::string name;
  os::FileInfo info;
};

class Walk {
 public:
  Walk(os::FileSystem& files, const std::string& root, const std::string& prefix, const TreeVisitor& visitor,
       const std::stop_token& stop)
      : files_(files), root_(root), prefix_(prefix), visitor_(visitor), stop_(stop) {}

  // `folder` is "" for the root, else "a/b/".
  Status begin(const std::string& folder) {
    first_ = folder;
    return directory(folder);
  }

 private:
  Status directory(const std::string& folder) {
    HF_ASSIGN(const auto entries, entries_of(folder));
    for (const Entry& entry : entries) {
      HF_TRY(check_not_stopped(stop_));
      HF_TRY(visit(folder, entry));
    }
    return {};
  }

  Result<std::vector<Entry>> entries_of(const std::string& folder) {
    std::vector<Entry> entries;
    auto names = files_.list(os::join_path(root_, folder));
    if (!names && names.error().code == Code::not_found && !folder.empty()) return entries;
    if (!names && names.error().code == Code::refused && folder != first_) {
      if (visitor_.on_unreadable) visitor_.on_unreadable(os::join_path(root_, folder));
      return entries;
    }
    if (!names) return tl::unexpected<Error>(std::move(names).error());
    for (std::string& name : *names) {
      if (!may_match(folder + name)) continue;
      const auto looked = files_.stat(os::join_path(root_, folder + name));
      if (!looked && looked.error().code == Code::refused && folder != first_) {
        if (visitor_.on_unreadable) visitor_.on_unreadable(os::join_path(root_, folder + name));
        continue;
      }
      HF_ASSIGN(const auto info, looked);
      if (!info || info->is_link || info->kind == os::FileKind::other) continue;
      const bool is_directory = info->kind == os::FileKind::directory;
      entries.push_back({.order = is_directory ? name + "/" : name, .name = std::move(name), .info = *info});
    }
    std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.order < b.order; });
    return entries;
  }

  // Either could be a beginning of the other; temporary files count for every key in their directory.
  bool may_match(const std::string& path) const {
    if (os::file_name(path).starts_with(kTemporaryPrefix)) return true;
    const auto common = std::min(path.size(), prefix_.size());
    return path.compare(0, common, prefix_, 0, common) == 0;
  }

  Status visit(const std::string& folder, const Entry& entry) {
    const std::string key = folder + entry.name;
    if (!check_key(key)) return {};
    if (entry.info.kind == os::FileKind::directory) return directory(key + "/");
    if (entry.name.starts_with(kTemporaryPrefix)) {
      if (!visitor_.on_temporary) return {};
      return visitor_.on_temporary(os::join_path(root_, key), entry.info);
    }
    if (!visitor_.on_object || !key.starts_with(prefix_)) return {};
    return visitor_.on_object(key, entry.info);
  }

  os::FileSystem& files_;
  const std::string& root_;
  const std::string& prefix_;
  const TreeVisitor& visitor_;
  const std::stop_token& stop_;
  std::string first_;  // the folder that was asked for
};

// Is every directory from the root to `folder` ("a/b") really one? Links are not followed.
Result<bool> can_enter(os::FileSystem& files, const std::string& root, const std::string& folder) {
  for (auto slash = folder.find('/');; slash = folder.find('/', slash + 1)) {
    HF_ASSIGN(const auto info, files.stat(os::join_path(root, folder.substr(0, slash))));
    if (!info || info->is_link || info->kind != os::FileKind::directory) return false;
    if (slash == std::string::npos) return true;
  }
}

}  // namespace

Status check_root(os::FileSystem& files, const std::string& root) {
  HF_ASSIGN(const auto top, files.stat(root));
  if (top && top->kind == os::FileKind::directory) return {};
  return with_hint(fail(Code::not_found, "{} {}", root, top ? "is not a directory" : "does not exist"),
                   "nothing was ever stored there, or the path is wrong, or a disk is not mounted");
}

Status walk_tree(os::FileSystem& files, const std::string& root, const std::string& prefix, const TreeVisitor& visitor,
                 const std::stop_token& stop) {
  HF_TRY(check_root(files, root));
  Walk walk(files, root, prefix, visitor, stop);
  const auto slash = prefix.rfind('/');
  if (slash == std::string::npos) return walk.begin("");
  const std::string folder = prefix.substr(0, slash);
  if (!check_key(folder)) return {};  // "../", "a//": no key begins so
  HF_ASSIGN(const bool enter, can_enter(files, root, folder));
  return enter ? walk.begin(folder + "/") : Status{};
}

}  // namespace holdfast::objectstore
