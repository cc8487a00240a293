#include "repository/staging.h"

namespace holdfast::repository {
namespace {

// So often the disk is looked at and asked to write: less than the margin, so that it is not passed by much.
constexpr std::uint64_t kStep = 16 * kMiB;

}  // namespace

Status check_staging_space(os::FileSystem& files, const std::string& directory, std::uint64_t bytes) {
  HF_ASSIGN(const std::uint64_t free, files.free_bytes(directory));
  if (free >= kStagingMargin && free - kStagingMargin >= bytes) return {};
  return with_hint(fail(Code::no_space,
                        "no space for the temporary file in {}: {} are free, {} are needed and {} are left to others",
                        directory, format_bytes(free), format_bytes(bytes), format_bytes(kStagingMargin)),
                   "free some space there, or choose another directory with --spool-dir");
}

Status StagingSink::write(ByteView bytes) {
  if (written_ == 0 || written_ - looked_after_ >= kStep) {
    HF_TRY(check_staging_space(files_, directory_, bytes.size()));
    file_.begin_writeback(looked_after_, written_ - looked_after_);
    looked_after_ = written_;
  }
  HF_TRY(file_.write_at(written_, bytes));
  written_ += bytes.size();
  return {};
}

}  // namespace holdfast::repository
