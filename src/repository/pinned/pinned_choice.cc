#include "repository/pinned/pinned_choice.h"

#include <algorithm>
#include <utility>

#include "repository/pinned/member_files.h"
#include "repository/pinned/pinned_stream.h"

namespace holdfast::repository {

etcd::Choice PinnedChoice::plan(etcd::Choice choice) {
  if (data_dir_.empty()) return choice;
  auto owner = find_owner(choice);
  if (owner) {
    choice.candidates.insert(choice.candidates.begin(), std::move(*owner));
  } else {
    reason_ = owner.error().to_string();
  }
  return choice;
}

Result<etcd::Candidate> PinnedChoice::find_owner(const etcd::Choice& choice) {
  auto found = find_member_files(files_, data_dir_);
  if (!found) return tl::unexpected<Error>(std::move(found).error());
  const auto is_owner = [&](const etcd::Candidate& candidate) {
    return candidate.status.member_id == found->owner.member_id &&
           candidate.status.cluster_id == found->owner.cluster_id;
  };
  const auto owner = std::find_if(choice.candidates.begin(), choice.candidates.end(), is_owner);
  if (owner == choice.candidates.end()) {
    return fail(Code::refused, "{} is the directory of member {:x} of cluster {:x}, which is none of those to be asked",
                data_dir_, found->owner.member_id, found->owner.cluster_id);
  }
  // Cut off from the others, it may be behind by any time.
  if (owner->status.leader == 0 && choice.candidates.front().status.leader != 0)
    return fail(Code::unavailable, "{}, whose directory it is, sees no leader", owner->status.endpoint);
  database_ = std::move(found->database);
  return *owner;
}

Result<std::unique_ptr<etcd::SnapshotStream>> PinnedChoice::open(const etcd::Candidate& candidate) {
  reading_ = !tried_ && !database_.empty();
  if (!reading_) return client_.snapshot(candidate.status.endpoint, stop_);
  tried_ = true;
  auto stream = open_pinned_stream(client_, candidate.status, files_, database_, stop_);
  if (!stream) attempted(tl::unexpected<Error>(stream.error()));
  return stream;
}

void PinnedChoice::attempted(const Status& status) {
  if (!reading_ || status) return;
  reading_ = false;
  reason_ = status.error().to_string();
}

void PinnedChoice::forget_attempt(std::vector<std::string>& failures) const {
  if (tried_ && !reading_ && !failures.empty()) failures.erase(failures.begin());
}

}  // namespace holdfast::repository
