#include "snapshot/restore.h"

#include <memory>

#include "base/sha256.h"
#include "snapshot/database_checker.h"
#include "snapshot/free_pages.h"
#include "snapshot/member_stage.h"
#include "snapshot/restore_checks.h"
#include "snapshot/restore_edit.h"
#include "snapshot/restore_warnings.h"
#include "snapshot/snapshot_intake.h"

namespace holdfast::snapshot {
namespace {

constexpr std::uint64_t kCopyPiece = 8 * kMiB;

// One restore from its first check to its last rename. Stages are removed with it unless everything succeeded.
class Restore {
 public:
  Restore(const RestoreInput& input, const RestoreOptions& options, os::FileSystem& files, os::Random& random)
      : input_(input), options_(options), files_(files), random_(random) {}
  ~Restore() {
    while (!stages_.empty())
      stages_.pop_back();  // the first one may have made directories that others are in
  }
  Restore(const Restore&) = delete;
  Restore& operator=(const Restore&) = delete;

  Result<RestoreReport> run() {
    HF_ASSIGN(targets_, plan_targets(input_, options_));
    const std::unique_ptr<SnapshotIntake> intake = make_intake();
    auto head = intake->open();
    if (!head) return in_context(std::move(head).error(), "read the snapshot");
    HF_TRY(check_space(files_, targets_, head->database_size));
    set_total(*head);
    HF_TRY(make_stages());
    HF_TRY(build_database(*intake));
    for (std::size_t i = 1; i < stages_.size(); ++i)
      HF_TRY(copy_database(*stages_[i]));
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      HF_TRY(check_stop());
      HF_TRY(stages_[i]->write_raft_files(options_.membership, *targets_[i].member));
    }
    HF_TRY(publish());
    finish_report();
    return std::move(report_);
  }

 private:
  std::unique_ptr<SnapshotIntake> make_intake() {
    IntakeOptions intake{.skip_hash_check = options_.skip_hash_check || options_.allow_damage,
                         .on_progress = [this](std::uint64_t done) { report_progress(done); },
                         .stop = options_.stop};
    if (input_.file != nullptr) return make_file_intake(*input_.file, std::move(intake));
    return make_stream_intake(*input_.stream, std::move(intake));
  }

  void set_total(const IntakeHead& head) {
    const std::uint64_t snapshot = head.snapshot_size > 0 ? head.snapshot_size : input_.stream_size_hint;
    if (snapshot > 0) total_ = snapshot + (targets_.size() - 1) * head.database_size;
  }

  Status make_stages() {
    for (const PlannedTarget& target : targets_) {
      HF_ASSIGN(auto stage, MemberStage::create(files_, random_, target.data_dir, target.wal_dir));
      stages_.push_back(std::move(stage));
    }
    return {};
  }

  Status build_database(SnapshotIntake& intake) {
    HF_ASSIGN(database_, files_.open(stages_.front()->database_path(), os::OpenMode::create));
    auto taken = intake.copy_to(*database_);
    if (!taken) return in_context(std::move(taken).error(), "copy the database");
    report_.snapshot_size = taken->snapshot_size;
    report_.sha256 = to_hex(taken->digest);
    done_ = taken->snapshot_size;
    if (taken->wrong_trailer) {
      report_.warnings.emplace_back(
          "the SHA-256 at the end of the snapshot is that of other bytes: it was changed since etcd wrote it");
    }
    HF_TRY(judge(std::move(taken->facts)));
    const Status edited = edit();
    if (!edited) return in_context(edited.error(), "give the database its new members");
    return database_->sync();
  }

