#include "launcher/member/stage.h"

#include <optional>
#include <utility>

#include "launcher/member/bring_to.h"

#include "snapshot/restore.h"
#include "snapshot/restore_checks.h"

namespace holdfast::launcher {
namespace {

// The directory and the missing ones above it, on the disk for good.
Status make_root(os::FileSystem& files, const std::string& path) {
  HF_ASSIGN(const auto info, files.stat(path));
  if (info) return {};
  HF_TRY(make_root(files, os::parent_path(path)));
  HF_TRY(files.make_directories(path));
  return files.sync_directory(os::parent_path(path));
}

Status give_tree(os::FileSystem& files, const std::string& path, const os::FileInfo& like) {
  HF_ASSIGN(const auto info, files.stat(path));
  if (!info) return {};
  if (info->kind == os::FileKind::directory && !info->is_link) {
    HF_ASSIGN(const auto names, files.list(path));
    for (const std::string& name : names)
      HF_TRY(give_tree(files, os::join_path(path, name), like));
  }
  if (info->owner == like.owner && info->group == like.group) return {};
  return files.change_owner(path, like.owner, like.group);
}

class Staging {
 public:
  Staging(os::FileSystem& files, os::Random& random, Layout layout, const StageRequest& request,
          const snapshot::MemberSpec& member)
      : files_(files),
        random_(random),
        layout_(std::move(layout)),
        request_(request),
        member_(member),
        building_(layout_.path(layout_.name(Kind::building, request.id))),
        content_(layout_.inside ? os::join_path(building_, "member") : building_) {}

  Result<StageReport> build() {
    if (request_.source.size_hint > 0) HF_TRY(check_room(files_, layout_, request_.source.size_hint));
    auto report = build_and_prove();
    if (report) return report;
    static_cast<void>(os::remove_tree(files_, building_));  // the first error is the one to tell
    return report;
  }

 private:
  Result<StageReport> build_and_prove() {
    HF_TRY(files_.make_directories(building_, 0700));
    HF_ASSIGN(const snapshot::RestoreReport restored, restore());
    HF_TRY(give_away());
    HF_ASSIGN(StagedFacts facts, prove_member(files_,
                                              {.id = request_.id,
                                               .directory = os::join_path(building_, "member"),
                                               .membership = request_.membership,
                                               .member = member_,
                                               .report = restored,
                                               .source = request_.source,
                                               .revision_bump = request_.revision_bump},
                                              request_.stop));
    if (request_.stop.stop_requested()) return fail(Code::cancelled, "the staging was stopped");
    HF_TRY(os::write_file_atomically(files_, layout_.staged_file(content_), as_bytes(encode_staged_facts(facts))));
    HF_TRY(files_.rename(content_, layout_.path(layout_.name(Kind::staged, request_.id)), false));
    HF_TRY(files_.sync_directory(layout_.root));
    if (layout_.inside) {
      HF_TRY(files_.sync_directory(building_));     // the other end of the rename
      static_cast<void>(files_.remove(building_));  // empty; if it stays, the next staging removes it
    }
    return StageReport{.facts = std::move(facts), .kept = false, .warnings = restored.warnings};
  }

  // Everything that restore() makes on its way lies in the directory that is being built, so that one removal takes it.
  Result<snapshot::RestoreReport> restore() {
    HF_ASSIGN(const auto source, request_.open_source());
    snapshot::RestoreOptions options;
    options.membership = request_.membership;
    options.targets = {{.name = member_.name, .data_dir = building_, .wal_dir = ""}};
    options.bump_revision = request_.revision_bump;
    options.mark_compacted = request_.revision_bump > 0;
    options.clear_alarms = request_.clear_alarms;
    options.target_version = request_.target_version;
    options.on_progress = request_.on_progress;
    options.stop = request_.stop;
    const snapshot::RestoreInput input{.stream = source.get(), .stream_size_hint = request_.source.size_hint};
    return snapshot::restore(input, options, files_, random_);
  }

  // etcd may run as another user than whoever restores.
  Status give_away() {
    HF_ASSIGN(auto like, files_.stat(layout_.live()));
    if (!like && layout_.inside) {
      HF_ASSIGN(like, files_.stat(layout_.root));
    }
    if (!like) return {};
    return give_tree(files_, content_, *like);
  }

  os::FileSystem& files_;
  os::Random& random_;
  const Layout layout_;
  const StageRequest& request_;
  const snapshot::MemberSpec& member_;
  const std::string building_;
  const std::string content_;  // what becomes the staged directory
};

Result<StageReport> report_kept(os::FileSystem& files, const Place& place, const std::string& id) {
  HF_ASSIGN(const MemberDisk disk, observe(files, place, {}));
  const StoredDirectory* staged = disk.find(Kind::staged, id);
  if (staged == nullptr || !staged->facts) return fail(Code::unavailable, "what restore {} staged is gone again", id);
  return StageReport{.facts = *staged->facts, .kept = true, .warnings = {}};
}

}  // namespace

Status check_room(os::FileSystem& files, const Layout& layout, std::uint64_t database_size) {
  return snapshot::check_space(files, {{.member = nullptr, .data_dir = layout.live(), .wal_dir = ""}}, database_size);
}

Result<StageReport> stage(os::FileSystem& files, os::Random& random, const Place& place, const StageRequest& request) {
  const snapshot::MemberSpec* member = request.membership.find(request.member_name);
  if (member == nullptr)
    return fail(Code::usage, "the cluster to be restored has no member named {}", request.member_name);
  HF_ASSIGN(Layout layout, find_layout(files, place));
  HF_TRY(make_root(files, layout.root));
  const Wanted wanted{.goal = Goal::staged,
                      .id = request.id,
                      .key = {.source_sha256 = request.source.database_sha256,
                              .cluster_id = request.membership.cluster_id,
                              .member_id = member->id,
                              .revision_bump = request.revision_bump}};
  HF_ASSIGN(const Step last, work_towards(files, place, wanted, {}));
  if (last.kind == StepKind::done) return report_kept(files, place, request.id);
  if (last.kind == StepKind::refuse) HF_TRY(carry_out(files, layout, last));
  return Staging(files, random, std::move(layout), request, *member).build();
}

}  // namespace holdfast::launcher
