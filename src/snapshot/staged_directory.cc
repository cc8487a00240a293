#include "snapshot/staged_directory.h"

#include <algorithm>

#include "base/bytes.h"

namespace holdfast::snapshot {
namespace {

constexpr std::string_view kMark = ".holdfast-";
constexpr std::string_view kMember = "member";

std::string random_suffix(os::Random& random) {
  Bytes bytes(8);
  random.fill(bytes);
  return std::string(kMark) + to_hex(bytes);
}

}  // namespace

Result<std::unique_ptr<StagedDirectory>> StagedDirectory::create(os::FileSystem& files, os::Random& random,
                                                                 const std::string& target) {
  std::unique_ptr<StagedDirectory> staged(new StagedDirectory(files, target));
  HF_ASSIGN(staged->inside_, staged->look_at_target());
  const std::string suffix = random_suffix(random);
  if (staged->inside_) {
    staged->path_ = os::join_path(target, suffix);
  } else {
    staged->look_for_siblings();
    HF_TRY(staged->make_parents());
    staged->path_ = os::join_path(os::parent_path(target), "." + os::file_name(target) + suffix);
  }
  HF_TRY(files.make_directories(staged->path_, 0700));
  return staged;
}

StagedDirectory::~StagedDirectory() {
  if (kept_) return;
  static_cast<void>(move_back());  // whoever wants to know of a failure calls withdraw()
  discard();
}

// Is there an empty directory?
Result<bool> StagedDirectory::look_at_target() {
  HF_ASSIGN(const auto info, files_.stat(target_));
  if (!info) return false;
  if (info->kind != os::FileKind::directory) return fail(Code::exists, "{} is there and is not a directory", target_);
  HF_ASSIGN(const auto names, files_.list(target_));
  for (const std::string& name : names) {
    if (name.starts_with(kMark)) {
      leftovers_.push_back(os::join_path(target_, name));
    } else if (name != "lost+found") {
      return with_hint(fail(Code::exists, "{} is not empty: it holds {}", target_, name),
                       "choose a directory that does not exist, or move the old one away first");
    }
  }
  return true;
}

void StagedDirectory::look_for_siblings() {
  const std::string parent = os::parent_path(target_);
  const auto names = files_.list(parent);
  if (!names) return;  // not there yet, or not readable: then there is nothing to tell
  const std::string prefix = "." + os::file_name(target_) + std::string(kMark);
  for (const std::string& name : *names) {
    if (name.starts_with(prefix)) leftovers_.push_back(os::join_path(parent, name));
  }
}

Status StagedDirectory::make_parents() {
  std::vector<std::string> missing;
  for (std::string at = os::parent_path(target_);; at = os::parent_path(at)) {
    HF_ASSIGN(const auto info, files_.stat(at));
    if (info || at == os::parent_path(at)) break;
    missing.push_back(at);
  }
  std::reverse(missing.begin(), missing.end());
  for (std::string& directory : missing) {
    HF_TRY(files_.make_directories(directory, 0700));
    made_.push_back(std::move(directory));
    HF_TRY(files_.sync_directory(os::parent_path(made_.back())));
  }
  return {};
}

Status StagedDirectory::publish() {
  Status moved = move_into_place();
  if (moved) moved = files_.sync_directory(inside_ ? target_ : os::parent_path(target_));
  if (moved) return {};
  if (const Status back = move_back(); !back) {
    return in_context(std::move(moved).error(), "{} could not be taken back ({})", target_, back.error().message);
  }
  return moved;
}

Status StagedDirectory::move_into_place() {
  if (!inside_) {
    HF_TRY(files_.rename(path_, target_, false));
    published_.push_back(target_);
    return {};
  }
  HF_ASSIGN(std::vector<std::string> names, files_.list(path_));
  // A server looks for "member" first: it comes last.
  const auto member = std::find(names.begin(), names.end(), kMember);
  if (member != names.end()) std::rotate(member, member + 1, names.end());
  for (const std::string& name : names) {
    HF_TRY(files_.rename(os::join_path(path_, name), os::join_path(target_, name), false));
    published_.push_back(name);
  }
  return {};
}

Status StagedDirectory::move_back() {
  while (!published_.empty()) {
    if (inside_) {
      const std::string& name = published_.back();
      HF_TRY(files_.rename(os::join_path(target_, name), os::join_path(path_, name), false));
    } else {
      HF_TRY(files_.rename(target_, path_, false));
    }
    published_.pop_back();
  }
  return {};
}

Status StagedDirectory::withdraw() {
  HF_TRY(move_back());
  discard();
  return {};
}

void StagedDirectory::keep() {
  kept_ = true;
  // Nothing depends on the empty temporary directory or hears of a failure here: the next restore names it as a
  // leftover.
  if (inside_) static_cast<void>(files_.remove(path_));
}

// Best effort: this runs after an error, which is the one to tell. The target itself is never removed.
void StagedDirectory::discard() {
  if (!published_.empty()) return;
  if (!path_.empty()) static_cast<void>(os::remove_tree(files_, path_));
  for (auto it = made_.rbegin(); it != made_.rend(); ++it)
    static_cast<void>(files_.remove(*it));  // stays if not empty
  made_.clear();
}

}  // namespace holdfast::snapshot
