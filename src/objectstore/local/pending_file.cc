#include "objectstore/local/pending_file.h"

#include <utility>

#include "objectstore/local/key_paths.h"

namespace holdfast::objectstore {

Result<PendingFile> PendingFile::make(os::FileSystem& files, os::Random& random, const std::string& target) {
  const std::string name = fmt::format("{}{:016x}", kTemporaryPrefix, random.next());
  std::string path = os::join_path(os::parent_path(target), name);
  HF_ASSIGN(auto file, files.open(path, os::OpenMode::create));
  return PendingFile(files, std::move(path), target, std::move(file));
}

PendingFile::PendingFile(PendingFile&& other) noexcept
    : files_(other.files_),
      path_(std::exchange(other.path_, {})),
      target_(other.target_),
      file_(std::move(other.file_)) {}

PendingFile::~PendingFile() {
  // What cannot be removed now is swept as stale later; there is nobody to tell.
  if (!path_.empty()) static_cast<void>(files_.remove(path_));
}

Result<os::FileInfo> PendingFile::commit(bool replace) {
  HF_TRY(file_->sync());
  // Looked at under the name nobody else uses: under the final one somebody may replace it at once.
  HF_ASSIGN(const auto info, files_.stat(path_));
  if (!info) return fail(Code::not_found, "{} was removed while it was written", path_);
  auto renamed = files_.rename(path_, target_, replace);
  if (!renamed && renamed.error().code == Code::exists) return fail(Code::exists, "{} is already there", target_);
  HF_TRY(renamed);
  path_.clear();
  return *info;
}

}  // namespace holdfast::objectstore
