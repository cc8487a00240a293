#include "launcher/member/bring_to.h"

#include <string>

namespace holdfast::launcher {
namespace {

constexpr int kMaxSteps = 1000;  // a handful, and one for each directory that is left over

Status refused(const Step& step) {
  auto error = fail(Code::refused, "{}", step.reason);
  return step.hint.empty() ? error : with_hint(std::move(error), step.hint);
}

Status remove(os::FileSystem& files, const Layout& layout, const Step& step) {
  const std::string path = layout.path(step.from);
  HF_TRY(step.kind == StepKind::remove_tree ? os::remove_tree(files, path) : files.remove(path));
  return files.sync_directory(layout.root);
}

}  // namespace

Status carry_out(os::FileSystem& files, const Layout& layout, const Step& step) {
  const std::string journal = layout.path(layout.journal_name());
  switch (step.kind) {
    case StepKind::write_journal:
      return os::write_file_atomically(files, journal, as_bytes(encode_journal(step.journal)));
    case StepKind::rename:
      HF_TRY(files.rename(layout.path(step.from), layout.path(step.to), false));
      return files.sync_directory(layout.root);
    case StepKind::remove_empty:
    case StepKind::remove_tree:
      return remove(files, layout, step);
    case StepKind::clear_journal:
      HF_TRY(files.remove(journal));
      return files.sync_directory(layout.root);
    case StepKind::done:
      return {};
    case StepKind::refuse:
      return refused(step);
    case StepKind::build:
      break;
  }
  return fail(Code::internal, "{} is not to be built here", step.to);
}

Result<Step> work_towards(os::FileSystem& files, const Place& place, const Wanted& wanted, const HeldCheck& held) {
  bool synced = false;
  for (int i = 0; i < kMaxSteps; ++i) {
    HF_ASSIGN(const MemberDisk disk, observe(files, place, held));
    Step step = next_step(disk, wanted);
    if (step.kind == StepKind::refuse) return step;
    if (!synced) {
      HF_ASSIGN(const auto root, files.stat(disk.layout.root));
      if (root) HF_TRY(files.sync_directory(disk.layout.root));
      synced = true;
    }
    if (step.kind == StepKind::done || step.kind == StepKind::build) return step;
    HF_TRY(carry_out(files, disk.layout, step));
  }
  return fail(Code::internal, "restore {}: no end after {} steps", wanted.id, kMaxSteps);
}

Status bring_to(os::FileSystem& files, const Place& place, const Wanted& wanted, const HeldCheck& held) {
  HF_ASSIGN(const Step last, work_towards(files, place, wanted, held));
  if (last.kind == StepKind::done) return {};
  if (last.kind == StepKind::refuse) return refused(last);
  return fail(Code::internal, "restore {} is to be staged, not brought about", wanted.id);
}

}  // namespace holdfast::launcher