  // What the scan of the copy said. A layout that it cannot judge is looked at once more, at random.
  Status judge(Result<PageFacts> facts) {
    if (!facts && facts.error().code == Code::unsupported) {
      HF_ASSIGN(const SnapshotFile layout, read_snapshot_file(*database_));
      facts = read_at_random(*database_, layout);
    }
    if (facts && options_.skip_hash_check) facts->damaged_meta.clear();  // a copied db file may have one good meta page
    Status good = facts ? check_snapshot_facts(*facts) : Status(tl::unexpected<Error>(std::move(facts).error()));
    if (good || good.error().code != Code::corrupt) return good;
    if (options_.allow_damage) {
      report_.warnings.push_back("the database is damaged: " + good.error().message);
      return {};
    }
    return with_hint(
        in_context(std::move(good).error(), "check the pages of the snapshot"),
        "etcd may not start from it: restore another snapshot; `snapshot verify` lists the damage; if it is "
        "the last one, --allow-damage restores it as it is");
  }

  Status edit() {
    HF_ASSIGN(const std::uint64_t size, database_->size());
    HF_ASSIGN(const EditResult edited,
              edit_database(*database_, size, options_.membership,
                            {.bump_revision = options_.bump_revision, .clear_alarms = options_.clear_alarms}));
    report_.revision = edited.revision;
    report_.database_size = edited.meta.high_water_mark * edited.meta.page_size;
    for (std::string& warning : restore_warnings(edited.found, options_.clear_alarms, options_.target_version))
      report_.warnings.push_back(std::move(warning));
    if (!options_.drop_free_pages) return {};
    HF_ASSIGN(const FreePages free, drop_free_pages(*database_, edited.meta, options_.stop));
    report_.freed_size = free.bytes;
    return {};
  }

  // The database is the same for every member: only the write-ahead log says who one is.
  Status copy_database(MemberStage& stage) {
    HF_ASSIGN(const auto file, files_.open(stage.database_path(), os::OpenMode::create));
    HF_TRY(file->allocate(report_.database_size));
    for (std::uint64_t at = 0; at < report_.database_size; at += kCopyPiece) {
      HF_TRY(check_stop());
      const std::uint64_t length = std::min(kCopyPiece, report_.database_size - at);
      HF_TRY(database_->copy_range(at, length, *file, at));
      file->begin_writeback(at, length);
      report_progress(length);
      done_ += length;
    }
    return file->sync();
  }

  Status publish() {
    HF_TRY(check_stop());
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      Status published = stages_[i]->publish();
      if (published) continue;
      for (std::size_t back = i; back-- > 0;) {
        if (const Status withdrawn = stages_[back]->withdraw(); !withdrawn) {
          return in_context(std::move(published).error(), "{} could not be taken back ({})", targets_[back].data_dir,
                            withdrawn.error().message);
        }
      }
      return published;
    }
    for (const auto& stage : stages_)
      stage->keep();
    return {};
  }

  void finish_report() {
    report_.cluster_id = options_.membership.cluster_id;
    for (std::size_t i = 0; i < stages_.size(); ++i) {
      const PlannedTarget& target = targets_[i];
      report_.members.push_back({.name = target.member->name,
                                 .member_id = target.member->id,
                                 .data_dir = target.data_dir,
                                 .wal_dir = target.wal_dir});
      for (const std::string& leftover : stages_[i]->leftovers()) {
        report_.warnings.push_back("an earlier restore was interrupted and left " + leftover +
                                   " behind; it can be removed");
      }
    }
  }

  Status check_stop() const {
    if (options_.stop.stop_requested()) return fail(Code::cancelled, "the restore was stopped");
    return {};
  }

  void report_progress(std::uint64_t done) const {
    if (options_.on_progress) options_.on_progress(done_ + done, total_);
  }

  const RestoreInput& input_;
  const RestoreOptions& options_;
  os::FileSystem& files_;
  os::Random& random_;
  std::vector<PlannedTarget> targets_;
  std::vector<std::unique_ptr<MemberStage>> stages_;  // one per target, in their order
  std::unique_ptr<os::File> database_;                // the first stage's
  std::uint64_t done_ = 0;                            // bytes moved before the current step
  std::uint64_t total_ = 0;                           // 0: unknown
  RestoreReport report_;
};

}  // namespace

Result<RestoreReport> restore(const RestoreInput& input, const RestoreOptions& options, os::FileSystem& files,
                              os::Random& random) {
  return Restore(input, options, files, random).run();
}

}  // namespace holdfast::snapshot
