#include "snapshot/member_stage.h"

#include "snapshot/plain_path.h"
#include "snapshot/raft_snapshot.h"
#include "snapshot/wal_writer.h"

namespace holdfast::snapshot {
namespace {

constexpr std::string_view kSnapDirectory = "member/snap";
constexpr std::string_view kWalDirectory = "member/wal";

// From `path` up to and including `root`, which it lies inside.
Status sync_upwards(os::FileSystem& files, std::string path, const std::string& root) {
  while (path.size() > root.size()) {
    HF_TRY(files.sync_directory(path));
    path = os::parent_path(path);
  }
  return files.sync_directory(root);
}

}  // namespace

Result<std::unique_ptr<MemberStage>> MemberStage::create(os::FileSystem& files, os::Random& random,
                                                         const std::string& data_dir, const std::string& wal_dir) {
  std::unique_ptr<MemberStage> stage(new MemberStage(files));
  stage->wal_inside_ = wal_dir.empty() ? std::string(kWalDirectory) : path_inside(data_dir, wal_dir);
  HF_ASSIGN(stage->data_, StagedDirectory::create(files, random, data_dir));
  HF_TRY(files.make_directories(os::join_path(stage->data_->path(), kSnapDirectory), 0700));
  if (stage->wal_inside_.empty()) {
    HF_ASSIGN(stage->wal_, StagedDirectory::create(files, random, wal_dir));
  }
  return stage;
}

MemberStage::~MemberStage() = default;

std::string MemberStage::database_path() const {
  return os::join_path(os::join_path(data_->path(), kSnapDirectory), "db");
}

std::vector<std::string> MemberStage::leftovers() const {
  std::vector<std::string> all = data_->leftovers();
  if (wal_) all.insert(all.end(), wal_->leftovers().begin(), wal_->leftovers().end());
  return all;
}

Status MemberStage::write_raft_files(const Membership& membership, const MemberSpec& member) {
  const std::string snap = os::join_path(data_->path(), kSnapDirectory);
  HF_TRY(write_raft_snapshot(files_, snap, membership));
  const std::string& wal_root = wal_ ? wal_->path() : data_->path();
  const std::string wal = wal_ ? wal_root : os::join_path(wal_root, wal_inside_);
  HF_TRY(files_.make_directories(wal, 0700));
  HF_TRY(write_wal(files_, wal, membership, member));
  HF_TRY(sync_upwards(files_, wal, wal_root));
  return sync_upwards(files_, snap, data_->path());
}

Status MemberStage::publish() {
  if (wal_) HF_TRY(wal_->publish());
  Status done = data_->publish();
  if (done || !wal_) return done;
  if (const Status back = wal_->withdraw(); !back) {
    return in_context(std::move(done).error(), "{} could not be taken back ({})", wal_->target(), back.error().message);
  }
  return done;
}

Status MemberStage::withdraw() {
  HF_TRY(data_->withdraw());
  return wal_ ? wal_->withdraw() : Status();
}

void MemberStage::keep() {
  data_->keep();
  if (wal_) wal_->keep();
}

}  // namespace holdfast::snapshot
